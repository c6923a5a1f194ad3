package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.Metadata;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/**
 * What a DuckDB database contains, from its own {@code duckdb_…()} tables. The catalog {@code temp}
 * is there only while it holds something; {@code system} never is.
 */
final class DuckDbMetadata implements Metadata {

  private interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private static final String CATALOGS =
      "SELECT database_name FROM duckdb_databases() WHERE NOT internal OR (database_name = 'temp'"
          + " AND EXISTS (SELECT 1 FROM duckdb_tables() WHERE database_name = 'temp'))";
  private static final String SCHEMAS =
      "SELECT database_name, schema_name FROM duckdb_schemas() WHERE schema_name NOT IN"
          + (" ('information_schema', 'pg_catalog') AND database_name IN (" + CATALOGS + ")");
  private static final String TABLES =
      "SELECT * FROM (SELECT database_name, schema_name, table_name, 'TABLE' AS type, comment"
          + " FROM duckdb_tables() WHERE NOT internal UNION ALL SELECT database_name, schema_name,"
          + " view_name, 'VIEW', comment FROM duckdb_views() WHERE NOT internal) WHERE true";
  private static final String COLUMNS =
      "SELECT column_name, data_type, is_nullable, column_default, is_generated, comment,"
          + " database_name, schema_name, table_name"
          + " FROM duckdb_columns() WHERE NOT internal";
  private static final String KEYS =
      "SELECT database_name, schema_name, table_name, unnest(constraint_column_names),"
          + " generate_subscripts(constraint_column_names, 1) AS sequence, constraint_name"
          + " FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'";
  private static final String FOREIGN_KEYS =
      "SELECT f.database_name, f.schema_name, f.referenced_table AS parent,"
          + " unnest(f.referenced_column_names), f.table_name AS child,"
          + " unnest(f.constraint_column_names),"
          + " generate_subscripts(f.constraint_column_names, 1) AS sequence,"
          + " f.constraint_name, k.constraint_name"
          + " FROM duckdb_constraints() AS f LEFT JOIN duckdb_constraints() AS k"
          + " ON k.constraint_type IN ('PRIMARY KEY', 'UNIQUE')"
          + " AND k.database_name = f.database_name AND k.schema_name = f.schema_name"
          + " AND k.table_name = f.referenced_table"
          + " AND k.constraint_column_names = f.referenced_column_names"
          + " WHERE f.constraint_type = 'FOREIGN KEY'";

  private final GuardedConnection connection;

  DuckDbMetadata(GuardedConnection connection) {
    this.connection = connection;
  }

  @Override
  public List<String> catalogs() {
    return query(new Filter(CATALOGS), " ORDER BY ALL", row -> row.getString(1));
  }

  @Override
  public List<SchemaInfo> schemas(@Nullable String catalog, @Nullable String schemaPattern) {
    Filter filter =
        new Filter(SCHEMAS).equal("database_name", catalog).like("schema_name", schemaPattern);
    return query(
        filter, " ORDER BY ALL", row -> new SchemaInfo(row.getString(1), row.getString(2)));
  }

  @Override
  public List<TableInfo> tables(
      @Nullable String catalog,
      @Nullable String schemaPattern,
      @Nullable String tablePattern,
      List<String> types,
      boolean withColumns) {
    List<TableInfo> tables =
        query(
            new Filter(TABLES)
                .equal("database_name", catalog)
                .like("schema_name", schemaPattern)
                .like("table_name", tablePattern)
                .in("type", types),
            " ORDER BY database_name, schema_name, table_name",
            row ->
                new TableInfo(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    List.of(),
                    row.getString(5)));
    if (!withColumns || tables.isEmpty()) {
      return tables;
    }
    var columns = columns(catalog, schemaPattern, tablePattern);
    return tables.stream().map(table -> withColumns(table, columns)).toList();
  }

  private TableInfo withColumns(
      TableInfo table, Map<List<@Nullable String>, List<ColumnInfo>> columns) {
    List<ColumnInfo> own =
        table.type().equals("VIEW")
            ? viewColumns(table)
            : columns.getOrDefault(
                Arrays.asList(table.catalog(), table.schema(), table.table()), List.of());
    return new TableInfo(
        table.catalog(), table.schema(), table.table(), table.type(), own, table.remarks());
  }

  private Map<List<@Nullable String>, List<ColumnInfo>> columns(
      @Nullable String catalog, @Nullable String schemaPattern, @Nullable String tablePattern) {
    Map<List<@Nullable String>, List<ColumnInfo>> columns = new LinkedHashMap<>();
    query(
        new Filter(COLUMNS)
            .equal("database_name", catalog)
            .like("schema_name", schemaPattern)
            .like("table_name", tablePattern),
        " ORDER BY database_name, schema_name, table_name, column_index",
        row -> {
          List<@Nullable String> key =
              Arrays.asList(row.getString(7), row.getString(8), row.getString(9));
          ColumnInfo column =
              column(
                  row.getString(1),
                  row.getString(2),
                  row.getBoolean(3),
                  row.getBoolean(5),
                  row.getString(4),
                  row.getString(6));
          return columns.computeIfAbsent(key, table -> new ArrayList<>()).add(column);
        });
    return columns;
  }

  private static ColumnInfo column(
      String name,
      String type,
      boolean nullable,
      boolean generated,
      @Nullable String defaultValue,
      @Nullable String remarks) {
    DuckDbType parsed = DuckDbType.parse(type);
    boolean decimal = parsed.base().equals("DECIMAL");
    return new ColumnInfo(
        // DuckDB leaves the labels of an ENUM away where it describes a result.
        DuckDbTypes.field(name, parsed.base().equals("ENUM") ? "ENUM" : type, nullable),
        type,
        decimal ? Integer.valueOf(parsed.number(0, 18)) : null,
        decimal ? Integer.valueOf(parsed.number(1, 3)) : null,
        defaultValue != null && defaultValue.startsWith("nextval("),
        generated,
        generated ? null : defaultValue,
        remarks);
  }

  /** What a SELECT from the view yields now: DuckDB remembers columns of views that are broken. */
  private List<ColumnInfo> viewColumns(TableInfo view) {
    String sql =
        "FROM "
            + DuckDbType.quoted(String.valueOf(view.catalog()))
            + "."
            + DuckDbType.quoted(String.valueOf(view.schema()))
            + "."
            + DuckDbType.quoted(view.table());
    return connection.run(
        open -> {
          List<ColumnInfo> columns = new ArrayList<>();
          try (DuckDBPreparedStatement statement = open.prepare(sql)) {
            ResultSetMetaData meta = statement.getMetaData();
            for (int i = 1; i <= meta.getColumnCount(); i++) {
              columns.add(
                  column(
                      meta.getColumnName(i), meta.getColumnTypeName(i), true, false, null, null));
            }
          } catch (SQLException broken) {
            return List.of();
          }
          return columns;
        });
  }

  @Override
  public List<String> tableTypes() {
    return List.of("TABLE", "VIEW");
  }

  @Override
  public List<PrimaryKeyColumn> primaryKeys(
      @Nullable String catalog, @Nullable String schema, String table) {
    return query(
        new Filter(KEYS).table("", "table_name", new TableRef(catalog, schema, table)),
        " ORDER BY database_name, schema_name, table_name, sequence",
        row ->
            new PrimaryKeyColumn(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getInt(5),
                row.getString(6)));
  }

  /** DuckDB refers to tables of the same schema only, and refuses a change at once or at commit. */
  @Override
  public List<ForeignKeyColumn> foreignKeys(@Nullable TableRef parent, @Nullable TableRef child) {
    Filter filter =
        new Filter(FOREIGN_KEYS)
            .table("f.", "referenced_table", parent)
            .table("f.", "table_name", child);
    return query(
        filter,
        " ORDER BY f.database_name, f.schema_name, child, f.constraint_name, sequence",
        row ->
            new ForeignKeyColumn(
                new TableRef(row.getString(1), row.getString(2), row.getString(3)),
                row.getString(4),
                new TableRef(row.getString(1), row.getString(2), row.getString(5)),
                row.getString(6),
                row.getInt(7),
                row.getString(8),
                row.getString(9),
                Rule.NO_ACTION,
                Rule.NO_ACTION));
  }

  @Override
  public List<TypeInfo> types() {
    return DuckDbTypeList.TYPES;
  }

  private <T> List<T> query(Filter filter, String order, RowReader<T> reader) {
    return connection.run(
        open -> {
          List<T> rows = new ArrayList<>();
          try (DuckDBPreparedStatement statement = open.prepare(filter.sql + order)) {
            for (int i = 0; i < filter.values.size(); i++) {
              statement.setString(i + 1, filter.values.get(i));
            }
            ResultSet result = statement.executeQuery();
            while (result.next()) {
              rows.add(reader.read(result));
            }
          }
          return rows;
        });
  }

  /** A query that ends with a WHERE clause, and the conditions added to it. */
  private static final class Filter {
    private final StringBuilder sql;
    private final List<String> values = new ArrayList<>();

    Filter(String sql) {
      this.sql = new StringBuilder(sql);
    }

    Filter table(String owner, String column, @Nullable TableRef table) {
      return table == null
          ? this
          : equal(owner + "database_name", table.catalog())
              .equal(owner + "schema_name", table.schema())
              .equal(owner + column, table.table());
    }

    Filter equal(String column, @Nullable String value) {
      return with(" AND " + column + " = ?", value);
    }

    Filter like(String column, @Nullable String pattern) {
      return with(" AND " + column + " LIKE ? ESCAPE '\\'", pattern);
    }

    Filter in(String column, List<String> choices) {
      if (!choices.isEmpty()) {
        sql.append(" AND ")
            .append(column)
            .append(" IN (?")
            .append(", ?".repeat(choices.size() - 1));
        sql.append(')');
        values.addAll(choices);
      }
      return this;
    }

    private Filter with(String condition, @Nullable String value) {
      if (value != null) {
        sql.append(condition);
        values.add(value);
      }
      return this;
    }
  }
}
