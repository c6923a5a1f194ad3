package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may write: SQLite has one writer at a time, so writers of this process queue here, first in,
 * first out, instead of polling the file. Thread-safe.
 *
 * <p>The lock belongs to an owner (a session), not to a thread, as sessions move between threads.
 * It is not counted: an owner that has it gets it again at once, and one release frees it.
 */
final class WriterLock {

  private final Duration timeout;
  private final ArrayDeque<Object> waiting = new ArrayDeque<>();
  private @Nullable Object owner;

  /** A free lock for which nobody waits longer than the timeout. */
  WriterLock(Duration timeout) {
    this.timeout = timeout;
  }

  /**
   * Waits for the lock.
   *
   * @param cancelled asked whenever {@link #wake()} is called
   * @throws BackendException CONFLICT after the timeout, CANCELLED when told so
   */
  synchronized void acquire(Object newOwner, BooleanSupplier cancelled) {
    if (owner == newOwner) {
      return;
    }
    waiting.addLast(newOwner);
    try {
      await(newOwner, cancelled);
    } finally {
      waiting.remove(newOwner);
      notifyAll();
    }
    owner = newOwner;
  }

  private void await(Object newOwner, BooleanSupplier cancelled) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (owner != null || waiting.peekFirst() != newOwner) {
      if (cancelled.getAsBoolean()) {
        throw new BackendException(Kind.CANCELLED, "cancelled while waiting for another writer");
      }
      long leftMillis = (deadline - System.nanoTime() + 999_999) / 1_000_000;
      if (leftMillis <= 0) {
        throw new BackendException(
            Kind.CONFLICT,
            "another transaction is writing, and SQLite has one writer at a time; waited "
                + timeout.toMillis()
                + " ms ("
                + SqliteSettings.BUSY_TIMEOUT
                + "); try again");
      }
      try {
        wait(leftMillis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BackendException(Kind.CANCELLED, "interrupted while waiting for a writer", e);
      }
    }
  }

  /** Whether the owner has the lock. */
  synchronized boolean isHeldBy(Object candidate) {
    return owner == candidate;
  }

  /** Frees the lock if the owner has it. */
  synchronized void release(Object formerOwner) {
    if (owner == formerOwner) {
      owner = null;
      notifyAll();
    }
  }

  /** Makes everybody who waits ask whether it is cancelled. Never blocks for long. */
  synchronized void wake() {
    notifyAll();
  }
}
