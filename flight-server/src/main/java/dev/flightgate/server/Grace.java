package dev.flightgate.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How long what runs may still go on: as long as the most impatient of those says who close the
 * gateway. Thread-safe.
 */
final class Grace {

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final long originNanos = System.nanoTime();

  /** Counted from the origin; for ever, as long as nobody closes. */
  private final AtomicLong endNanos = new AtomicLong(Long.MAX_VALUE);

  /** From now on this long at most. */
  void atMost(Duration grace) {
    long end = System.nanoTime() - originNanos + grace.toNanos();
    endNanos.accumulateAndGet(end, Math::min);
  }

  /** Waits until the condition holds or the grace is over; whether the condition held. */
  boolean await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - originNanos >= endNanos.get()) {
        return false;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return true;
  }
}
