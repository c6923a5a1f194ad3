package dev.flightgate.server.query;

import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The allocators of queries, each with the limit of {@code queries.bytes-max}.
 *
 * <p>A batch handed to the transport by reference is freed when it has gone out, which may be after
 * its query closed. So a query retires its allocator instead of closing it, and it is closed here
 * once it is empty. Thread-safe.
 */
final class QueryMemory {

  private final BufferAllocator parent;
  private final long bytesMax;
  private final AtomicLong number = new AtomicLong();
  private final AtomicInteger inUse = new AtomicInteger();
  private final Queue<BufferAllocator> retired = new ConcurrentLinkedQueue<>();

  QueryMemory(BufferAllocator parent, long bytesMax) {
    this.parent = parent;
    this.bytesMax = bytesMax;
  }

  /** An allocator for one query. */
  BufferAllocator open() {
    return open(bytesMax);
  }

  /** An allocator with a limit of its own. */
  BufferAllocator open(long limit) {
    BufferAllocator allocator =
        parent.newChildAllocator("query-" + number.incrementAndGet(), 0, limit);
    inUse.incrementAndGet();
    return allocator;
  }

  /** Closes the allocator, now or when the last batch has gone out. */
  void retire(BufferAllocator allocator) {
    if (allocator.getAllocatedMemory() == 0) {
      allocator.close();
    } else {
      retired.add(allocator);
    }
    inUse.decrementAndGet();
  }

  /** Closes what has become empty; called by the timer. */
  synchronized void sweep() {
    for (Iterator<BufferAllocator> iterator = retired.iterator(); iterator.hasNext(); ) {
      BufferAllocator allocator = iterator.next();
      if (allocator.getAllocatedMemory() == 0) {
        iterator.remove();
        allocator.close();
      }
    }
  }

  /** Whether no allocator is in use, nor waits for its last batch. */
  boolean isQuiet() {
    if (inUse.get() > 0) {
      return false;
    }
    sweep();
    return retired.isEmpty();
  }
}
