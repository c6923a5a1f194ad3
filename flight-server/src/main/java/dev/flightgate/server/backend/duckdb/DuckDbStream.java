package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.SessionContext;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.util.AutoCloseables;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;

/**
 * A result of DuckDB's. The buffers are DuckDB's own, imported through the C data interface and
 * handed to vectors of the promised schema without a copy; their memory is counted by the caller's
 * allocator.
 *
 * <p>A batch has a multiple of 2,048 rows, DuckDB's vector size, unless the session wants fewer.
 */
final class DuckDbStream implements BatchStream {

  private static final int VECTOR_ROWS = 2_048;
  private static final int ROWS_MIN = 4 * VECTOR_ROWS;
  private static final int ROWS_MAX = 32 * VECTOR_ROWS;

  private final GuardedConnection connection;
  private final VectorSchemaRoot root;
  private final @Nullable DuckDBResultSet result;
  private final @Nullable ArrowReader reader;
  private final BufferAllocator allocator;
  private final boolean checked;
  private final long batchRows;
  private final Runnable afterwards;
  private @Nullable RuntimeException failure;
  private boolean ahead; // the reader has the batch after the current one already
  private boolean finished;
  private boolean closed;

  private DuckDbStream(
      GuardedConnection connection,
      VectorSchemaRoot root,
      @Nullable DuckDBResultSet result,
      @Nullable ArrowReader reader,
      BufferAllocator allocator,
      boolean checked,
      long batchRows,
      Runnable afterwards) {
    this.connection = connection;
    this.root = root;
    this.result = result;
    this.reader = reader;
    this.allocator = allocator;
    this.checked = checked;
    this.batchRows = batchRows;
    this.afterwards = afterwards;
  }

  /** The stream of a statement that yields no columns. */
  static DuckDbStream empty(GuardedConnection connection, BufferAllocator allocator) {
    VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of()), allocator);
    DuckDbStream stream =
        new DuckDbStream(connection, root, null, null, allocator, false, 0, () -> {});
    stream.finished = true;
    connection.opened(stream);
    return stream;
  }

  /** The stream of a statement that failed while it ran: its first batch is the failure. */
  static DuckDbStream failed(
      GuardedConnection connection,
      DuckDbPlan plan,
      BackendException failure,
      BufferAllocator allocator,
      Runnable afterwards) {
    VectorSchemaRoot root = VectorSchemaRoot.create(plan.schema(), allocator);
    DuckDbStream stream =
        new DuckDbStream(connection, root, null, null, allocator, false, 0, afterwards);
    stream.failure = failure;
    connection.opened(stream);
    return stream;
  }

  /**
   * The stream of a statement that has just been executed; frees all if that fails.
   *
   * @param afterwards run once the stream is closed
   */
  static DuckDbStream open(
      GuardedConnection connection,
      DuckDbPlan plan,
      DuckDBPreparedStatement statement,
      SessionContext context,
      BufferAllocator allocator,
      Runnable afterwards)
      throws SQLException, IOException {
    DuckDBResultSet result = (DuckDBResultSet) statement.getResultSet();
    ArrowReader reader = null;
    VectorSchemaRoot root = null;
    try {
      plan.requireSameColumns(result.getMetaData());
      long rows = batchRows(plan.schema(), context);
      reader = (ArrowReader) result.arrowExportStream(allocator, rows);
      requireSameLayout(plan.schema(), reader.getVectorSchemaRoot().getSchema());
      root = VectorSchemaRoot.create(plan.schema(), allocator);
      DuckDbStream stream =
          new DuckDbStream(
              connection, root, result, reader, allocator, plan.isChecked(), rows, afterwards);
      connection.opened(stream);
      return stream;
    } catch (SQLException | IOException | RuntimeException failure) {
      closeAll(failure, root, reader, result);
      throw connection.translate(failure);
    }
  }

  private static void closeAll(Exception failure, @Nullable AutoCloseable... resources) {
    for (AutoCloseable resource : resources) {
      try {
        if (resource != null) {
          resource.close();
        }
      } catch (Exception another) {
        failure.addSuppressed(another);
      }
    }
  }

  /** The rows of a batch of about the size that the session wants. */
  static long batchRows(Schema schema, SessionContext context) {
    long rowBytes = schema.getFields().stream().mapToLong(DuckDbTypes::rowBytes).sum();
    long rows = context.batchBytes() / Math.max(1, rowBytes) / VECTOR_ROWS * VECTOR_ROWS;
    long wanted = Math.max(ROWS_MIN, Math.min(ROWS_MAX, rows));
    long most = context.batchRowsMax();
    return Math.min(wanted, most < VECTOR_ROWS ? most : most / VECTOR_ROWS * VECTOR_ROWS);
  }

  /** Guards against reading memory as what it is not, should DuckDB's export ever change. */
  private static void requireSameLayout(Schema promised, Schema delivered) {
    for (int i = 0; i < promised.getFields().size(); i++) {
      Field one = promised.getFields().get(i);
      Field other = delivered.getFields().get(i);
      if (!DuckDbTypes.sameLayout(one, other)) {
        throw new BackendException(
            Kind.CONFLICT,
            "column "
                + one.getName()
                + " was promised as "
                + one.getType()
                + ", but DuckDB delivers "
                + other
                + "; a setting whose name begins with arrow_ must keep its default");
      }
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
    connection.throwIfCancelled();
    if (failure != null) {
      throw failure;
    }
    if (finished || reader == null) {
      root.clear();
      root.setRowCount(0);
      return false;
    }
    ArrowReader rows = reader;
    try {
      return connection.fetch(open -> load(rows));
    } catch (RuntimeException broken) {
      failure = broken;
      throw broken;
    }
  }

  private boolean load(ArrowReader rows) throws IOException {
    if (!ahead && !arrived(rows)) {
      finished = true;
      root.clear();
      root.setRowCount(0);
      return false;
    }
    ahead = false;
    VectorSchemaRoot staging = rows.getVectorSchemaRoot();
    try (ArrowRecordBatch batch = new VectorUnloader(staging).getRecordBatch()) {
      new VectorLoader(root).load(batch);
    }
    staging.clear();
    if (checked) {
      for (FieldVector vector : root.getFieldVectors()) {
        String type = vector.getField().getMetadata().get(DuckDbTypes.TYPE_NAME);
        Hugeints.check(DuckDbTypes.delivered(String.valueOf(type)), vector, vector.getName());
      }
    }
    if (root.getRowCount() < batchRows) {
      // DuckDB fills its batches but the last one, so that this costs nothing.
      ahead = arrived(rows);
      finished = !ahead;
    }
    return true;
  }

  /** Has the reader take the next batch with rows. */
  private boolean arrived(ArrowReader rows) throws IOException {
    do {
      if (!imported(rows)) {
        return false;
      }
    } while (rows.getVectorSchemaRoot().getRowCount() == 0);
    return true;
  }

  /**
   * Imports the next batch, whose memory is taken already, and counts it afterwards: an import that
   * an allocator refuses half-way never releases DuckDB's batch (arrow-c-data 18.3.0).
   */
  private boolean imported(ArrowReader rows) throws IOException {
    long limit = allocator.getLimit();
    boolean more;
    allocator.setLimit(Long.MAX_VALUE);
    try {
      more = rows.loadNextBatch();
    } finally {
      allocator.setLimit(limit);
    }
    if (allocator.getAllocatedMemory() > limit) {
      rows.getVectorSchemaRoot().clear();
      throw new OutOfMemoryException("a batch of the result is beyond " + limit + " bytes");
    }
    return more;
  }

  @Override
  public boolean isLast() {
    return finished;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    connection.streamClosed();
    try {
      AutoCloseables.close(root, reader, result);
    } catch (Exception notClosed) {
      throw DuckDbErrors.translate(notClosed);
    } finally {
      afterwards.run();
    }
  }
}
