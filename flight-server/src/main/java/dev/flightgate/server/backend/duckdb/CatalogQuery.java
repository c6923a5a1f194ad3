package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.Metadata.TableRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query of DuckDB's {@code duckdb_…()} tables: a text that ends with a WHERE clause, the
 * conditions added to it, and what follows. Made for one use by one thread.
 *
 * <p>DuckDB keeps the names in a constraint as its author wrote them, so they are looked up in the
 * table without regard to the case of ASCII letters, as DuckDB compares names.
 */
final class CatalogQuery {

  static final String CATALOGS =
      "SELECT database_name FROM duckdb_databases() WHERE NOT internal OR (database_name = 'temp'"
          + " AND (EXISTS (SELECT 1 FROM duckdb_tables() WHERE database_name = 'temp')"
          + " OR EXISTS (SELECT 1 FROM duckdb_views() WHERE database_name = 'temp'"
          + " AND NOT internal)))";

  static final String SCHEMAS =
      "SELECT database_name, schema_name FROM duckdb_schemas() WHERE schema_name NOT IN"
          + (" ('information_schema', 'pg_catalog') AND database_name IN (" + CATALOGS + ")");

  static final String TABLES =
      "SELECT * FROM (SELECT database_name, schema_name, table_name, 'TABLE' AS type, comment"
          + " FROM duckdb_tables() WHERE NOT internal UNION ALL SELECT database_name, schema_name,"
          + " view_name, 'VIEW', comment FROM duckdb_views() WHERE NOT internal) WHERE true";

  static final String COLUMNS =
      "SELECT column_name, data_type, is_nullable, column_default, is_generated, comment,"
          + " database_name, schema_name, table_name"
          + " FROM duckdb_columns() WHERE NOT internal";

  static final String PRIMARY_KEYS =
      "WITH k AS MATERIALIZED (SELECT database_name, schema_name, table_name, constraint_name,"
          + " unnest(constraint_column_names) AS name,"
          + " generate_subscripts(constraint_column_names, 1) AS sequence"
          + " FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'";

  /** What follows {@link #PRIMARY_KEYS} and its conditions. */
  static final String PRIMARY_KEYS_SPELLED =
      ") SELECT k.database_name, k.schema_name, k.table_name, coalesce(s.column_name, k.name),"
          + " k.sequence, k.constraint_name FROM k LEFT JOIN ("
          + (columnsOf("SELECT table_name FROM k") + ") AS s ON s.database_name = k.database_name")
          + " AND s.schema_name = k.schema_name AND s.table_name = k.table_name"
          + (" AND s.folded_column = " + folded("k.name"))
          + " ORDER BY k.database_name, k.schema_name, k.table_name, k.sequence";

  static final String FOREIGN_KEYS =
      "WITH f AS MATERIALIZED (SELECT database_name, schema_name, table_name, referenced_table,"
          + " constraint_name, constraint_index, referenced_column_names,"
          + " unnest(referenced_column_names) AS parent_column,"
          + " unnest(constraint_column_names) AS child_column,"
          + " generate_subscripts(constraint_column_names, 1) AS sequence"
          + " FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY'";

  /**
   * What follows {@link #FOREIGN_KEYS} and its conditions. Of several constraints on the columns
   * that a key refers to, the primary key is the one that is meant.
   */
  static final String FOREIGN_KEYS_SPELLED =
      "), s AS MATERIALIZED ("
          + columnsOf("SELECT table_name FROM f UNION ALL SELECT referenced_table FROM f")
          + "), k AS (SELECT database_name, schema_name, "
          + (folded("table_name") + " AS folded_table, ")
          + (foldedAll("constraint_column_names") + " AS folded_columns, ")
          + "arg_min(constraint_name, constraint_type) AS name FROM duckdb_constraints()"
          + " WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE')"
          + " AND lower(table_name) IN (SELECT lower(referenced_table) FROM f) GROUP BY ALL)"
          + " SELECT f.database_name, f.schema_name, coalesce(p.table_name, f.referenced_table),"
          + " coalesce(p.column_name, f.parent_column), f.table_name,"
          + " coalesce(c.column_name, f.child_column), f.sequence, f.constraint_name, k.name"
          + " FROM f LEFT JOIN s AS p ON p.database_name = f.database_name"
          + " AND p.schema_name = f.schema_name AND p.folded_table = "
          + (folded("f.referenced_table") + " AND p.folded_column = " + folded("f.parent_column"))
          + " LEFT JOIN s AS c ON c.database_name = f.database_name"
          + " AND c.schema_name = f.schema_name AND c.table_name = f.table_name"
          + (" AND c.folded_column = " + folded("f.child_column"))
          + " LEFT JOIN k ON k.database_name = f.database_name"
          + " AND k.schema_name = f.schema_name AND k.folded_table = "
          + (folded("f.referenced_table") + " AND k.folded_columns = ")
          + foldedAll("f.referenced_column_names")
          + " ORDER BY f.database_name, f.schema_name, f.table_name, f.constraint_name,"
          + " f.constraint_index, f.sequence";

  private final StringBuilder sql;
  private final List<String> values = new ArrayList<>();

  CatalogQuery(String sql) {
    this.sql = new StringBuilder(sql);
  }

  private static String folded(String name) {
    return "translate(" + name + ", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')";
  }

  /** The columns of tables whose names are these, but for the case; more if it is not of ASCII. */
  private static String columnsOf(String tables) {
    return "SELECT database_name, schema_name, table_name, column_name, "
        + (folded("table_name") + " AS folded_table, ")
        + (folded("column_name") + " AS folded_column")
        + " FROM duckdb_columns() WHERE NOT internal AND lower(table_name) IN"
        + (" (SELECT lower(table_name) FROM (" + tables + "))");
  }

  private static String foldedAll(String names) {
    return "list_transform(" + names + ", lambda name: " + folded("name") + ")";
  }

  String sql() {
    return sql.toString();
  }

  /** The values of its placeholders. */
  List<String> values() {
    return values;
  }

  /** Rows about a table that a column names; those of any if it is null. */
  CatalogQuery table(String column, @Nullable TableRef table) {
    return table == null
        ? this
        : equal("database_name", table.catalog())
            .equal("schema_name", table.schema())
            .sameName(column, table.table());
  }

  /** Rows with a name that DuckDB takes for this one, without regard to case. */
  CatalogQuery sameName(String column, @Nullable String name) {
    return with(" AND " + folded(column) + " = " + folded("?"), name);
  }

  CatalogQuery equal(String column, @Nullable String value) {
    return with(" AND " + column + " = ?", value);
  }

  /** Rows that fit a pattern; a backslash at its end, which escapes nothing, stands for itself. */
  CatalogQuery like(String column, @Nullable String pattern) {
    String condition = " AND " + column + " LIKE ? ESCAPE '\\'";
    return with(condition, pattern == null || !endsInEscape(pattern) ? pattern : pattern + "\\");
  }

  private static boolean endsInEscape(String pattern) {
    int backslashes = 0;
    while (backslashes < pattern.length()
        && pattern.charAt(pattern.length() - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  CatalogQuery in(String column, List<String> choices) {
    if (!choices.isEmpty()) {
      sql.append(" AND ").append(column).append(" IN (?").append(", ?".repeat(choices.size() - 1));
      sql.append(')');
      values.addAll(choices);
    }
    return this;
  }

  CatalogQuery orderBy(String columns) {
    return then(" ORDER BY " + columns);
  }

  CatalogQuery then(String rest) {
    sql.append(rest);
    return this;
  }

  private CatalogQuery with(String condition, @Nullable String value) {
    if (value != null) {
      sql.append(condition);
      values.add(value);
    }
    return this;
  }
}
