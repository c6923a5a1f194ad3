package dev.flightgate.server.query;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Runs a statement that is a transaction by itself again when another transaction was in its way:
 * it has left nothing behind, so that once more is still once. Bounded in number and in time.
 */
final class ConflictRetry {

  private static final int RETRIES_MAX = 100;
  private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(2);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
  private static final int DOUBLINGS_MAX = 4;

  private ConflictRetry() {}

  /**
   * The attempt's answer; the last conflict if it does not get through.
   *
   * @param allowed whether the attempt is a transaction by itself; asked after a conflict
   */
  static <T> T run(Cancellation call, BooleanSupplier allowed, Supplier<T> attempt) {
    long deadline = System.nanoTime() + GIVE_UP_AFTER.toNanos();
    for (int retries = 0; ; retries++) {
      try {
        return attempt.get();
      } catch (BackendException e) {
        boolean again =
            e.kind() == Kind.CONFLICT
                && retries < RETRIES_MAX
                && System.nanoTime() < deadline
                && allowed.getAsBoolean();
        if (!again) {
          throw e;
        }
      }
      pause(retries);
      call.check();
    }
  }

  /** Twice as long at first, and not the same for two who are in each other's way. */
  private static void pause(int retries) {
    long longest = FIRST_PAUSE.toNanos() << Math.min(retries, DOUBLINGS_MAX);
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(longest / 2, longest));
  }
}
