package dev.flightgate.client.cli;

import dev.flightgate.client.ClientOptions;
import dev.flightgate.client.FlightgateException;
import dev.flightgate.client.Health;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flightgate health}: whether a server takes work, for scripts and containers. */
@Command(
    name = "health",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Asks a server whether it is ready.",
    footer = {
      "",
      "Needs no credentials. A server's certificate is not checked on this machine itself, where it",
      "seldom bears the right name, unless --tls-roots is given.",
      "Exit codes: 0 ready, 1 not ready or not reachable, 2 wrong usage."
    })
final class HealthCommand implements Callable<Integer> {

  private static final long SECONDS_MAX = 3_600;

  private final Terminal terminal;

  @Option(
      names = "--uri",
      paramLabel = "URI",
      description = "grpc://host:port or grpc+tls://host:port (FLIGHTGATE_URI).")
  private @Nullable String uri;

  @Option(
      names = "--http",
      paramLabel = "URL",
      description = "Ask the HTTP door instead: http://host:port or https://host:port.")
  private @Nullable String http;

  @Option(
      names = "--database",
      paramLabel = "NAME",
      description = "Ask for one database only, not with --http.")
  private @Nullable String database;

  @Option(
      names = "--tls-roots",
      paramLabel = "FILE",
      description = "A PEM file of the certificates to trust.")
  private @Nullable Path tlsRoots;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long to wait for the answer; ${DEFAULT-VALUE} if not given.")
  private long timeout = 5;

  HealthCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (timeout < 1 || timeout > SECONDS_MAX) {
      throw new UsageException("--timeout: must be between 1 and " + SECONDS_MAX);
    }
    if (http != null && (uri != null || database != null)) {
      throw new UsageException("--http goes with neither --uri nor --database");
    }
    boolean ready;
    try {
      ready = http == null ? serves() : ReadyPage.isReady(address(http), tlsRoots, patience());
    } catch (FlightgateException | ReadyPage.NoAnswerException failure) {
      terminal
          .err()
          .println("error: " + Escapes.visibleLines(String.valueOf(failure.getMessage())));
      return Main.FAILED;
    }
    terminal.err().println(ready ? "ready" : "not ready");
    return ready ? Main.DONE : Main.FAILED;
  }

  private boolean serves() {
    URI target = target();
    ClientOptions options =
        ClientOptions.defaults().withTlsRoots(tlsRoots).withConnectTimeout(patience());
    String service = database == null ? "" : "database/" + database;
    boolean trusting = tlsRoots == null && ConnectionOptions.isThisMachine(target);
    return Health.isServing(target, service, options, trusting);
  }

  private Duration patience() {
    return Duration.ofSeconds(timeout);
  }

  private URI target() {
    String variable = terminal.environment().getOrDefault("FLIGHTGATE_URI", "");
    if (uri != null) {
      return address(uri);
    }
    if (!variable.isBlank()) {
      return address(variable);
    }
    return CredentialsFile.find(terminal.environment(), ConnectionOptions.URI_DEFAULT.getPort())
        .map(CredentialsFile::uri)
        .orElse(ConnectionOptions.URI_DEFAULT);
  }

  private static URI address(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException malformed) {
      throw new UsageException("not an address: " + malformed.getMessage());
    }
  }
}
