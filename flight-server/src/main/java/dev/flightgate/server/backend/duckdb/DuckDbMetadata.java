package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.Metadata;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.duckdb.DuckDBConnection;
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

  private final GuardedConnection connection;

  DuckDbMetadata(GuardedConnection connection) {
    this.connection = connection;
  }

  @Override
  public List<String> catalogs() {
    return query(new CatalogQuery(CatalogQuery.CATALOGS).orderBy("ALL"), row -> row.getString(1));
  }

  @Override
  public List<SchemaInfo> schemas(@Nullable String catalog, @Nullable String schemaPattern) {
    return query(
        new CatalogQuery(CatalogQuery.SCHEMAS)
            .equal("database_name", catalog)
            .like("schema_name", schemaPattern)
            .orderBy("ALL"),
        row -> new SchemaInfo(row.getString(1), row.getString(2)));
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
            new CatalogQuery(CatalogQuery.TABLES)
                .equal("database_name", catalog)
                .like("schema_name", schemaPattern)
                .like("table_name", tablePattern)
                .in("type", types)
                .orderBy("database_name, schema_name, table_name"),
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
    List<ColumnInfo> known =
        columns.getOrDefault(
            Arrays.asList(table.catalog(), table.schema(), table.table()), List.of());
    List<ColumnInfo> own = table.type().equals("VIEW") ? viewColumns(table, known) : known;
    return new TableInfo(
        table.catalog(), table.schema(), table.table(), table.type(), own, table.remarks());
  }

  private Map<List<@Nullable String>, List<ColumnInfo>> columns(
      @Nullable String catalog, @Nullable String schemaPattern, @Nullable String tablePattern) {
    Map<List<@Nullable String>, List<ColumnInfo>> columns = new LinkedHashMap<>();
    query(
        new CatalogQuery(CatalogQuery.COLUMNS)
            .equal("database_name", catalog)
            .like("schema_name", schemaPattern)
            .like("table_name", tablePattern)
            .orderBy("database_name, schema_name, table_name, column_index"),
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
    DuckDbType parsed = DuckDbTypes.read(type);
    // DuckDB leaves the labels of an ENUM away where it describes a result.
    Field field = DuckDbTypes.field(name, parsed.base().equals("ENUM") ? "ENUM" : type, nullable);
    boolean decimal =
        parsed.base().equals("DECIMAL") && field.getType() instanceof ArrowType.Decimal;
    return new ColumnInfo(
        field,
        parsed.base().equals("NULL") ? "NULL" : type,
        decimal ? Integer.valueOf(parsed.number(0, 18)) : null,
        decimal ? Integer.valueOf(parsed.number(1, 3)) : null,
        defaultValue != null && defaultValue.startsWith("nextval("),
        generated,
        generated ? null : defaultValue,
        remarks);
  }

  /**
   * What a SELECT from the view yields now: DuckDB remembers columns of views that are broken.
   *
   * @param remembered those, which have the comments
   */
  private List<ColumnInfo> viewColumns(TableInfo view, List<ColumnInfo> remembered) {
    Map<String, String> remarks = new HashMap<>();
    for (ColumnInfo column : remembered) {
      if (column.remarks() != null) {
        remarks.put(column.field().getName(), column.remarks());
      }
    }
    String select =
        "FROM "
            + DuckDbType.quoted(String.valueOf(view.catalog()))
            + "."
            + DuckDbType.quoted(String.valueOf(view.schema()))
            + "."
            + DuckDbType.quoted(view.table());
    String sql = "SELECT column_name, column_type FROM (DESCRIBE " + select + ")";
    return connection.run(
        open -> {
          List<ColumnInfo> columns = new ArrayList<>();
          if (connection.inTransaction() && isBroken(open, select)) {
            return columns;
          }
          try (DuckDBPreparedStatement statement = open.prepare(sql);
              ResultSet result = statement.executeQuery()) {
            while (result.next()) {
              String name = result.getString(1);
              columns.add(column(name, result.getString(2), true, false, null, remarks.get(name)));
            }
          } catch (SQLException broken) {
            return List.of();
          }
          return columns;
        });
  }

  /**
   * Whether a query cannot be planned, found out without failing: a statement that fails takes its
   * transaction along. A plan that cannot be written down is a plan all the same.
   */
  private static boolean isBroken(DuckDBConnection open, String select) throws SQLException {
    String sql =
        "SELECT json_extract_string(json_serialize_plan('"
            + select.replace("'", "''")
            + "', optimize := false), '$.error_type')";
    try (DuckDBPreparedStatement statement = open.prepare(sql);
        ResultSet result = statement.executeQuery()) {
      String error = result.next() ? result.getString(1) : null;
      return error != null && !error.equals("serialization") && !error.equals("not implemented");
    }
  }

  @Override
  public List<String> tableTypes() {
    return List.of("TABLE", "VIEW");
  }

  @Override
  public List<PrimaryKeyColumn> primaryKeys(
      @Nullable String catalog, @Nullable String schema, String table) {
    return query(
        new CatalogQuery(CatalogQuery.PRIMARY_KEYS)
            .table("table_name", new TableRef(catalog, schema, table))
            .then(CatalogQuery.PRIMARY_KEYS_SPELLED),
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
    return query(
        new CatalogQuery(CatalogQuery.FOREIGN_KEYS)
            .table("referenced_table", parent)
            .table("table_name", child)
            .then(CatalogQuery.FOREIGN_KEYS_SPELLED),
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

  private <T> List<T> query(CatalogQuery query, RowReader<T> reader) {
    return connection.run(
        open -> {
          List<T> rows = new ArrayList<>();
          try (DuckDBPreparedStatement statement = open.prepare(query.sql())) {
            for (int i = 0; i < query.values().size(); i++) {
              statement.setString(i + 1, query.values().get(i));
            }
            ResultSet result = statement.executeQuery();
            while (result.next()) {
              rows.add(reader.read(result));
            }
          }
          return rows;
        });
  }
}
