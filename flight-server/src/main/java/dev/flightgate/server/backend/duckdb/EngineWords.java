package dev.flightgate.server.backend.duckdb;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;

/**
 * What DuckDB says of itself, for clients that ask for SQL info.
 *
 * @param version without the letter v
 * @param keywords reserved words that SQL:2003 does not reserve
 * @param numeric functions of numbers
 * @param text functions of texts
 * @param temporal functions of dates and times
 * @param system functions of the system
 */
record EngineWords(
    String version,
    List<String> keywords,
    List<String> numeric,
    List<String> text,
    List<String> temporal,
    List<String> system) {

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

  /** All of them are asked for at once: listing the functions takes tens of milliseconds. */
  private static final String FUNCTIONS =
      "SELECT DISTINCT function_name, "
          + String.join(", ", NUMERIC, TEXT, TEMPORAL, SYSTEM)
          + " FROM duckdb_functions() WHERE function_type IN ('scalar', 'macro')"
          + " AND regexp_full_match(function_name, '[a-z][a-z0-9_]*')";

  static EngineWords of(DuckDBConnection connection) throws SQLException {
    List<Set<String>> groups =
        List.of(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    try (DuckDBPreparedStatement statement = connection.prepare(FUNCTIONS);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        for (int i = 0; i < groups.size(); i++) {
          if (rows.getBoolean(i + 2)) {
            groups.get(i).add(rows.getString(1));
          }
        }
      }
    }
    return new EngineWords(
        words(connection, "SELECT version()").get(0).replaceFirst("^v", ""),
        keywords(connection),
        List.copyOf(groups.get(0)),
        List.copyOf(groups.get(1)),
        List.copyOf(groups.get(2)),
        List.copyOf(groups.get(3)));
  }

  private static List<String> keywords(DuckDBConnection connection) throws SQLException {
    String sql =
        "SELECT upper(keyword_name) FROM duckdb_keywords() WHERE keyword_category = 'reserved'"
            + " ORDER BY ALL";
    return words(connection, sql).stream()
        .filter(word -> !STANDARD_WORDS.contains(word.toUpperCase(Locale.ROOT)))
        .toList();
  }

  private static List<String> words(DuckDBConnection connection, String sql) throws SQLException {
    List<String> words = new ArrayList<>();
    try (DuckDBPreparedStatement statement = connection.prepare(sql);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        words.add(rows.getString(1));
      }
    }
    return words;
  }
}
