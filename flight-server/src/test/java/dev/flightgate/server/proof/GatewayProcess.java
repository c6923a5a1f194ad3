package dev.flightgate.server.proof;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A gateway in a JVM of its own, with state, log and temporary files in a folder of the test's.
 * Closing it kills what still runs.
 */
final class GatewayProcess implements AutoCloseable {

  static final String USER = "alice";
  static final String PASSWORD = "correct horse";

  private static final long PATIENCE_SECONDS = 120;

  private final Process process;
  private final BufferedReader out;
  private final Writer in;
  private final Path folder;

  private GatewayProcess(Process process, Path folder) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.in = process.outputWriter(StandardCharsets.UTF_8);
    this.folder = folder;
  }

  /** Starts "serve" on a free port, with one user, and does not wait for it. */
  static GatewayProcess start(
      Path folder,
      String main,
      List<String> jvmFlags,
      Map<String, String> settings,
      String... words)
      throws IOException {
    Files.createDirectories(temporary(folder));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--"))
        .forEach(command::add);
    command.add("-Djava.io.tmpdir=" + temporary(folder));
    command.addAll(jvmFlags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main, "serve"));
    command.addAll(List.of("--port", "0", "--user", USER));
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log(folder).toFile()));
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("FLIGHTGATE_"));
    environment.remove("JAVA_TOOL_OPTIONS");
    environment.put("FLIGHTGATE_PASSWORD", PASSWORD);
    environment.put("FLIGHTGATE_STATE_DIR", state(folder).toString());
    environment.putAll(settings);
    return new GatewayProcess(builder.start(), folder);
  }

  static Path temporary(Path folder) {
    return folder.resolve("tmp");
  }

  static Path state(Path folder) {
    return folder.resolve("state");
  }

  static Path log(Path folder) {
    return folder.resolve("log");
  }

  /** The port, once the gateway is ready; fails with its log if it ends before. */
  int awaitReady() throws Exception {
    String ready = bounded(out::readLine, "the gateway is not ready");
    if (ready == null) {
      process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      throw new AssertionError(
          "the gateway ended with " + process.exitValue() + ": " + Files.readString(log(folder)));
    }
    return Integer.parseInt(ready.substring(ready.lastIndexOf(':') + 1).strip());
  }

  /** The answer to a line, of a {@link dev.flightgate.server.WatchedGateway}. */
  String ask(String question) throws Exception {
    in.write(question + "\n");
    in.flush();
    return bounded(out::readLine, "no answer to " + question);
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitEnd();
  }

  /** SIGTERM; the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    awaitEnd();
    return process.exitValue();
  }

  /** Ends a {@link dev.flightgate.server.WatchedGateway}; the exit code. */
  int finish() throws Exception {
    in.close();
    awaitEnd();
    return process.exitValue();
  }

  private void awaitEnd() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the gateway runs on after " + PATIENCE_SECONDS + " s");
    }
  }

  /** Resident memory as Linux counts it. */
  long residentBytes() throws IOException {
    try (Stream<String> lines = Files.lines(proc("status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElseThrow()
          * 1024;
    }
  }

  /** How many threads the kernel knows, the JVM's own included. */
  int threads() throws IOException {
    return entries("task").size();
  }

  /** What is open: the targets of the file descriptors, sockets as "socket". */
  List<String> handles() throws IOException {
    return entries("fd").stream().map(GatewayProcess::target).sorted().toList();
  }

  private static String target(Path handle) {
    try {
      return Files.readSymbolicLink(handle).toString().replaceAll(":\\[\\d+]$", "");
    } catch (IOException goneMeanwhile) {
      return "gone";
    }
  }

  private List<Path> entries(String kind) throws IOException {
    try (Stream<Path> entries = Files.list(proc(kind))) {
      return entries.toList();
    } catch (UncheckedIOException e) {
      throw new IOException(e);
    }
  }

  private Path proc(String file) {
    return Path.of("/proc", Long.toString(process.pid()), file);
  }

  private interface Read {
    String line() throws IOException;
  }

  private static String bounded(Read read, String otherwise) throws Exception {
    CompletableFuture<String> line =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return read.line();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    try {
      return line.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(otherwise + " within " + PATIENCE_SECONDS + " s", e);
    } catch (ExecutionException e) {
      throw new AssertionError(otherwise, e);
    }
  }

  @Override
  public void close() throws Exception {
    process.destroyForcibly().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    out.close();
  }
}
