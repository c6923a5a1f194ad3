package dev.flightgate.server.flight;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BatchStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.VectorSchemaRootAppender;

/** Collects bound parameters, which may come in several batches, in one root. */
final class ParameterRows {

  /** Parameters are held in memory whole; bulk data goes through ingest, which is not. */
  private static final long ROWS_MAX = 1_000_000;

  private ParameterRows() {}

  /** All rows of the stream; the root is the caller's. */
  static VectorSchemaRoot read(BatchStream batches, BufferAllocator allocator) {
    VectorSchemaRoot rows = VectorSchemaRoot.create(batches.root().getSchema(), allocator);
    try {
      rows.allocateNew();
      rows.setRowCount(0);
      while (batches.next()) {
        if (rows.getRowCount() + (long) batches.root().getRowCount() > ROWS_MAX) {
          throw new BackendException(
              Kind.EXHAUSTED,
              "more than "
                  + ROWS_MAX
                  + " rows of parameters in one call: send fewer, or use bulk ingest");
        }
        VectorSchemaRootAppender.append(false, rows, batches.root());
      }
      return rows;
    } catch (RuntimeException e) {
      rows.close();
      throw e;
    }
  }
}
