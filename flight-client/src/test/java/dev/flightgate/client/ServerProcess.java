package dev.flightgate.client;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The real gateway in a process of its own, on a free port, with a password it made itself. It
 * cannot run in this JVM: a class path has either its grpc-netty or the client's grpc-netty-shaded.
 * Needs flight-server built up to its class path folder {@code target/lib}, as {@code mvn verify}
 * does before this module.
 */
public final class ServerProcess implements AutoCloseable {

  private static final String READY = "flightgate ready on ";
  private static final long SECONDS_MAX = 60;

  private final Process process;
  private final Path stateDirectory;
  private final URI uri;
  private final String httpUri;

  private ServerProcess(Process process, Path stateDirectory, String announced) {
    this.process = process;
    this.stateDirectory = stateDirectory;
    String[] doors = announced.split(" and ", 2);
    this.uri = URI.create(doors[0]);
    this.httpUri = doors.length > 1 ? doors[1] : "";
  }

  /** Starts {@code serve} on a free port and waits until it is ready, a minute at most. */
  public static ServerProcess start(Path folder, String... options) throws Exception {
    Path target = Path.of(System.getProperty("flightgate.server.target", ""));
    if (!Files.isDirectory(target.resolve("lib"))) {
      throw new AssertionError(
          "build the server first: mvn -pl flight-server -DskipTests package (no lib in "
              + target.toAbsolutePath().normalize()
              + ")");
    }
    List<String> program =
        new ArrayList<>(
            List.of("dev.flightgate.server.Main", "serve", "--port", String.valueOf(freePort())));
    program.addAll(List.of(options));
    Path log = folder.resolve("server.log");
    ProcessBuilder command =
        JavaProcess.command(
            JavaProcess.arrowFlags(),
            target.resolve("classes") + File.pathSeparator + target.resolve("lib").resolve("*"),
            program);
    command.environment().keySet().removeIf(variable -> variable.startsWith("FLIGHTGATE_"));
    command.environment().put("FLIGHTGATE_STATE_DIR", folder.toString());
    Process process = command.redirectError(log.toFile()).start();
    try {
      String announced =
          CompletableFuture.supplyAsync(() -> awaitReady(process.getInputStream()))
              .get(SECONDS_MAX, TimeUnit.SECONDS);
      return new ServerProcess(process, folder, announced);
    } catch (Exception failure) {
      process.destroyForcibly();
      throw new AssertionError("the server did not start:\n" + Files.readString(log), failure);
    }
  }

  /** Below 32,768, where the system takes no port for the other end of a connection meanwhile. */
  private static int freePort() throws IOException {
    IOException last = new IOException("no try");
    for (int i = 0; i < 100; i++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_768);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }

  private static String awaitReady(InputStream out) {
    BufferedReader lines = new BufferedReader(new InputStreamReader(out, StandardCharsets.UTF_8));
    return lines
        .lines()
        .filter(line -> line.startsWith(READY))
        .findFirst()
        .map(line -> line.substring(READY.length()))
        .orElseThrow(() -> new IllegalStateException("ended before it was ready"));
  }

  public URI uri() {
    return uri;
  }

  /** Where its HTTP door is; empty without {@code --http-port}. */
  public String httpUri() {
    return httpUri;
  }

  /** Where the server left its password. */
  public Path stateDirectory() {
    return stateDirectory;
  }

  /** The user and the password that the server made. */
  public Credentials credentials() throws IOException {
    Properties left = new Properties();
    Path file = stateDirectory.resolve("credentials-" + uri.getPort() + ".properties");
    try (var text = Files.newBufferedReader(file)) {
      left.load(text);
    }
    return Credentials.password(left.getProperty("user"), left.getProperty("password"));
  }

  public FlightgateClient connect() throws IOException {
    return FlightgateClient.connect(uri, credentials());
  }

  /** Stops the process; by force if it has not ended in a minute. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the server did not stop within " + SECONDS_MAX + " s");
    }
  }
}
