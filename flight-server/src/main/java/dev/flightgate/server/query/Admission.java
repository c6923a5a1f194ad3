package dev.flightgate.server.query;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.config.GatewayConfig.QueryConfig;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets so many statements run at once on their callers' threads, first come, first served, and so
 * many more wait for a bounded time. Thread-safe.
 */
final class Admission {

  /** A place, given back by closing it on any thread; closing it again does nothing. */
  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  private final QueryConfig config;
  private final Semaphore places;
  private final AtomicInteger waiting = new AtomicInteger();

  Admission(QueryConfig config) {
    this.config = config;
    this.places = new Semaphore(config.runningMax(), true);
  }

  /**
   * Waits for a place.
   *
   * @throws BackendException EXHAUSTED if too many wait, or for too long
   */
  Place enter() {
    if (takeFreePlace()) {
      return once(places::release);
    }
    if (waiting.incrementAndGet() > config.queueMax()) {
      waiting.decrementAndGet();
      throw full();
    }
    try {
      if (!places.tryAcquire(config.queueTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new BackendException(
            Kind.EXHAUSTED,
            "the statement waited "
                + config.queueTimeout().toSeconds()
                + " s (setting queries.queue-timeout) for one of "
                + config.runningMax()
                + " running ones (setting queries.running-max): try again later");
      }
      return once(places::release);
    } catch (InterruptedException e) {
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

  /** Unlike tryAcquire() this does not overtake those who wait. */
  private boolean takeFreePlace() {
    try {
      return places.tryAcquire(0, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackendException(Kind.UNAVAILABLE, "the server is shutting down", e);
    }
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
