package dev.flightgate.server.config;

import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import dev.flightgate.server.config.GatewayConfig.ConnectionConfig;
import dev.flightgate.server.config.GatewayConfig.DatabaseConfig;
import dev.flightgate.server.config.GatewayConfig.FlightConfig;
import dev.flightgate.server.config.GatewayConfig.HttpConfig;
import dev.flightgate.server.config.GatewayConfig.LogFormat;
import dev.flightgate.server.config.GatewayConfig.QueryConfig;
import dev.flightgate.server.config.GatewayConfig.SessionConfig;
import dev.flightgate.server.config.GatewayConfig.ShutdownConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What holds where nobody says otherwise: one database in memory, reachable from this machine. */
final class Defaults {

  private static final int KIBIBYTE = 1 << 10;
  private static final int MEBIBYTE = 1 << 20;

  private Defaults() {}

  static GatewayConfig config(Map<String, String> environment) {
    return new GatewayConfig(
        List.of(new DatabaseConfig("main", "duckdb", ":memory:", false, List.of(), null, Map.of())),
        new FlightConfig(
            "127.0.0.1",
            31_337,
            null,
            false,
            16 * MEBIBYTE, // a client's upload comes in messages of its own choosing
            64 * KIBIBYTE, // a long JWT and some cookies
            512 * KIBIBYTE, // measured: smaller costs the server, larger the client
            65_536,
            false,
            new ConnectionConfig(4_096, 1_024, 256, 2_048)),
        new HttpConfig(null),
        new AuthConfig(false, List.of(), List.of(), Duration.ofHours(12), List.of()),
        new SessionConfig(
            1_000,
            500,
            Duration.ofMinutes(30),
            500,
            16,
            Duration.ofMinutes(5),
            100,
            Duration.ofMinutes(5),
            512L * MEBIBYTE,
            256L * MEBIBYTE),
        new QueryConfig(
            Math.max(16, 4 * Runtime.getRuntime().availableProcessors()),
            256,
            Duration.ofSeconds(60),
            Duration.ofHours(1),
            Duration.ofSeconds(60),
            256L * MEBIBYTE,
            64L * MEBIBYTE,
            0,
            0),
        new ShutdownConfig(Duration.ofSeconds(30)),
        new AuditConfig(
            null, 100L * MEBIBYTE, 10, AuditConfig.OnFailure.REFUSE, AuditConfig.Text.FULL),
        new TracesConfig(false),
        LogFormat.TEXT,
        false,
        stateDir(environment));
  }

  /** The XDG base directory specification's place for what outlives a process but is no data. */
  private static Path stateDir(Map<String, String> environment) {
    String xdg = nonEmpty(environment.get("XDG_STATE_HOME"));
    if (xdg != null && Path.of(xdg).isAbsolute()) {
      return Path.of(xdg, "flightgate");
    }
    String home = nonEmpty(environment.get("HOME"));
    return Path.of(
        home == null ? System.getProperty("user.home") : home, ".local", "state", "flightgate");
  }

  private static @Nullable String nonEmpty(@Nullable String value) {
    return value == null || value.isEmpty() ? null : value;
  }
}
