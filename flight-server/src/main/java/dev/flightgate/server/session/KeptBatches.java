package dev.flightgate.server.session;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a statement that already ran, kept so that its ticket can be read any number of
 * times. Shared by the result and the streams that read it; the last to release them frees them.
 */
public final class KeptBatches {

  private final List<ArrowRecordBatch> batches;
  private final BufferAllocator allocator;
  private final HeldMemory.@Nullable Share share;
  private final Runnable retire;
  private final long bytes;
  private final AtomicInteger owners = new AtomicInteger(1);

  /**
   * @param batches owned
   * @param allocator of the batches
   * @param share what they are counted in; owned; null if they are next to nothing
   * @param retire closes the allocator, once nothing sent to a client refers to it any more
   */
  public KeptBatches(
      List<ArrowRecordBatch> batches,
      BufferAllocator allocator,
      HeldMemory.@Nullable Share share,
      Runnable retire) {
    this.batches = List.copyOf(batches);
    this.allocator = allocator;
    this.share = share;
    this.retire = retire;
    this.bytes = batches.stream().mapToLong(ArrowRecordBatch::computeBodyLength).sum();
  }

  /** The batches, in order. */
  public List<ArrowRecordBatch> batches() {
    return batches;
  }

  /** What they were allocated from. */
  public BufferAllocator allocator() {
    return allocator;
  }

  long bytes() {
    return bytes;
  }

  /** Whether they take memory worth counting. */
  boolean isCounted() {
    return share != null;
  }

  /** Adds an owner; false if they were freed already. */
  public boolean tryRetain() {
    return owners.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
  }

  /** Removes an owner. */
  public void release() {
    if (owners.decrementAndGet() == 0) {
      batches.forEach(ArrowRecordBatch::close);
      if (share != null) {
        share.close();
      }
      retire.run();
    }
  }
}
