package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BatchStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.sqlite.core.DB;
import org.sqlite.core.SafeStmtPtr;

/**
 * The rows of a running statement, in batches of the size asked for. Pulled by one thread.
 *
 * <p>Owns the root. The statement stays its query's; closing resets it, which ends SQLite's work
 * and frees the snapshot, and then tells the session.
 */
final class SqliteStream implements BatchStream {

  /** The first batch grows from here, so that a small result takes little memory. */
  private static final int FIRST_CAPACITY = 64;

  private static final int ROWS_PER_LOOK = 1_024;
  private static final int STEP_ROW = 100;
  private static final int STEP_DONE = 101;

  /** How large batches become. */
  record Size(int bytes, int rowsMax) {}

  private final EngineConnection connection;
  private final SafeStmtPtr statement;
  private final ResultSet result;
  private final VectorSchemaRoot root;
  private final List<ColumnReader> readers;
  private final Size size;
  private final Runnable onClose;
  private int capacity;
  private long rowsBefore;
  private boolean positioned;
  private boolean ended;
  private boolean closed;

  /**
   * A stream over a statement that has been run.
   *
   * @param result stands before its first row; the stream closes it
   * @param root without rows; the stream owns it
   * @param onClose run once, after the statement was reset
   */
  SqliteStream(
      EngineConnection connection,
      SafeStmtPtr statement,
      ResultSet result,
      VectorSchemaRoot root,
      List<ColumnReader> readers,
      Size size,
      Runnable onClose)
      throws SQLException {
    this.connection = connection;
    this.statement = statement;
    this.result = result;
    this.root = root;
    this.readers = readers;
    this.size = size;
    this.onClose = onClose;
    this.capacity = Math.min(FIRST_CAPACITY, size.rowsMax());
    this.positioned = result.next(); // running the statement has stepped to its first row
    this.ended = !positioned;
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public boolean next() {
    if (closed) {
      throw new IllegalStateException("the stream is closed");
    }
    root.clear();
    connection.requireNotCancelled();
    if (ended) {
      return false;
    }
    boolean filled = false;
    try {
      allocate();
      int rows = statement.safeRunInt(this::fill);
      connection.requireNotCancelled();
      root.setRowCount(rows);
      rowsBefore += rows;
      capacity = Math.max(capacity, rows);
      filled = rows > 0;
      return filled;
    } catch (SQLException e) {
      throw connection.translate(e);
    } finally {
      if (!filled) {
        ended = true;
        root.clear();
      }
    }
  }

  private void allocate() {
    for (FieldVector vector : root.getFieldVectors()) {
      vector.setInitialCapacity(capacity);
      vector.allocateNew();
    }
  }

  /** Reads rows until the batch is full, all in one hold of the driver's lock. */
  private int fill(DB engine, long pointer) throws SQLException {
    long bytes = 0;
    int row = 0;
    while (row < size.rowsMax() && bytes < size.bytes() && (positioned || step(engine, pointer))) {
      positioned = true;
      long rowBytes = 0;
      for (ColumnReader reader : readers) {
        rowBytes += reader.read(engine, pointer, row, rowsBefore + row + 1);
      }
      bytes += rowBytes;
      if (row > 0 && bytes > 2L * size.bytes()) {
        return row; // a large row: it stays the current one, and goes into a batch of its own
      }
      positioned = false;
      row++;
      if (row % ROWS_PER_LOOK == 0) {
        connection.requireNotCancelled();
      }
    }
    return row;
  }

  private boolean step(DB engine, long pointer) throws SQLException {
    int code = engine.step(pointer);
    if (code == STEP_ROW) {
      return true;
    }
    ended = true;
    if (code != STEP_DONE) {
      engine.throwex(code);
    }
    return false;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (root) {
      result.close();
    } catch (SQLException e) {
      throw SqliteErrors.translate(e);
    } finally {
      onClose.run();
    }
  }

  /** The result of a statement that yields no columns. */
  static final class EmptyStream implements BatchStream {

    private final VectorSchemaRoot root = new VectorSchemaRoot(new Schema(List.of()), List.of(), 0);
    private final Runnable onClose;

    /** A stream that tells when it is closed. */
    EmptyStream(Runnable onClose) {
      this.onClose = onClose;
    }

    @Override
    public VectorSchemaRoot root() {
      return root;
    }

    @Override
    public boolean next() {
      return false;
    }

    @Override
    public void close() {
      onClose.run();
    }
  }
}
