package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.Metadata;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.sqlite.EngineInfo.Names;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * What a SQLite database contains, read from its schema tables and PRAGMA functions.
 *
 * <p>Catalogs are SQLite's databases: main, those attached, and temp while something is in it.
 * There are no schemas below them: each catalog lists one with the name "", as ADBC's driver for
 * SQLite has it, and a table's schema is null. Filters see both as "". Patterns and names are
 * compared without regard to case, as SQLite does. Keys have no names, as SQLite forgets them. What
 * SQLite keeps for itself is left out: {@code sqlite_…} and the shadow tables of virtual tables.
 */
final class SqliteMetadata implements Metadata {

  private static final List<String> TABLE_TYPES = List.of("TABLE", "VIEW");
  static final String NO_SCHEMA = "";
  private static final int HIDDEN = 1;

  private final SqliteSession session;

  SqliteMetadata(SqliteSession session) {
    this.session = session;
  }

  /** A table or view by its place. */
  record Place(String catalog, String name, String type) {
    boolean isTable() {
      return type.equals("TABLE");
    }
  }

  /** What is asked of a row of an answer. */
  interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  @Override
  public List<String> catalogs() {
    requireUsable();
    try {
      return Names.catalogs(session.connection(), false);
    } catch (SQLException e) {
      throw session.connection().translate(e);
    }
  }

  @Override
  public List<SchemaInfo> schemas(@Nullable String catalog, @Nullable String schemaPattern) {
    return catalogs().stream()
        .filter(found -> catalog == null || catalog.equals(found))
        .filter(found -> Names.fits(schemaPattern, NO_SCHEMA))
        .map(found -> new SchemaInfo(found, NO_SCHEMA))
        .toList();
  }

  @Override
  public List<TableInfo> tables(
      @Nullable String catalog,
      @Nullable String schemaPattern,
      @Nullable String tablePattern,
      List<String> types,
      boolean withColumns) {
    requireUsable();
    List<TableInfo> tables = new ArrayList<>();
    if (Names.fits(schemaPattern, NO_SCHEMA)) {
      for (Place place : places(catalog)) {
        if (Names.fits(tablePattern, place.name())
            && (types.isEmpty() || types.contains(place.type()))) {
          List<ColumnInfo> columns = withColumns ? columns(place) : List.of();
          tables.add(
              new TableInfo(place.catalog(), null, place.name(), place.type(), columns, null));
        }
      }
    }
    return tables;
  }

  @Override
  public List<String> tableTypes() {
    return TABLE_TYPES;
  }

  @Override
  public List<TypeInfo> types() {
    return EngineInfo.types();
  }

  /** The tables and views of a catalog; of all if it is null. */
  List<Place> places(@Nullable String catalog) {
    List<Place> places = new ArrayList<>();
    for (String found : catalogs()) {
      if (catalog == null || catalog.equals(found)) {
        query(
            "SELECT name, iif(type = 'view', 'VIEW', 'TABLE') FROM pragma_table_list"
                + " WHERE schema = ?1 AND type <> 'shadow'"
                + " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
            row -> places.add(new Place(found, row.getString(1), row.getString(2))), found);
      }
    }
    return places;
  }

  private List<ColumnInfo> columns(Place place) {
    List<ColumnInfo> columns = new ArrayList<>();
    String sql =
        "SELECT * FROM " + Statements.quote(place.catalog()) + "." + Statements.quote(place.name());
    try (PreparedQuery select = session.prepare(sql)) {
      List<Field> fields = select.resultSchema().getFields();
      query(
          // A row number is the only primary key that needs no index.
          "SELECT name, type, \"notnull\", dflt_value, hidden,"
              + " pk > 0 AND NOT EXISTS"
              + " (SELECT 1 FROM pragma_index_list(?1, ?2) WHERE origin = 'pk')"
              + " FROM pragma_table_xinfo(?1, ?2) WHERE hidden <> "
              + HIDDEN,
          row -> columns.add(column(row, fields.get(columns.size()))),
          place.name(),
          place.catalog());
      return columns;
    } catch (BackendException e) {
      if (e.kind() == Kind.CANCELLED) {
        throw e;
      }
      return List.of(); // a view whose table is gone
    }
  }

  private static ColumnInfo column(ResultSet row, Field selected) throws SQLException {
    String declared = Objects.requireNonNullElse(row.getString(2), "");
    boolean rowNumber = row.getBoolean(6);
    boolean nullable = row.getInt(3) == 0 && !rowNumber;
    ArrowType type = selected.getType();
    Field field =
        new Field(
            selected.getName(),
            new FieldType(nullable, type, null, selected.getMetadata()),
            selected.getChildren());
    return new ColumnInfo(
        field,
        declared.isEmpty() ? SqliteTypes.typeName(selected) : declared,
        SqliteTypes.precision(type, declared),
        SqliteTypes.scale(type),
        rowNumber,
        row.getInt(5) > HIDDEN,
        row.getString(4),
        null);
  }

  @Override
  public List<PrimaryKeyColumn> primaryKeys(
      @Nullable String catalog, @Nullable String schema, String table) {
    requireUsable();
    return new SqliteKeys(this).primaryKeys(new TableRef(catalog, schema, table));
  }

  @Override
  public List<ForeignKeyColumn> foreignKeys(@Nullable TableRef parent, @Nullable TableRef child) {
    requireUsable();
    return new SqliteKeys(this).foreignKeys(parent, child);
  }

  private void requireUsable() {
    session.requireIdle();
    session.connection().requireNotCancelled();
  }

  /** Reads the rows of a query whose placeholders have these values. */
  void query(String sql, RowReader reader, String... values) {
    try (PreparedStatement statement = session.connection().prepare(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          reader.read(result);
        }
      }
    } catch (SQLException e) {
      throw session.connection().translate(e);
    }
  }
}
