package dev.flightgate.server.query;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.config.GatewayConfig.QueryConfig;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets so many statements run at once on their callers' threads, and so many more wait for a
 * bounded time: users take turns, and one user's statements go in the order of their coming.
 * Thread-safe.
 */
final class Admission {

  /** A place, given back by closing it on any thread; closing it again does nothing. */
  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  private static final class Waiter {
    final Semaphore granted = new Semaphore(0);
  }

  private final QueryConfig config;
  private final AtomicInteger free;
  private final AtomicInteger waiting = new AtomicInteger();
  private final FairQueue<Waiter> queue = new FairQueue<>(); // guarded by itself
  // How many are in the queue, for those who need the lock only if there is somebody.
  private final AtomicInteger queued = new AtomicInteger();

  Admission(QueryConfig config) {
    this.config = config;
    this.free = new AtomicInteger(config.runningMax());
  }

  /**
   * Waits for a place.
   *
   * @param user with whose other statements this one shares its turns
   * @throws BackendException EXHAUSTED if too many wait, or for too long
   */
  Place enter(String user) {
    if (queued.get() == 0 && takeFree()) {
      return once(this::giveBack);
    }
    if (waiting.incrementAndGet() > config.queueMax()) {
      waiting.decrementAndGet();
      throw full();
    }
    Waiter waiter = new Waiter();
    try {
      synchronized (queue) {
        queue.add(user, waiter);
        queued.incrementAndGet();
        handOut(); // what was given back before anybody was seen to wait
      }
      if (!waiter.granted.tryAcquire(config.queueTimeout().toNanos(), TimeUnit.NANOSECONDS)
          && leave(user, waiter)) {
        throw waitedTooLong();
      }
      return once(this::giveBack);
    } catch (InterruptedException e) {
      if (!leave(user, waiter)) {
        giveBack();
      }
      Thread.currentThread().interrupt();
      throw new BackendException(Kind.UNAVAILABLE, "the server is shutting down", e);
    } finally {
      waiting.decrementAndGet();
    }
  }

  /** How many wait. */
  int waiting() {
    return waiting.get();
  }

  private boolean takeFree() {
    int places = free.get();
    while (places > 0 && !free.compareAndSet(places, places - 1)) {
      places = free.get();
    }
    return places > 0;
  }

  private void giveBack() {
    free.incrementAndGet();
    if (queued.get() > 0) {
      synchronized (queue) {
        handOut();
      }
    }
  }

  // Called with the queue's lock held.
  private void handOut() {
    while (!queue.isEmpty() && takeFree()) {
      Waiter next = queue.poll();
      if (next != null) {
        queued.decrementAndGet();
        next.granted.release();
      }
    }
  }

  /** Waits no longer; false if the place has been granted already. */
  private boolean leave(String user, Waiter waiter) {
    synchronized (queue) {
      boolean waited = queue.remove(user, waiter);
      if (waited) {
        queued.decrementAndGet();
      }
      return waited;
    }
  }

  private BackendException waitedTooLong() {
    return new BackendException(
        Kind.EXHAUSTED,
        "the statement waited "
            + config.queueTimeout().toMillis() / 1000.0
            + " s (setting queries.queue-timeout) for one of "
            + config.runningMax()
            + " running ones (setting queries.running-max): try again later");
  }

  /**
   * Takes a place in the queue without waiting, for work that a pool runs in its turn.
   *
   * @throws BackendException EXHAUSTED if too many wait
   */
  Place queue() {
    return take(config.queueMax());
  }

  /**
   * Takes one of as many places as run and wait in all, without waiting.
   *
   * @throws BackendException EXHAUSTED if there is none
   */
  Place hold() {
    return take((long) config.runningMax() + config.queueMax());
  }

  private Place take(long max) {
    if (waiting.incrementAndGet() > max) {
      waiting.decrementAndGet();
      throw full();
    }
    return once(waiting::decrementAndGet);
  }

  private static Place once(Runnable giveBack) {
    AtomicBoolean given = new AtomicBoolean();
    return () -> {
      if (given.compareAndSet(false, true)) {
        giveBack.run();
      }
    };
  }

  private BackendException full() {
    return new BackendException(
        Kind.EXHAUSTED,
        config.runningMax()
            + " statements run (setting queries.running-max) and "
            + config.queueMax()
            + " wait (setting queries.queue-max): try again later");
  }
}
