package dev.flightgate.examples;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * The real gateway in a process of its own, on a free port, with the sample data and a password it
 * made itself. Needs flight-server built up to its class path folder {@code target/lib}.
 */
final class GatewayProcess implements AutoCloseable {

  private static final String READY = "flightgate ready on ";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path stateDirectory;
  private final String uri;

  private GatewayProcess(Process process, Path stateDirectory, String uri) {
    this.process = process;
    this.stateDirectory = stateDirectory;
    this.uri = uri;
  }

  /**
   * Starts {@code serve --port 0 --sample} and waits until it is ready.
   *
   * @param folder for its files
   */
  static GatewayProcess start(Path folder) throws Exception {
    Path target = Project.root().resolve("flight-server").resolve("target");
    if (!Files.isDirectory(target.resolve("lib"))) {
      throw new AssertionError(
          "build the server first: ./mvnw -pl flight-server -DskipTests package");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.matches("--(add-opens|sun-misc-unsafe|enable-native-access).*"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-cp",
            target.resolve("classes") + File.pathSeparator + target.resolve("lib").resolve("*"),
            "dev.flightgate.server.Main"));
    command.addAll(List.of("serve", "--port", "0", "--sample"));
    Path out = folder.resolve("gateway.out");
    Path err = folder.resolve("gateway.err");
    Process process =
        Programs.of(Map.of("FLIGHTGATE_STATE_DIR", folder.toString()), command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> Files.readString(out).endsWith("\n") || !process.isAlive());
      String ready = Files.readString(out).strip();
      if (!ready.startsWith(READY)) {
        throw new AssertionError("the gateway ended before it was ready");
      }
      return new GatewayProcess(process, folder, ready.substring(READY.length()));
    } catch (Exception | AssertionError failure) {
      process.destroyForcibly();
      throw new AssertionError("the gateway did not start:\n" + Files.readString(err), failure);
    }
  }

  /** The environment in which {@code examples/run} finds this gateway. */
  Map<String, String> environment() {
    return Map.of("FLIGHTGATE_URI", uri, "FLIGHTGATE_STATE_DIR", stateDirectory.toString());
  }

  /** Stops the process; by force if it has not ended in a minute. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the gateway did not stop within " + PATIENCE);
    }
  }
}
