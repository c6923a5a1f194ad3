package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.IngestTarget.Mode;
import dev.flightgate.server.backend.sqlite.EngineInfo.Names;
import dev.flightgate.server.backend.sqlite.SqliteTypes.ColumnType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** The table that an ingest writes to. Belongs to the session's thread. */
final class IngestTable {

  private final EngineConnection connection;
  private final IngestTarget target;
  private final String catalog;
  private final String table;

  /** Looks at nothing yet; NOT_FOUND for a schema, as SQLite has none. */
  IngestTable(EngineConnection connection, IngestTarget target) {
    this.connection = connection;
    this.target = target;
    this.catalog = catalog(target);
    this.table = Statements.quote(catalog) + "." + Statements.quote(target.table());
  }

  private static String catalog(IngestTarget target) {
    String schema = target.schema();
    if (schema != null && !schema.isEmpty()) {
      throw new BackendException(
          Kind.NOT_FOUND, "no such schema: " + schema + "; SQLite has none below its catalogs");
    }
    String catalog = target.catalog();
    if (target.temporary()) {
      return "temp";
    }
    return catalog == null || catalog.isEmpty() ? SqliteBackend.MAIN : catalog;
  }

  /** Makes the table if the mode says so; it must have passed {@link #requireFit}. */
  void make(List<Field> fields) throws SQLException {
    boolean kept = requireFit(fields);
    if (target.temporary()) {
      connection.markChanged();
    }
    if (!kept) {
      connection.execute("DROP TABLE IF EXISTS " + table);
      connection.execute(
          fields.stream()
              .map(
                  field ->
                      Statements.quote(field.getName())
                          + " "
                          + SqliteTypes.declaration(field.getName(), field.getType()))
              .collect(Collectors.joining(", ", "CREATE TABLE " + table + " (", ")")));
    }
  }

  /**
   * Checks the fields of the batches against the mode and what there is. Only reads.
   *
   * @return whether the table is there and stays
   * @throws BackendException ALREADY_EXISTS, NOT_FOUND or INVALID_DATA, as an ingest does
   */
  boolean requireFit(List<Field> fields) throws SQLException {
    requireDistinctNames(fields);
    Map<String, @Nullable ColumnType> columns = columns();
    boolean exists = !columns.isEmpty();
    Mode mode = target.mode();
    if (exists && mode == Mode.CREATE) {
      throw new BackendException(
          Kind.ALREADY_EXISTS, "table \"" + target.table() + "\" already exists");
    }
    if (!exists && mode == Mode.APPEND) {
      throw new BackendException(Kind.NOT_FOUND, "no such table: " + target.table());
    }
    if (!exists || mode == Mode.REPLACE) {
      return false;
    }
    requireFit(fields, columns);
    return true;
  }

  private static void requireDistinctNames(List<Field> fields) {
    if (fields.isEmpty()) {
      throw new BackendException(Kind.INVALID_DATA, "the batches have no columns");
    }
    Set<String> names = new HashSet<>();
    for (Field field : fields) {
      if (!names.add(Names.fold(field.getName()))) {
        throw new BackendException(
            Kind.INVALID_DATA, "two columns of the batches are named \"" + field.getName() + "\"");
      }
    }
  }

  /** The writable columns of the table by folded name; empty if there is no table. */
  private Map<String, @Nullable ColumnType> columns() throws SQLException {
    requireCatalog();
    Map<String, @Nullable ColumnType> columns = new HashMap<>();
    try (PreparedStatement statement =
        connection.prepare("SELECT name, type, hidden FROM pragma_table_xinfo(?, ?)")) {
      statement.setString(1, target.table());
      statement.setString(2, catalog);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          if (result.getInt(3) == 0) {
            columns.put(Names.fold(result.getString(1)), SqliteTypes.declared(result.getString(2)));
          }
        }
      }
    }
    return columns;
  }

  private void requireCatalog() throws SQLException {
    if (!Names.catalogs(connection, true).contains(catalog)) {
      throw new BackendException(Kind.NOT_FOUND, "no such catalog: " + catalog);
    }
  }

  private void requireFit(List<Field> fields, Map<String, @Nullable ColumnType> columns) {
    for (Field field : fields) {
      String name = Names.fold(field.getName());
      if (!columns.containsKey(name)) {
        throw new BackendException(
            Kind.INVALID_DATA,
            "table \"" + target.table() + "\" has no column \"" + field.getName() + "\"");
      }
      ColumnType type = columns.get(name);
      SqliteTypes.declaration(field.getName(), field.getType());
      if (type != null && !fits(field.getType(), type.arrow())) {
        throw new BackendException(
            Kind.INVALID_DATA,
            "column \""
                + field.getName()
                + "\" is "
                + type.name()
                + " in table \""
                + target.table()
                + "\", and values of type "
                + field.getType()
                + " do not fit it");
      }
    }
  }

  /** Whether values of one type are, as a rule, values of the other. */
  private static boolean fits(ArrowType source, ArrowType column) {
    return switch (source.getTypeID()) {
      case Null -> true;
      case Int, Duration ->
          column instanceof ArrowType.Int
              || column instanceof ArrowType.FloatingPoint
              || column instanceof ArrowType.Decimal
              || column instanceof ArrowType.Bool
              || column instanceof ArrowType.Utf8;
      case Bool ->
          column instanceof ArrowType.Bool
              || column instanceof ArrowType.Int
              || column instanceof ArrowType.Utf8;
      case FloatingPoint, Decimal ->
          column instanceof ArrowType.FloatingPoint
              || column instanceof ArrowType.Decimal
              || column instanceof ArrowType.Utf8
              || (column instanceof ArrowType.Int
                  && source instanceof ArrowType.Decimal decimal
                  && decimal.getScale() <= 0);
      case Date ->
          column instanceof ArrowType.Date
              || column instanceof ArrowType.Timestamp
              || column instanceof ArrowType.Utf8;
      case Time -> column instanceof ArrowType.Time || column instanceof ArrowType.Utf8;
      case Timestamp -> column instanceof ArrowType.Timestamp || column instanceof ArrowType.Utf8;
      case Binary, LargeBinary, FixedSizeBinary, BinaryView -> column instanceof ArrowType.Binary;
      default ->
          !(column instanceof ArrowType.Int
              || column instanceof ArrowType.FloatingPoint
              || column instanceof ArrowType.Decimal
              || column instanceof ArrowType.Bool);
    };
  }

  /** An INSERT of so many rows at once. */
  String insert(List<Field> fields, int rows) {
    String row =
        Collections.nCopies(fields.size(), "?").stream().collect(Collectors.joining(",", "(", ")"));
    return fields.stream()
            .map(field -> Statements.quote(field.getName()))
            .collect(Collectors.joining(", ", "INSERT INTO " + table + " (", ") VALUES "))
        + String.join(",", Collections.nCopies(rows, row));
  }
}
