package dev.flightgate.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs to their end, with nothing of this process's FLIGHTGATE_…. */
final class Programs {

  private Programs() {}

  /** What a program left behind. */
  record Outcome(int exitCode, String out, String err) {}

  /** A process to be started, with those environment variables. */
  static ProcessBuilder of(Map<String, String> environment, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("FLIGHTGATE_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    return builder;
  }

  /**
   * Runs a program, a minute at most.
   *
   * @param folder for what it prints
   */
  static Outcome run(Path folder, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    return run(folder, environment, command, 60);
  }

  /**
   * Runs a program.
   *
   * @param folder for what it prints
   * @param secondsMax after which it is killed, and the test fails
   */
  static Outcome run(
      Path folder, Map<String, String> environment, List<String> command, long secondsMax)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "program", ".out");
    Path err = Files.createTempFile(folder, "program", ".err");
    Process process =
        of(environment, command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    try {
      if (!process.waitFor(secondsMax, TimeUnit.SECONDS)) {
        throw new AssertionError("still running after " + secondsMax + " s: " + command);
      }
      return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }
}
