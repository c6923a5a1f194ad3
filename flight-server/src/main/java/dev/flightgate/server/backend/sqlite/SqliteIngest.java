package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.IngestTarget;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * One bulk ingest: INSERTs of many rows each, in a transaction of its own or in a savepoint of the
 * session's. Used once, on the session's thread.
 *
 * <p>Everything is received before the writer lock is taken, in an {@link UploadSpool}, so that a
 * client which stalls in its upload stops nobody.
 */
final class SqliteIngest {

  /** Values of one INSERT: enough that compiling and stepping do not count. */
  private static final int VALUES_PER_STATEMENT = 1_000;

  private static final int ROWS_PER_STATEMENT_MAX = 128;
  private static final String SAVEPOINT = "flightgate_ingest";

  private final SqliteSession session;
  private final EngineConnection connection;
  private final IngestTable table;
  private final BufferAllocator allocator;

  SqliteIngest(SqliteSession session, IngestTarget target, BufferAllocator allocator) {
    this.allocator = allocator;
    this.session = session;
    this.connection = session.connection();
    this.table = new IngestTable(connection, target);
  }

  /** Writes all rows, or none, and answers how many. */
  long run(BatchStream upload) {
    List<Field> fields = upload.root().getSchema().getFields();
    try {
      table.requireFit(fields); // a client need not send everything to hear that it was in vain
    } catch (SQLException e) {
      throw connection.translate(e);
    }
    try (UploadSpool batches = UploadSpool.of(upload, allocator, connection::requireNotCancelled)) {
      return write(batches, fields);
    }
  }

  private long write(UploadSpool batches, List<Field> fields) {
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
      table.make(fields);
      long count = insertAll(batches, fields);
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

  private long insertAll(UploadSpool batches, List<Field> fields) throws SQLException {
    VectorSchemaRoot root = batches.root();
    int rowsAtOnce =
        Math.max(1, Math.min(ROWS_PER_STATEMENT_MAX, VALUES_PER_STATEMENT / fields.size()));
    long count = 0;
    try (PreparedStatement many = connection.prepare(table.insert(fields, rowsAtOnce));
        PreparedStatement one = connection.prepare(table.insert(fields, 1));
        NativeInsert nativeMany = nativeInsert(many, root, rowsAtOnce)) {
      while (batches.next()) {
        int rows = root.getRowCount();
        int row = 0;
        while (row + rowsAtOnce <= rows) {
          connection.requireNotCancelled();
          if (nativeMany == null || !nativeMany.run(row)) {
            insert(many, root, row, rowsAtOnce);
          }
          row += rowsAtOnce;
        }
        for (; row < rows; row++) {
          connection.requireNotCancelled();
          insert(one, root, row, 1);
        }
        count += rows;
      }
    }
    return count;
  }

  private @Nullable NativeInsert nativeInsert(
      PreparedStatement statement, VectorSchemaRoot root, int rows) {
    return session.nativeCode() && NativeInsert.supports(root)
        ? new NativeInsert(statement, root, rows, allocator)
        : null;
  }

  private static void insert(PreparedStatement statement, VectorSchemaRoot root, int from, int rows)
      throws SQLException {
    int parameter = 1;
    for (int row = from; row < from + rows; row++) {
      for (FieldVector vector : root.getFieldVectors()) {
        ValueBinder.bind(statement, parameter++, vector, row);
      }
    }
    statement.execute();
  }
}
