package dev.flightgate.server.query;

import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * The results of one execution for each row of parameters, one after the other. The root is another
 * object after each execution; the schema is the same.
 */
final class RowwiseStream implements BatchStream {

  private final PreparedQuery query;
  private final Parameters parameters;
  private final BufferAllocator allocator;
  private @Nullable BatchStream current;
  private int row;

  /** Owns none of these. Executes the first row at once, as errors should come early. */
  RowwiseStream(PreparedQuery query, Parameters parameters, BufferAllocator allocator) {
    this.query = query;
    this.parameters = parameters;
    this.allocator = allocator;
    openNext();
  }

  private boolean openNext() {
    if (row >= parameters.rowCount()) {
      return false;
    }
    current = query.openStream(parameters, row++, allocator);
    return true;
  }

  @Override
  public VectorSchemaRoot root() {
    if (current == null) {
      throw new IllegalStateException("there is no row of parameters");
    }
    return current.root();
  }

  @Override
  public boolean next() {
    while (current != null) {
      if (current.next()) {
        return true;
      }
      if (row >= parameters.rowCount()) {
        return false;
      }
      current.close();
      current = null;
      openNext();
    }
    return false;
  }

  @Override
  public boolean isLast() {
    return row >= parameters.rowCount() && current != null && current.isLast();
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
