package dev.flightgate.server.query;

import dev.flightgate.server.backend.BatchStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Batches for a client, and what a door must know to send them. Made without work on the thread
 * that takes the call; started, pulled and closed on the query pool, by one thread at a time.
 */
public interface ResultStream extends BatchStream {

  /** The schema that every batch has; known before {@link #start()}. */
  Schema schema();

  /** What the batches are allocated from; good after {@link #start()}, as long as they are. */
  BufferAllocator allocator();

  /** Stops the work of this stream. */
  Cancellation cancellation();

  /**
   * Begins the work; may take long. Called before {@link #next()}, until it answers true: false
   * says that somebody else has to be through first, and leaves the thread to others meanwhile.
   */
  boolean start();

  /** Whether every batch is there already, so that only sending them is left; constant. */
  default boolean isAtHand() {
    return false;
  }

  /** Says that rows have been handed to the transport, of a batch of so many bytes. */
  default void sent(long rows, long bytes) {}

  /** Says that the client is told of this failure, in place of what is missing. */
  default void failed(Throwable why) {}

  /** Says that the client was sent all of it; after {@link #release()}, before the client knows. */
  default void delivered() {}

  /**
   * Ends the work, and gives back what others may need of it, as {@link #close()} does too; only
   * the batches pulled so far and the allocator stay good. Idempotent.
   */
  void release();
}
