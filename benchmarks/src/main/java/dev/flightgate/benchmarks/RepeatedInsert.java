package dev.flightgate.benchmarks;

import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;

/**
 * A batch in memory that DuckDB reads many times over into a table of a database of its own, as an
 * application would insert what it has: the registered Arrow stream of DuckDB's JDBC driver.
 */
final class RepeatedInsert implements AutoCloseable {

  private static final String STREAM = "rows_in_memory";

  private final BufferAllocator allocator;
  private final VectorSchemaRoot batch;
  private final long count;
  private final DuckDBConnection duckdb;

  /**
   * @param batch stays the caller's
   */
  RepeatedInsert(BufferAllocator allocator, VectorSchemaRoot batch, long count)
      throws SQLException {
    this.allocator = allocator;
    this.batch = batch;
    this.count = count;
    this.duckdb = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
  }

  /** Inserts; the nanoseconds it took. */
  long run() throws SQLException, IOException {
    long begin = System.nanoTime();
    try (ArrowReader rows = new Rows();
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, rows, stream);
      duckdb.registerArrowStream(STREAM, stream);
      try (Statement statement = duckdb.createStatement()) {
        statement.execute("CREATE TABLE inserted AS FROM " + STREAM);
      } finally {
        stream.release();
      }
    }
    return System.nanoTime() - begin;
  }

  @Override
  public void close() throws SQLException {
    duckdb.close();
  }

  private final class Rows extends ArrowReader {

    private long sent;

    Rows() {
      super(RepeatedInsert.this.allocator);
    }

    @Override
    public boolean loadNextBatch() throws IOException {
      prepareLoadNextBatch();
      if (sent == count) {
        return false;
      }
      sent++;
      loadRecordBatch(new VectorUnloader(batch).getRecordBatch());
      return true;
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    protected void closeReadSource() {
      // The batch is the caller's.
    }

    @Override
    protected Schema readSchema() {
      return batch.getSchema();
    }
  }
}
