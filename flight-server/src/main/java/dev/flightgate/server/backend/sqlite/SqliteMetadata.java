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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * What a SQLite database contains, read from its schema tables and PRAGMA functions.
 *
 * <p>Catalogs are SQLite's databases: main, those attached, and temp while something is in it.
 * There are no schemas below them, so every schema is null; a filter of "" or {@code %} fits that,
 * any name does not. Patterns and names are compared without regard to case, as SQLite does. Keys
 * have no names, as SQLite forgets them.
 */
final class SqliteMetadata implements Metadata {

  private static final List<String> TABLE_TYPES = List.of("TABLE", "VIEW");
  private static final int HIDDEN = 1;

  private final SqliteSession session;

  SqliteMetadata(SqliteSession session) {
    this.session = session;
  }

  /** A table or view by its place. */
  private record Place(String catalog, String name, String type) {}

  /** What is asked of a row of an answer. */
  private interface RowReader {
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
    requireUsable();
    return List.of();
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
    if (fitsNoSchema(schemaPattern)) {
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

  private static boolean fitsNoSchema(@Nullable String schemaPattern) {
    return schemaPattern == null || schemaPattern.isEmpty() || schemaPattern.equals("%");
  }

  @Override
  public List<String> tableTypes() {
    return TABLE_TYPES;
  }

  @Override
  public List<TypeInfo> types() {
    return EngineInfo.types();
  }

  private List<Place> places(@Nullable String catalog) {
    List<Place> places = new ArrayList<>();
    for (String found : catalogs()) {
      if (catalog == null || catalog.equals(found)) {
        query(
            "SELECT name, upper(type) FROM "
                + Statements.quote(found)
                + ".sqlite_schema WHERE type IN ('table', 'view')"
                + " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
            row -> places.add(new Place(found, row.getString(1), row.getString(2))));
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
          "SELECT name, type, \"notnull\", dflt_value, pk, hidden,"
              + " (SELECT count(*) FROM pragma_table_xinfo(?1, ?2) WHERE pk > 0),"
              + " coalesce((SELECT wr FROM pragma_table_list(?1) WHERE schema = ?2), 0)"
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
    boolean rowNumber =
        row.getInt(5) == 1
            && row.getInt(7) == 1
            && row.getInt(8) == 0
            && declared.equalsIgnoreCase("INTEGER");
    boolean nullable = row.getInt(3) == 0 && !rowNumber;
    ArrowType type = selected.getType();
    Field field =
        new Field(
            selected.getName(),
            new FieldType(nullable, type, null, selected.getMetadata()),
            selected.getChildren());
    String typeName = declared.isEmpty() ? type.getTypeID().name() : declared;
    return new ColumnInfo(
        field,
        typeName,
        SqliteTypes.precision(type, declared),
        SqliteTypes.scale(type),
        rowNumber,
        row.getInt(6) > HIDDEN,
        row.getString(4),
        null);
  }

  @Override
  public List<PrimaryKeyColumn> primaryKeys(
      @Nullable String catalog, @Nullable String schema, String table) {
    requireUsable();
    List<PrimaryKeyColumn> keys = new ArrayList<>();
    if (fitsNoSchema(schema)) {
      for (Place place : places(catalog)) {
        if (sameName(place.name(), table)) {
          int sequence = 0;
          for (String column : primaryKey(place)) {
            sequence++;
            keys.add(
                new PrimaryKeyColumn(place.catalog(), null, place.name(), column, sequence, null));
          }
        }
      }
    }
    return keys;
  }

  private List<String> primaryKey(Place place) {
    List<String> columns = new ArrayList<>();
    query(
        "SELECT name FROM pragma_table_info(?1, ?2) WHERE pk > 0 ORDER BY pk",
        row -> columns.add(row.getString(1)),
        place.name(),
        place.catalog());
    return columns;
  }

  @Override
  public List<ForeignKeyColumn> foreignKeys(@Nullable TableRef parent, @Nullable TableRef child) {
    requireUsable();
    List<ForeignKeyColumn> keys = new ArrayList<>();
    List<Place> places = places(null);
    for (Place place : places) {
      if (place.type().equals("TABLE") && fits(child, place.catalog(), place.name())) {
        keys.addAll(foreignKeys(place, places, parent));
      }
    }
    return keys;
  }

  private List<ForeignKeyColumn> foreignKeys(
      Place child, List<Place> places, @Nullable TableRef parentFilter) {
    List<ForeignKeyColumn> keys = new ArrayList<>();
    Map<String, List<String>> primaryKeys = new HashMap<>();
    query(
        "SELECT id, seq, \"table\", \"from\", \"to\", on_update, on_delete"
            + " FROM pragma_foreign_key_list(?1, ?2) ORDER BY id DESC, seq",
        row -> {
          Place parent = parent(places, child.catalog(), row.getString(3));
          if (!fits(parentFilter, parent.catalog(), parent.name())) {
            return;
          }
          int index = row.getInt(2);
          String childColumn = row.getString(4);
          String parentColumn = row.getString(5);
          if (parentColumn == null) { // REFERENCES p, without columns: the primary key
            List<String> primary =
                primaryKeys.computeIfAbsent(parent.name(), name -> primaryKey(parent));
            parentColumn = index < primary.size() ? primary.get(index) : childColumn;
          }
          keys.add(
              new ForeignKeyColumn(
                  new TableRef(parent.catalog(), null, parent.name()),
                  parentColumn,
                  new TableRef(child.catalog(), null, child.name()),
                  childColumn,
                  index + 1,
                  null,
                  null,
                  rule(row.getString(6)),
                  rule(row.getString(7))));
        },
        child.name(),
        child.catalog());
    return keys;
  }

  /** The table a key refers to: of the same catalog, in its own spelling; it may be missing. */
  private static Place parent(List<Place> places, String catalog, String name) {
    return places.stream()
        .filter(place -> place.catalog().equals(catalog) && sameName(place.name(), name))
        .min(Comparator.comparing(Place::name))
        .orElse(new Place(catalog, name, "TABLE"));
  }

  private static Rule rule(String action) {
    return switch (action) {
      case "CASCADE" -> Rule.CASCADE;
      case "RESTRICT" -> Rule.RESTRICT;
      case "SET NULL" -> Rule.SET_NULL;
      case "SET DEFAULT" -> Rule.SET_DEFAULT;
      default -> Rule.NO_ACTION;
    };
  }

  private static boolean fits(@Nullable TableRef filter, String catalog, String name) {
    return filter == null
        || ((filter.catalog() == null || filter.catalog().equals(catalog))
            && fitsNoSchema(filter.schema())
            && sameName(filter.table(), name));
  }

  private static boolean sameName(String one, String other) {
    return Names.fold(one).equals(Names.fold(other));
  }

  private void requireUsable() {
    session.requireIdle();
    session.connection().requireNotCancelled();
  }

  private void query(String sql, RowReader reader, String... values) {
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
