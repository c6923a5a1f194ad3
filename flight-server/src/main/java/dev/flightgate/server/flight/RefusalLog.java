package dev.flightgate.server.flight;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of what is refused before anybody has logged in, of which strangers could otherwise have
 * as many lines written as they like, on threads that serve others: some each second for each class
 * that logs, and how many more there were with the next one. Thread-safe.
 */
final class RefusalLog {

  static final int LINES_PER_SECOND = 10;

  private static final long SECOND = 1_000_000_000;

  private final Logger log;
  private final LongSupplier nanos;

  // Guarded by this.
  private long begun;
  private int told;
  private long untold;

  RefusalLog(Logger log, LongSupplier nanos) {
    this.log = log;
    this.nanos = nanos;
    this.begun = nanos.getAsLong();
  }

  static RefusalLog of(Class<?> where) {
    return new RefusalLog(LoggerFactory.getLogger(where), System::nanoTime);
  }

  /** One line at most, with the arguments in the place of {@code {}}. */
  void info(String format, @Nullable Object... arguments) {
    long before;
    synchronized (this) {
      long now = nanos.getAsLong();
      if (now - begun >= SECOND) {
        begun = now;
        told = 0;
      }
      if (told == LINES_PER_SECOND) {
        untold++;
        return;
      }
      told++;
      before = untold;
      untold = 0;
    }
    if (before > 0) {
      log.info("{} more were refused since the last of these lines", before);
    }
    log.info(format, arguments);
  }
}
