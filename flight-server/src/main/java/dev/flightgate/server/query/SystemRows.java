package dev.flightgate.server.query;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.session.SessionRegistry;
import dev.flightgate.server.session.SessionSummary;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway's own tables contain at this moment, for whom: administrators see everything,
 * others what is theirs, and of the settings the limits that they meet. Thread-safe.
 */
final class SystemRows {

  /** A text can have megabytes; what it begins with tells which it is. */
  private static final int SQL_CHARACTERS_MAX = 10_000;

  private final StatementLog statements;
  private final SessionRegistry sessions;
  private final Map<String, String> settings;

  /**
   * @param settings without secrets
   */
  SystemRows(StatementLog statements, SessionRegistry sessions, Map<String, String> settings) {
    this.statements = statements;
    this.sessions = sessions;
    this.settings = settings;
  }

  List<@Nullable Object[]> of(SystemTable table, Principal principal) {
    boolean all = SystemSchema.isAdministrator(principal);
    return switch (table) {
      case SESSIONS ->
          sessions.summaries(all ? null : principal.name()).stream().map(SystemRows::row).toList();
      case QUERIES ->
          statements.running().stream()
              .filter(record -> all || record.principal().name().equals(principal.name()))
              .map(SystemRows::row)
              .toList();
      case SETTINGS ->
          settings.entrySet().stream()
              .filter(setting -> all || isLimit(setting.getKey()))
              .map(setting -> row(setting.getKey(), setting.getValue()))
              .toList();
    };
  }

  private static boolean isLimit(String setting) {
    return setting.startsWith("sessions.")
        || setting.startsWith("queries.")
        || (setting.startsWith("flight.") && setting.endsWith("-max"));
  }

  private static @Nullable Object[] row(SessionSummary session) {
    return row(
        Long.toString(session.number()),
        session.user(),
        session.database(),
        session.began(),
        session.calls() > 0 ? "active" : "idle",
        seconds(session.idle()),
        session.statements(),
        session.transactions(),
        session.results(),
        session.bytes());
  }

  private static @Nullable Object[] row(StatementRecord record) {
    OptionalDouble progress = record.progress();
    String sql = record.sql();
    boolean waits = record.state() == StatementRecord.State.WAITING;
    return row(
        record.id(),
        Long.toString(record.session().number()),
        record.principal().name(),
        record.database(),
        lower(record.activity()),
        lower(record.state()),
        record.began(),
        seconds(record.duration()),
        seconds(waits ? record.duration() : record.waited()),
        record.rows() < 0 ? null : record.rows(),
        record.bytes(),
        record.memoryBytes(),
        progress.isPresent() ? progress.getAsDouble() : null,
        record.origin().peer(),
        record.origin().requestId(),
        sql.length() > SQL_CHARACTERS_MAX ? sql.substring(0, SQL_CHARACTERS_MAX) + "…" : sql);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static @Nullable Object[] row(@Nullable Object... values) {
    return values;
  }
}
