package dev.flightgate.server.query;

import dev.flightgate.server.sql.SystemText;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's own tables, and their columns. The guide's page on administration describes them.
 */
enum SystemTable {
  /** One row for each session. */
  SESSIONS(
      """
      id VARCHAR, user_name VARCHAR, database_name VARCHAR, began TIMESTAMPTZ, state VARCHAR,
      idle_seconds DOUBLE, statements BIGINT, transactions BIGINT, results BIGINT,
      memory_bytes BIGINT"""),
  /** One row for each statement that runs or waits. */
  QUERIES(
      """
      id VARCHAR, session_id VARCHAR, user_name VARCHAR, database_name VARCHAR, activity VARCHAR,
      state VARCHAR, began TIMESTAMPTZ, seconds DOUBLE, waited_seconds DOUBLE, rows_sent BIGINT,
      bytes_sent BIGINT, memory_bytes BIGINT, progress DOUBLE, peer VARCHAR, request_id VARCHAR,
      sql VARCHAR"""),
  /** One row for each setting. */
  SETTINGS("name VARCHAR, value VARCHAR");

  private final String columns;

  SystemTable(String columns) {
    this.columns = columns;
  }

  /** The name within the schema. */
  String tableName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The table's name in the gateway's own SQL. */
  private String qualified() {
    return SystemText.SCHEMA + ".main." + tableName();
  }

  /** The statement that makes the table, empty. */
  String definition() {
    return "CREATE TABLE " + qualified() + "(" + columns + ")";
  }

  /** The statement that fills it with these rows, of which there is at least one. */
  String insertion(List<@Nullable Object[]> rows) {
    return rows.stream()
        .map(SystemTable::literals)
        .collect(Collectors.joining(", ", "INSERT INTO " + qualified() + " VALUES ", ""));
  }

  private static String literals(@Nullable Object[] row) {
    StringBuilder text = new StringBuilder("(");
    for (@Nullable Object value : row) {
      text.append(text.length() == 1 ? "" : ", ").append(literal(value));
    }
    return text.append(')').toString();
  }

  private static String literal(@Nullable Object value) {
    if (value == null) {
      return "NULL";
    }
    if (value instanceof Number number) {
      return number.toString();
    }
    if (value instanceof Instant instant) {
      return "make_timestamptz(" + micros(instant) + ")";
    }
    String text = value.toString().replace('\0', '\uFFFD');
    return "'" + text.replace("'", "''") + "'";
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }
}
