package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BatchStream;
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
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * One bulk ingest: INSERTs of many rows each, in a transaction of its own or in a savepoint of the
 * session's. Used once, on the session's thread.
 *
 * <p>The first batch is waited for before the writer lock is taken, so that a client which opens an
 * upload and sends nothing stops nobody.
 */
final class SqliteIngest {

  /** Values of one INSERT: enough that compiling and stepping do not count. */
  private static final int VALUES_PER_STATEMENT = 1_000;

  private static final int ROWS_PER_STATEMENT_MAX = 128;
  private static final String SAVEPOINT = "flightgate_ingest";

  private final SqliteSession session;
  private final EngineConnection connection;
  private final IngestTarget target;
  private final String catalog;
  private final String table;

  SqliteIngest(SqliteSession session, IngestTarget target) {
    this.session = session;
    this.connection = session.connection();
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

  /** Writes all rows, or none, and answers how many. */
  long run(BatchStream batches) {
    VectorSchemaRoot root = batches.root();
    requireDistinctNames(root);
    boolean rows = batches.next();
    Transaction transaction = session.transaction();
    boolean own = !transaction.active();
    if (own) {
      transaction.begin();
    }
    boolean saved = false;
    try {
      transaction.beforeWrite();
      if (!own) {
        connection.execute("SAVEPOINT " + SAVEPOINT);
        saved = true;
      }
      makeTable(root.getSchema().getFields());
      long count = rows ? insertAll(batches) : 0;
      connection.requireNotCancelled();
      finish(own);
      return count;
    } catch (SQLException e) {
      BackendException failure = connection.translate(e);
      undo(own, saved, failure);
      throw failure;
    } catch (RuntimeException e) {
      undo(own, saved, e);
      throw e;
    }
  }

  private void finish(boolean own) throws SQLException {
    if (own) {
      session.transaction().commit();
    } else {
      connection.execute("RELEASE " + SAVEPOINT);
    }
  }

  private void undo(boolean own, boolean saved, RuntimeException failure) {
    try {
      if (own) {
        session.transaction().rollback();
        return;
      }
      session.transaction().afterFailure();
      if (saved && !session.transaction().lost()) {
        connection.executeShielded("ROLLBACK TO " + SAVEPOINT);
        connection.executeShielded("RELEASE " + SAVEPOINT);
      }
    } catch (SQLException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static void requireDistinctNames(VectorSchemaRoot root) {
    List<Field> fields = root.getSchema().getFields();
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

  private void makeTable(List<Field> fields) throws SQLException {
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
    if (target.temporary()) {
      connection.markChanged();
    }
    if (exists && mode != Mode.REPLACE) {
      requireFit(fields, columns);
    } else {
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

  private long insertAll(BatchStream batches) throws SQLException {
    VectorSchemaRoot root = batches.root();
    int columns = root.getFieldVectors().size();
    int rowsAtOnce = Math.max(1, Math.min(ROWS_PER_STATEMENT_MAX, VALUES_PER_STATEMENT / columns));
    long count = 0;
    try (PreparedStatement many = connection.prepare(insert(root, rowsAtOnce));
        PreparedStatement one = connection.prepare(insert(root, 1))) {
      do {
        int rows = root.getRowCount();
        int row = 0;
        while (row + rowsAtOnce <= rows) {
          insert(many, root, row, rowsAtOnce);
          row += rowsAtOnce;
        }
        for (; row < rows; row++) {
          insert(one, root, row, 1);
        }
        count += rows;
      } while (batches.next());
    }
    return count;
  }

  private void insert(PreparedStatement statement, VectorSchemaRoot root, int from, int rows)
      throws SQLException {
    connection.requireNotCancelled();
    int parameter = 1;
    for (int row = from; row < from + rows; row++) {
      for (FieldVector vector : root.getFieldVectors()) {
        ValueBinder.bind(statement, parameter++, vector, row);
      }
    }
    statement.execute();
  }

  private String insert(VectorSchemaRoot root, int rows) {
    String row =
        Collections.nCopies(root.getFieldVectors().size(), "?").stream()
            .collect(Collectors.joining(",", "(", ")"));
    return root.getSchema().getFields().stream()
            .map(field -> Statements.quote(field.getName()))
            .collect(Collectors.joining(", ", "INSERT INTO " + table + " (", ") VALUES "))
        + String.join(",", Collections.nCopies(rows, row));
  }
}
