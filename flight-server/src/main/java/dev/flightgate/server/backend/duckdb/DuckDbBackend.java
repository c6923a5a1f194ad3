package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendInfo;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.Capability;
import dev.flightgate.server.backend.NullOrdering;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.sql.SqlDialect;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;

/**
 * One open DuckDB database. Its first connection only keeps it open; each session is a duplicate of
 * it, which shares tables, but neither temporary tables nor transactions.
 */
final class DuckDbBackend implements Backend {

  private static final Set<Capability> CAPABILITIES =
      Set.of(
          Capability.TRANSACTIONAL_DDL,
          Capability.PROGRESS,
          Capability.CONCURRENT_WRITERS,
          Capability.CATALOGS,
          Capability.SCHEMAS,
          Capability.STRICT_TYPES,
          Capability.NESTED_TYPES,
          Capability.EXACT_DECIMALS,
          Capability.CASE_INSENSITIVE_IDENTIFIERS);

  /** DuckDB's reserved words that SQL:2003 reserves too, and so does not list by itself. */
  private static final Set<String> STANDARD_WORDS =
      Set.of(
          ("ALL AND ANY ARRAY AS ASYMMETRIC BOTH CASE CAST CHECK COLLATE COLUMN CONSTRAINT CREATE"
                  + " CROSS DEFAULT DISTINCT ELSE END EXCEPT FALSE FETCH FOR FOREIGN FROM FULL"
                  + " GRANT GROUP HAVING IN INNER INTERSECT INTO IS JOIN LATERAL LEADING LEFT LIKE"
                  + " NATURAL NOT NULL ON ONLY OR ORDER OUTER OVERLAPS PRIMARY REFERENCES RIGHT"
                  + " SELECT SIMILAR SOME SYMMETRIC TABLE THEN TO TRAILING TRUE UNION UNIQUE USER"
                  + " USING WHEN WHERE WINDOW WITH")
              .split(" "));

  private static final String FUNCTIONS =
      "SELECT DISTINCT function_name FROM duckdb_functions()"
          + " WHERE function_type IN ('scalar', 'macro')"
          + " AND regexp_full_match(function_name, '[a-z][a-z0-9_]*') AND ";
  private static final String NUMERIC =
      "(list_contains(categories, 'numeric') OR (len(parameter_types) > 0"
          + " AND len(list_filter(parameter_types, lambda t: t NOT IN ('TINYINT', 'SMALLINT',"
          + " 'INTEGER', 'BIGINT', 'HUGEINT', 'FLOAT', 'DOUBLE', 'DECIMAL'))) = 0))";
  private static final String TEXT =
      "(list_contains(categories, 'string') OR list_contains(categories, 'regex')"
          + " OR list_contains(categories, 'text_similarity'))";
  private static final String TEMPORAL =
      "len(list_filter(parameter_types, lambda t: t LIKE 'TIME%' OR t IN ('DATE', 'INTERVAL'))) > 0";
  private static final String SYSTEM =
      "function_name IN ('current_catalog', 'current_database', 'current_query', 'current_role',"
          + " 'current_schema', 'current_schemas', 'current_setting', 'current_user', 'getvariable',"
          + " 'ifnull', 'session_user', 'typeof', 'user', 'version')";

  private final String name;
  private final boolean readOnly;
  private final DuckDBConnection anchor;
  private final Interrupts interrupts;
  private final BackendInfo info;

  /**
   * What DuckDB itself holds of each result that is being streamed, outside of Arrow's books: its
   * default is ten times as much, which a hundred clients that stopped reading would each tie up.
   */
  private static final String STREAMING_BUFFER = "SET SESSION streaming_buffer_size = '1MB'";

  /**
   * DuckDB counts progress only for a bar; this one is never printed, and counted from the start.
   */
  private static final List<String> COUNT_PROGRESS =
      List.of(
          "SET SESSION enable_progress_bar_print = false",
          "SET SESSION progress_bar_time = 0",
          "SET SESSION enable_progress_bar = true");

  /** Takes the connection over, unless this throws. */
  DuckDbBackend(BackendOptions options, DuckDBConnection anchor) throws SQLException {
    try (Statement statement = anchor.createStatement()) {
      statement.execute(STREAMING_BUFFER); // duplicates inherit it, and what follows
      for (String setting : COUNT_PROGRESS) {
        statement.execute(setting);
      }
    }
    this.name = options.name();
    this.readOnly = options.readOnly();
    this.anchor = anchor;
    this.info =
        new BackendInfo(
            "duckdb",
            "DuckDB",
            words(anchor, "SELECT version()").get(0).replaceFirst("^v", ""),
            SqlDialect.POSTGRESQL,
            CAPABILITIES,
            NullOrdering.AT_END,
            keywords(anchor),
            words(anchor, FUNCTIONS + NUMERIC + " ORDER BY ALL"),
            words(anchor, FUNCTIONS + TEXT + " ORDER BY ALL"),
            words(anchor, FUNCTIONS + TEMPORAL + " ORDER BY ALL"),
            words(anchor, FUNCTIONS + SYSTEM + " ORDER BY ALL"));
    this.interrupts = new Interrupts(options.name());
  }

  private static List<String> keywords(DuckDBConnection anchor) throws SQLException {
    String sql =
        "SELECT upper(keyword_name) FROM duckdb_keywords() WHERE keyword_category = 'reserved'"
            + " ORDER BY ALL";
    return words(anchor, sql).stream()
        .filter(word -> !STANDARD_WORDS.contains(word.toUpperCase(Locale.ROOT)))
        .toList();
  }

  private static List<String> words(DuckDBConnection anchor, String sql) throws SQLException {
    List<String> words = new ArrayList<>();
    try (DuckDBPreparedStatement statement = anchor.prepare(sql);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        words.add(rows.getString(1));
      }
    }
    return words;
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  @Override
  public BackendSession openSession(SessionContext context) {
    DuckDBConnection duplicate;
    try {
      duplicate = anchor.duplicate();
    } catch (SQLException closed) {
      throw new BackendException(Kind.UNAVAILABLE, "database '" + name + "' is closed", closed);
    }
    GuardedConnection connection =
        new GuardedConnection(duplicate, interrupts, readOnly || context.readOnly());
    try {
      use(connection, context);
      return new DuckDbSession(connection, context);
    } catch (RuntimeException failure) {
      connection.close();
      throw failure;
    }
  }

  private static void use(GuardedConnection connection, SessionContext context) {
    String catalog = context.catalog();
    String schema = context.schema();
    if (schema != null) {
      String of = catalog != null ? catalog : connection.run(DuckDBConnection::getCatalog);
      connection.execute("USE " + DuckDbType.quoted(of) + "." + DuckDbType.quoted(schema));
    } else if (catalog != null) {
      connection.execute("USE " + DuckDbType.quoted(catalog));
    }
  }

  @Override
  public void close() {
    interrupts.close();
    try {
      anchor.close();
    } catch (SQLException failure) {
      throw DuckDbErrors.translate(failure);
    }
  }
}
