package dev.flightgate.client;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Java programs in processes of their own, for what cannot be seen from inside this one. */
public final class JavaProcess {

  private static final long SECONDS_MAX = 60;

  private JavaProcess() {}

  /** What a program left behind. */
  public record Outcome(int exitCode, String out, String err) {}

  /** The flags of this JVM that Arrow needs; they differ between JDKs. */
  public static List<String> arrowFlags() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(
            flag ->
                flag.startsWith("--add-opens")
                    || flag.startsWith("--sun-misc-unsafe")
                    || flag.startsWith("--enable-native-access"))
        .toList();
  }

  /** A command that starts a Java program on this JDK. */
  public static ProcessBuilder command(List<String> flags, String classPath, List<String> program) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath));
    command.addAll(program);
    return new ProcessBuilder(command);
  }

  /** Runs a program of this module to its end, without standard input; a minute at most. */
  public static Outcome run(List<String> flags, List<String> program) throws Exception {
    Process process = command(flags, classPath(), program).start();
    process.getOutputStream().close();
    try {
      CompletableFuture<String> out = text(process.getInputStream());
      CompletableFuture<String> err = text(process.getErrorStream());
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new AssertionError("still running after " + SECONDS_MAX + " s: " + program);
      }
      return new Outcome(process.exitValue(), get(out), get(err));
    } finally {
      process.destroyForcibly();
    }
  }

  /** This module without its tests. */
  public static String classPath() {
    return String.join(
        File.pathSeparator,
        List.of(System.getProperty("java.class.path").split(File.pathSeparator)).stream()
            .filter(entry -> !entry.contains("test-classes"))
            .toList());
  }

  private static CompletableFuture<String> text(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException broken) {
            throw new UncheckedIOException(broken);
          }
        });
  }

  private static String get(CompletableFuture<String> text)
      throws InterruptedException, ExecutionException, TimeoutException {
    return text.get(SECONDS_MAX, TimeUnit.SECONDS);
  }
}
