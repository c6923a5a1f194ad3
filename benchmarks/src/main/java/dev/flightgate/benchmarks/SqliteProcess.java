package dev.flightgate.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM with {@link SqliteEngines} in it. Closing it ends the process. */
final class SqliteProcess implements AutoCloseable {

  private static final long STOP_SECONDS = 10;

  private final Process process;
  private final Writer in;
  private final BufferedReader out;
  private int batchRows;

  private SqliteProcess(Process process) {
    this.process = process;
    this.in = process.outputWriter(StandardCharsets.UTF_8);
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  static SqliteProcess start(Setup setup, Path file) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(setup.jvmFlags());
    if (setup.recording()) {
      Path recording = setup.target().resolve(setup.benchmark() + "-engines.jfr");
      command.add("-XX:StartFlightRecording:settings=profile,filename=" + recording);
    }
    command.addAll(setup.nativeCode());
    Path home = setup.home();
    List<Path> classes =
        List.of(
            home.resolve("flight-server/target/classes"),
            home.resolve("benchmarks/target/classes"),
            home.resolve("flight-server/target/lib/*"),
            home.resolve("benchmarks/target/lib/*"));
    command.add("-cp");
    command.add(String.join(":", classes.stream().map(Path::toString).toList()));
    command.add(SqliteEngines.class.getName());
    command.add(file.toString());
    Path log = setup.target().resolve(setup.benchmark() + "-engines.log");
    SqliteProcess started =
        new SqliteProcess(
            new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start());
    while (!started.answer().equals("ready")) {
      // a JVM that records a profile says so first
    }
    return started;
  }

  /** Has the process do something; the rows per second. */
  double act(String words) throws IOException {
    in.write(words + "\n");
    in.flush();
    String[] answer = answer().split(" ", -1);
    batchRows = Integer.parseInt(answer[2]);
    return Long.parseLong(answer[0]) / (Long.parseLong(answer[1]) / 1e9);
  }

  private String answer() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IllegalStateException("the process ended; see its log under target/");
    }
    return line;
  }

  /** The rows of the largest batch of what was read last. */
  int batchRows() {
    return batchRows;
  }

  @Override
  public void close() throws Exception {
    in.close(); // its input has ended, and so it ends
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    }
  }
}
