package dev.flightgate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code flightgate serve} in a process of its own, with both doors, open to everybody on this
 * machine. Closing it kills it.
 *
 * @param folder where "out" and "err" hold what it says
 */
record StartedServer(Process process, Path folder, int port, String http) implements AutoCloseable {

  private static final Pattern READY =
      Pattern.compile(
          "flightgate ready on grpc://127\\.0\\.0\\.1:(\\d+) and (http://127\\.0\\.0\\.1:\\d+)\n");

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Starts it and waits until it is ready. */
  static StartedServer start(Path folder, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Main.class.getName(), "serve", "--no-auth"));
    command.addAll(List.of("--port", "0", "--http-port", "0"));
    command.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("FLIGHTGATE_"));
    Process process = builder.start();
    Path out = folder.resolve("out");
    await().atMost(PATIENCE).until(() -> Files.size(out) > 0 || !process.isAlive());
    Matcher ready = READY.matcher(Files.readString(out));
    if (!ready.matches()) {
      process.destroyForcibly();
      throw new AssertionError(
          "no ready line: " + Files.readString(out) + Files.readString(folder.resolve("err")));
    }
    return new StartedServer(process, folder, Integer.parseInt(ready.group(1)), ready.group(2));
  }

  /** All that it has logged until now. */
  String log() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  HttpPage ready() throws IOException {
    return HttpPage.get(http + "/readyz");
  }

  /** Waits until it has ended by itself; its exit code. */
  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }
}
