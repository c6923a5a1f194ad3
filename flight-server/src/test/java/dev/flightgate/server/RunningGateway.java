package dev.flightgate.server;

import dev.flightgate.server.auth.Authenticator;
import dev.flightgate.server.backend.BatchRows;
import dev.flightgate.server.config.ConfigLoader;
import dev.flightgate.server.config.GatewayConfig;
import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import dev.flightgate.server.config.GatewayConfig.DatabaseConfig;
import dev.flightgate.server.config.GatewayConfig.FlightConfig;
import dev.flightgate.server.config.GatewayConfig.Secret;
import dev.flightgate.server.config.GatewayConfig.TlsConfig;
import dev.flightgate.server.config.GatewayConfig.TokenConfig;
import dev.flightgate.server.config.GatewayConfig.UserConfig;
import dev.flightgate.server.config.ServeOptions;
import dev.flightgate.server.listener.GatewayListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A real gateway on a free port of the loopback, in this process, for tests. Users: "alice" and
 * "bob" (password the name and " secret"), "reader" who is read-only, and the static token {@link
 * #TOKEN} for "alice". Closing it fails if it leaked memory.
 */
public final class RunningGateway implements AutoCloseable {

  public static final String TOKEN = "static-token-of-alice-0123456789abcdef";

  private final Gateway gateway;

  private RunningGateway(Gateway gateway) {
    this.gateway = gateway;
  }

  /** Databases: "main" in DuckDB and "lite" in SQLite, both in memory. */
  public static RunningGateway start() {
    return builder().start();
  }

  public static Builder builder() {
    return new Builder();
  }

  public static String password(String user) {
    return user + " secret";
  }

  public String uri() {
    return gateway.uri();
  }

  public int port() {
    return gateway.port();
  }

  public int sessions() {
    return gateway.sessionCount();
  }

  public long allocatedBytes() {
    return gateway.allocatedBytes();
  }

  public Gateway gateway() {
    return gateway;
  }

  /** For java.sql.DriverManager, without credentials. */
  public String jdbcUrl() {
    return "jdbc:arrow-flight-sql://127.0.0.1:" + port() + "/?useEncryption=false";
  }

  /** Where the HTTP door is; only with the setting http.port. */
  public String httpUri() {
    return gateway.httpUri().orElseThrow();
  }

  /** Lets what runs go on for so long. */
  public void close(Duration grace) {
    gateway.close(grace);
  }

  /** Ends what runs at once. */
  @Override
  public void close() {
    gateway.close(Duration.ZERO);
  }

  /** What differs from the defaults. */
  public static final class Builder {

    private final List<DatabaseConfig> databases = new ArrayList<>();
    private UnaryOperator<FlightConfig> flight = f -> f;
    private final Map<String, String> settings = new HashMap<>();
    private UnaryOperator<AuthConfig> auth = a -> a;
    private final List<GatewayListener> listeners = new ArrayList<>();
    private @Nullable Authenticator authenticator;
    private boolean sample;

    private Builder() {}

    /** In place of the default databases; the first one named is the default. */
    public Builder database(String name, String type, String location) {
      return database(new DatabaseConfig(name, type, location, false, List.of(), null, Map.of()));
    }

    public Builder database(DatabaseConfig database) {
      databases.add(database);
      return this;
    }

    public Builder flight(UnaryOperator<FlightConfig> change) {
      flight = change;
      return this;
    }

    /** A setting outside of a list by its name in the guide: "sessions.idle-timeout". */
    public Builder set(String setting, Object value) {
      String variable = "FLIGHTGATE_" + setting.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
      settings.put(variable, value.toString());
      return this;
    }

    public Builder auth(UnaryOperator<AuthConfig> change) {
      auth = change;
      return this;
    }

    public Builder listener(GatewayListener listener) {
      listeners.add(listener);
      return this;
    }

    /** In place of the users. */
    public Builder authenticator(Authenticator other) {
      authenticator = other;
      return this;
    }

    public Builder tls(TlsConfig tls) {
      return flight(
          f ->
              new FlightConfig(
                  f.host(),
                  f.port(),
                  tls,
                  f.insecure(),
                  f.messageBytesMax(),
                  f.headerBytesMax(),
                  f.batchBytes(),
                  f.batchRowsMax(),
                  f.reflection(),
                  f.connections()));
    }

    public Builder sample() {
      sample = true;
      return this;
    }

    public GatewayConfig config() {
      GatewayConfig defaults = new ConfigLoader(settings).load(new ServeOptions());
      List<DatabaseConfig> served = new ArrayList<>(databases);
      if (served.isEmpty()) {
        for (String[] one : new String[][] {{"main", "duckdb"}, {"lite", "sqlite"}}) {
          served.add(
              new DatabaseConfig(one[0], one[1], ":memory:", false, List.of(), null, Map.of()));
        }
      }
      FlightConfig f = defaults.flight();
      FlightConfig onFreePort =
          new FlightConfig(
              "127.0.0.1",
              FreePort.find(),
              null,
              false,
              f.messageBytesMax(),
              f.headerBytesMax(),
              f.batchBytes(),
              BatchRows.max(),
              f.reflection(),
              f.connections());
      return new GatewayConfig(
          served,
          flight.apply(onFreePort),
          defaults.http(),
          auth.apply(users(defaults.auth())),
          defaults.sessions(),
          defaults.queries(),
          defaults.shutdown(),
          defaults.audit(),
          defaults.traces(),
          defaults.logFormat(),
          sample,
          defaults.stateDir());
    }

    private static AuthConfig users(AuthConfig defaults) {
      List<UserConfig> users = new ArrayList<>();
      for (String name : List.of("alice", "bob", "reader")) {
        String role = name.equals("reader") ? "reader" : "admin";
        users.add(new UserConfig(name, new Secret(password(name)), null, false, List.of(role)));
      }
      TokenConfig token =
          new TokenConfig(new Secret(TOKEN), null, "alice", false, null, List.of("admin"));
      return new AuthConfig(
          false,
          users,
          List.of(token),
          Duration.ofHours(1),
          List.of(),
          defaults.usersFile(),
          defaults.signingKeyFile(),
          List.of(),
          List.of());
    }

    public RunningGateway start() {
      try {
        return new RunningGateway(
            authenticator == null
                ? Gateway.start(config(), listeners.toArray(new GatewayListener[0]))
                : Gateway.start(
                    config(), authenticator, listeners.toArray(new GatewayListener[0])));
      } catch (GatewayStartException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
