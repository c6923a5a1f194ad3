package dev.flightgate.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** What a server takes: its threads and bytes, in this process or in one of its own. */
public final class ServerMemory {

  private ServerMemory() {}

  /** How many threads of this process pull a result now. */
  public static long pullingThreads() {
    return Thread.getAllStackTraces().values().stream()
        .filter(
            stack ->
                Arrays.stream(stack).anyMatch(frame -> frame.getClassName().endsWith("StreamPump")))
        .count();
  }

  /** All bytes that the gateway's Arrow allocators count. */
  public static long arrowBytes(RunningGateway gateway) {
    return gateway.gateway().allocatedBytes();
  }

  /** Starts {@code flightgate serve} in a JVM of its own, open to everybody on this machine. */
  public static ServerProcess startProcess(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(a -> a.startsWith("--"))
            .toList());
    command.add("-Xmx256m");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("dev.flightgate.server.Main");
    command.addAll(List.of("serve", "--port", String.valueOf(FreePort.find()), "--no-auth"));
    command.addAll(List.of("--grace", "0s"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String ready =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
    if (ready == null) {
      throw new IOException("the server ended with " + process.onExit().join().exitValue());
    }
    return new ServerProcess(
        process, Integer.parseInt(ready.substring(ready.lastIndexOf(':') + 1)));
  }

  /** A server in a JVM of its own. */
  public record ServerProcess(Process process, int port) implements AutoCloseable {

    /** Resident memory as the kernel counts it; needs Linux's /proc. */
    public long residentBytes() throws IOException {
      Path status = Path.of("/proc", Long.toString(process.pid()), "status");
      Assumptions.assumeTrue(Files.exists(status), "resident memory is read from Linux's /proc");
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
      throw new IOException("no VmRSS in " + status);
    }

    @Override
    public void close() throws Exception {
      process.destroy();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("the server did not stop within 20 s of SIGTERM");
      }
    }
  }
}
