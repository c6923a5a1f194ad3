package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BatchStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
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

  /** How large batches become. */
  record Size(int bytes, int rowsMax) {}

  private final EngineConnection connection;
  private final SafeStmtPtr statement;
  private final ResultSet result;
  private final VectorSchemaRoot root;
  private final ColumnReader[] readers;
  private final Size size;
  private final CurrentRow values;
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
   * @param rows how rows are read
   * @param onClose run once, after the statement was reset
   */
  SqliteStream(
      EngineConnection connection,
      SafeStmtPtr statement,
      ResultSet result,
      VectorSchemaRoot root,
      List<ColumnReader> readers,
      Size size,
      CurrentRow.Source rows,
      Runnable onClose)
      throws SQLException {
    this.connection = connection;
    this.statement = statement;
    this.result = result;
    this.root = root;
    this.readers = readers.toArray(new ColumnReader[0]);
    this.size = size;
    this.onClose = onClose;
    this.capacity = Math.min(FIRST_CAPACITY, size.rowsMax());
    this.positioned = result.next(); // running the statement has stepped to its first row
    this.ended = !positioned;
    this.values = open(rows);
  }

  private CurrentRow open(CurrentRow.Source rows) throws SQLException {
    BufferAllocator allocator = root.getVector(0).getAllocator();
    try {
      return statement.safeRun(
          (engine, pointer) -> rows.of(engine, pointer, readers.length, allocator));
    } catch (RuntimeException e) {
      result.close(); // no memory: or the statement would keep its snapshot
      throw e;
    }
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
      int count = statement.safeRunInt((engine, pointer) -> fill());
      connection.requireNotCancelled();
      for (ColumnReader reader : readers) {
        reader.end(count);
      }
      root.setRowCount(count);
      rowsBefore += count;
      capacity = Math.max(capacity, count);
      filled = count > 0;
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
    for (ColumnReader reader : readers) {
      reader.begin();
    }
  }

  /** Reads rows until the batch is full, all in one hold of the driver's lock. */
  private int fill() throws SQLException {
    long bytes = 0;
    int row = 0;
    while (row < size.rowsMax() && bytes < size.bytes() && (positioned ? stay() : step())) {
      positioned = true;
      long rowBytes = 0;
      for (ColumnReader reader : readers) {
        rowBytes += reader.read(values, row, rowsBefore + row + 1);
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

  private boolean stay() {
    values.stay();
    return true;
  }

  private boolean step() throws SQLException {
    ended = !values.next();
    return !ended;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (root;
        values) {
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
