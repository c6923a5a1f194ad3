package dev.flightgate.client.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A line on standard error that says how far a query is, redrawn ten times a second by a thread of
 * its own, from 0.4 seconds on; gone when closed. {@link #rows} and {@link #close} may be called
 * from any thread.
 */
final class Progress implements AutoCloseable {

  private static final long FIRST_MILLIS = 400;
  private static final long EVERY_MILLIS = 100;
  private static final String CLEAR = "\r\u001b[K";

  private final PrintStream err;
  private final long started = System.nanoTime();
  private final ScheduledExecutorService drawer;
  private volatile long rows;
  private boolean drawn;
  private boolean closed;

  /** Draws nothing, ever, unless {@code shown}. */
  Progress(PrintStream err, boolean shown) {
    this.err = err;
    this.drawer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "flightgate-progress");
              thread.setDaemon(true);
              return thread;
            });
    if (shown) {
      var unused =
          drawer.scheduleAtFixedRate(this::draw, FIRST_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** How many rows have come so far. */
  void rows(long soFar) {
    rows = soFar;
  }

  double seconds() {
    return (System.nanoTime() - started) / 1e9;
  }

  /** The line, for that many rows in that many seconds. */
  static String text(long rows, double seconds) {
    if (rows == 0) {
      return String.format(Locale.ROOT, "waiting for rows, %.1f s", seconds);
    }
    return String.format(
        Locale.ROOT, "%,d rows, %,d rows/s, %.1f s", rows, (long) (rows / seconds), seconds);
  }

  private synchronized void draw() {
    if (!closed) {
      drawn = true;
      err.print(CLEAR + text(rows, seconds()));
      err.flush();
    }
  }

  @Override
  public void close() {
    drawer.shutdownNow();
    synchronized (this) {
      if (drawn && !closed) {
        err.print(CLEAR);
        err.flush();
      }
      closed = true;
    }
  }
}
