package dev.flightgate.server;

import dev.flightgate.server.config.ConfigLoader;
import dev.flightgate.server.config.GatewayConfig;
import dev.flightgate.server.config.ServeOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine;

/**
 * {@code flightgate serve} as a process that tests ask for what only it knows. A line on stdin is
 * answered by one on stdout: "bytes" by what Arrow's allocators count, "sessions", "heap" by the
 * bytes that a collection leaves, "threads" by the names of Java's threads with commas between.
 * Ends with stdin.
 */
public final class WatchedGateway {

  private WatchedGateway() {}

  /** Takes the words of "serve". */
  public static void main(String[] words) throws Exception {
    ServeOptions options = new ServeOptions();
    new CommandLine(options).parseArgs(Arrays.copyOfRange(words, 1, words.length));
    GatewayConfig config = new ConfigLoader(System.getenv()).load(options);
    Logging.configure(config.logFormat());
    Gateway gateway = Gateway.start(config);
    try (gateway) {
      tell("flightgate ready on " + gateway.uri());
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String question = in.readLine(); question != null; question = in.readLine()) {
        tell(answer(question, gateway));
      }
    }
    System.exit(0);
  }

  private static String answer(String question, Gateway gateway) {
    return switch (question) {
      case "bytes" -> Long.toString(gateway.allocatedBytes());
      case "sessions" -> Integer.toString(gateway.sessionCount());
      case "heap" -> {
        System.gc();
        yield Long.toString(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
      }
      case "threads" ->
          Thread.getAllStackTraces().keySet().stream()
              .map(Thread::getName)
              .sorted()
              .collect(Collectors.joining(","));
      default -> "what is " + question + "?";
    };
  }

  private static void tell(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
