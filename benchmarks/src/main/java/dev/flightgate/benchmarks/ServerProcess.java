package dev.flightgate.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server in a JVM of its own, which says on stdout when and where it is ready; what it says on
 * stderr goes to a file under target/. Closing it ends the process.
 */
final class ServerProcess implements AutoCloseable {

  private static final long STOP_SECONDS = 10;

  /** What servers say when they are ready, in whose words ever. */
  private static final Pattern READY = Pattern.compile("grpc\\S*://\\S*:(\\d+)$");

  private final Process process;
  private final int port;

  private ServerProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** The gateway, as a user starts it. */
  static ServerProcess gateway(Setup setup, String... arguments) {
    return gatewayOn(serverClasses(setup), setup, arguments);
  }

  /** The gateway with this module's backends on its class path. */
  static ServerProcess gatewayWithOurBackends(Setup setup, String... arguments) {
    return gatewayOn(serverClasses(setup) + ":" + ourClasses(setup), setup, arguments);
  }

  private static ServerProcess gatewayOn(String classes, Setup setup, String... arguments) {
    List<String> words = new ArrayList<>(List.of("serve", "--port", "0", "--no-auth"));
    words.addAll(List.of(arguments));
    return start(setup, "gateway", classes, "dev.flightgate.server.Main", words);
  }

  /** The gateway by the launcher's doing, with these variables besides. */
  static ServerProcess launched(Setup setup, Map<String, String> environment) {
    List<String> command =
        List.of(setup.home().resolve("flightgate").toString(), "serve", "--port", "0", "--no-auth");
    return start(setup, "launched", command, environment);
  }

  private static String serverClasses(Setup setup) {
    return setup.home().resolve("flight-server/target/classes").toString();
  }

  private static String ourClasses(Setup setup) {
    return setup.home().resolve("benchmarks/target/classes").toString();
  }

  /** The plain Flight server that the gateway is compared with. */
  static ServerProcess peer(Setup setup) {
    return start(setup, "peer", ourClasses(setup), PeerServer.class.getName(), List.of());
  }

  /** A Flight server over JDBC, which reads a file of SQLite's. */
  static ServerProcess jdbcPeer(Setup setup, Path file) {
    String classes = ourClasses(setup) + ":" + setup.home().resolve("benchmarks/target/lib/*");
    return start(setup, "jdbc", classes, JdbcPeer.class.getName(), List.of(file.toString()));
  }

  /** Somebody else's server, which needs nothing of ours. */
  static ServerProcess foreign(Setup setup, String name, List<String> command) {
    return start(setup, name, command, Map.of());
  }

  private static ServerProcess start(
      Setup setup, String name, String classes, String main, List<String> words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(setup.jvmFlags());
    command.addAll(setup.nativeCode());
    if (setup.recording()) {
      Path file = setup.target().resolve(setup.benchmark() + "-" + name + ".jfr");
      command.add("-XX:StartFlightRecording:settings=profile,filename=" + file);
    }
    command.addAll(
        List.of("-cp", classes + ":" + setup.home().resolve("flight-server/target/lib/*")));
    command.add(main);
    command.addAll(words);
    return start(setup, name, command, Map.of());
  }

  private static ServerProcess start(
      Setup setup, String name, List<String> command, Map<String, String> environment) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(
                ProcessBuilder.Redirect.appendTo(
                    setup.target().resolve(setup.benchmark() + "-" + name + ".log").toFile()));
    builder.environment().keySet().removeIf(variable -> variable.startsWith("FLIGHTGATE_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      return new ServerProcess(process, awaitPort(process, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int awaitPort(Process process, String name) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line;
    while ((line = out.readLine()) != null) {
      Matcher ready = READY.matcher(line);
      if (ready.find()) {
        return Integer.parseInt(ready.group(1));
      }
    }
    throw new IllegalStateException(name + " ended before it was ready");
  }

  int port() {
    return port;
  }

  ProcessFigures figures() {
    return new ProcessFigures(process.pid());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
