package dev.flightgate.server.backend;

import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Batches of rows, pulled by one thread at a time.
 *
 * <p>Memory: {@link #next()} gives the root's vectors <em>new</em> buffers; it never writes into
 * those of the batch before, because that batch may still be on its way to a socket by reference.
 * Closing the stream releases the root.
 */
public interface BatchStream extends AutoCloseable {

  /**
   * The current batch. The same object for the life of the stream, owned by it; its schema never
   * changes. Without rows before the first {@link #next()}.
   */
  VectorSchemaRoot root();

  /**
   * Moves to the next batch, which has at least one row.
   *
   * @return false when there is none; the root then has no rows
   * @throws BackendException what went wrong while fetching; CANCELLED after a cancel
   * @throws OutOfMemoryException if the allocator does not hold the batch
   */
  boolean next();

  /**
   * Whether the current batch is known to be the last one, so that {@link #next()} would answer
   * false, without any work. False where that is not known.
   */
  default boolean isLast() {
    return false;
  }

  /** Idempotent; ends the engine's work at once, however much of the result is left. */
  @Override
  void close();
}
