package dev.flightgate.server.session;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backend session that one statement uses at a time, from the moment it acquires the connection
 * until it releases it; in between the statement may move from thread to thread.
 *
 * <p>{@link #close()} may come from any thread: a connection in use is cancelled, and closed by
 * whoever releases it.
 */
public final class Connection implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  private final BackendSession backend;
  private final BufferAllocator allocator;
  private final Semaphore free = new Semaphore(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean closing;
  private volatile @Nullable Runnable whenWanted;

  /** Owns both; the allocator is closed after the backend session. */
  Connection(BackendSession backend, BufferAllocator allocator) {
    this.backend = backend;
    this.allocator = allocator;
  }

  /** The backend session; only between acquire and release, except for its cancel. */
  public BackendSession backend() {
    return backend;
  }

  /** Acquires the connection if nobody uses it and it is not closing. */
  public boolean tryAcquire() {
    if (!free.tryAcquire()) {
      return false;
    }
    if (closing) {
      release();
      return false;
    }
    return true;
  }

  /**
   * Waits until the statement that uses the connection is through with it.
   *
   * @return false if the connection is closed, or about to be
   * @throws BackendException CONFLICT if it takes longer, UNAVAILABLE if the thread is interrupted
   */
  public boolean acquire(Duration wait) {
    // Counted before it asks for room: who makes itself able to give some looks afterwards.
    waiting.incrementAndGet();
    try {
      Runnable letGo = whenWanted;
      if (letGo != null) {
        letGo.run();
      }
      if (!free.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new BackendException(
            Kind.CONFLICT,
            "another statement or an open result still uses this transaction or session, and was"
                + " waited for: read the result to its end or close it first");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackendException(Kind.UNAVAILABLE, "the server is shutting down", e);
    } finally {
      waiting.decrementAndGet();
    }
    if (closing) {
      release();
      return false;
    }
    return true;
  }

  /**
   * Says how to have the connection released by what keeps it but does nothing, should another
   * statement want it; null when that does something again. By whoever holds the connection, who
   * then asks {@link #isWanted()}: a statement that waits already asks for nothing more.
   */
  public void whenWanted(@Nullable Runnable letGo) {
    whenWanted = letGo;
  }

  /** Whether a statement waits for the connection. */
  public boolean isWanted() {
    return waiting.get() > 0;
  }

  /** Gives the connection back; closes it if that was asked for in the meantime. */
  public void release() {
    free.release();
    if (closing && free.tryAcquire()) {
      closeNow();
    }
  }

  /** Whether a statement uses the connection now. */
  public boolean inUse() {
    return free.availablePermits() == 0;
  }

  /** Closes the connection as soon as nobody uses it; what uses it now goes on. */
  public void retire() {
    closing = true;
    if (free.tryAcquire()) {
      closeNow();
    }
  }

  @Override
  public void close() {
    closing = true;
    if (free.tryAcquire()) {
      closeNow();
    } else {
      backend.cancel();
    }
  }

  /** Closes once, by whoever holds the connection, and lets those who wait for it learn of it. */
  private void closeNow() {
    try {
      if (closed.compareAndSet(false, true)) {
        closeBackend();
      }
    } finally {
      free.release();
    }
  }

  private void closeBackend() {
    try {
      backend.close();
    } catch (RuntimeException e) {
      log.warn("a backend session did not close cleanly", e);
    } finally {
      allocator.close();
    }
  }
}
