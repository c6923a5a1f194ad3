package dev.flightgate.server.backend.duckdb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.flightgate.server.backend.Right;
import dev.flightgate.server.backend.Touch;
import dev.flightgate.server.backend.Touch.Beyond;
import dev.flightgate.server.backend.Touch.Reach;
import dev.flightgate.server.backend.Touch.Table;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/**
 * What a statement reads once it is bound, through views and macros: the scans in DuckDB's plan
 * before its optimizer, which leaves nothing away.
 */
final class DuckDbScans {

  /** DuckDB's word for the plan that no optimizer has seen. */
  private static final String UNOPTIMIZED = "logical_plan";

  private static final String TEMPORARY = "temp";

  /**
   * Operators, by their names in a plan, and functions of tables that read only what they are
   * given. What reads files was allowed, or is a view's or macro's.
   */
  private static final Set<String> HARMLESS =
      Set.of(
          "AGGREGATE",
          "ANY_JOIN",
          "ASOF_JOIN",
          "CHUNK_GET",
          "COLUMN_DATA_GET",
          "COMPARISON_JOIN",
          "CROSS_PRODUCT",
          "CTE",
          "CTE_REF",
          "CTE_SCAN",
          "DELETE",
          "DELIM_GET",
          "DELIM_JOIN",
          "DEPENDENT_JOIN",
          "DISTINCT",
          "DUMMY_SCAN",
          "EMPTY_RESULT",
          "EXCEPT",
          "EXPLAIN",
          "EXPRESSION_GET",
          "FILTER",
          "GENERATE_SERIES",
          "INSERT",
          "INTERSECT",
          "JOIN",
          "JSON_EACH",
          "JSON_TREE",
          "LIMIT",
          "MERGE_INTO",
          "ORDER_BY",
          "PIVOT",
          "POSITIONAL_JOIN",
          "PROJECTION",
          "RANGE",
          "REC_CTE",
          "REPEAT",
          "REPEAT_ROW",
          "SAMPLE",
          "TOP_N",
          "UNION",
          "UNNEST",
          "UPDATE",
          "WINDOW");

  private static final Set<String> CHANGES = Set.of("INSERT", "UPDATE", "DELETE", "MERGE_INTO");

  private DuckDbScans() {}

  /**
   * What the statement reads.
   *
   * @param sql one that can be explained; its placeholders by number
   * @return null if DuckDB cannot plan it
   */
  static @Nullable Set<Touch> of(DuckDBConnection connection, String sql) throws SQLException {
    JsonNode plan = plan(connection, sql);
    return plan == null ? null : scans(plan);
  }

  private static @Nullable JsonNode plan(DuckDBConnection connection, String sql)
      throws SQLException {
    String before = setting(connection);
    try {
      set(connection, "all");
      return explain(connection, sql);
    } finally {
      set(connection, before);
    }
  }

  private static String setting(DuckDBConnection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT current_setting('explain_output')")) {
      row.next();
      return row.getString(1);
    }
  }

  private static void set(DuckDBConnection connection, String value) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION explain_output = '" + value.replace("'", "''") + "'");
    }
  }

  private static @Nullable JsonNode explain(DuckDBConnection connection, String sql)
      throws SQLException {
    try (DuckDBPreparedStatement statement = connection.prepare("EXPLAIN (FORMAT json) " + sql)) {
      int parameters = statement.getParameterMetaData().getParameterCount();
      for (int i = 1; i <= parameters; i++) {
        statement.setNull(i, Types.NULL);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          if (rows.getString(1).equals(UNOPTIMIZED)) {
            return DuckDbSyntax.JSON.readTree(rows.getString(2));
          }
        }
      }
    } catch (JsonProcessingException unreadable) {
      return null;
    }
    return null;
  }

  private static Set<Touch> scans(JsonNode plan) {
    Set<Touch> touched = new LinkedHashSet<>();
    int changes = 0;
    Deque<JsonNode> open = new ArrayDeque<>();
    plan.forEach(open::push);
    while (!open.isEmpty()) {
      JsonNode node = open.pop();
      node.path("children").forEach(open::push);
      String name = node.path("name").asText().strip().toUpperCase(Locale.ROOT);
      String table = node.path("extra_info").path("Table").asText();
      changes += CHANGES.contains(name) ? 1 : 0;
      if (!table.isEmpty()) {
        addTable(table, touched);
      } else {
        addOther(name, touched);
      }
    }
    if (changes > 1) {
      touched.add(Touch.unknown("which tables its triggers change")); // the plan does not name them
    }
    return touched;
  }

  private static void addTable(String table, Set<Touch> touched) {
    StatementWords words = StatementWords.of(table);
    List<String> path = words.dotted(0).path();
    switch (path.size()) {
      case 3 -> add(path.get(0), path.get(1), path.get(2), touched);
      default -> touched.add(Touch.unknown("it reads " + table + ", which is nowhere for certain"));
    }
  }

  private static void add(String catalog, String schema, String table, Set<Touch> touched) {
    if (!catalog.equals(TEMPORARY)) {
      touched.add(new Table(Right.READ, catalog, schema, table, false));
    }
  }

  /** Whether a function in the place of a table reads only what it is given. */
  static boolean isHarmless(String function) {
    String name = function.toUpperCase(Locale.ROOT);
    return HARMLESS.contains(name) || DuckDbReach.readsFiles(name);
  }

  private static void addOther(String name, Set<Touch> touched) {
    if (name.startsWith("DUCKDB_") || name.startsWith("PRAGMA_")) {
      touched.add(new Beyond(Reach.TELLS_DEFINITIONS, name + " tells of all tables"));
    } else if (!isHarmless(name)) {
      touched.add(Touch.unknown("what " + name + " reads"));
    }
  }
}
