package dev.flightgate.server.listener;

import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listener whose failures are the log's business only. Thread-safe. */
final class GuardedListener {

  private static final Logger log = LoggerFactory.getLogger(GuardedListener.class);
  private static final long SILENCE_NANOS = Duration.ofMinutes(1).toNanos();

  private final GatewayListener listener;

  // Guarded by this.
  private boolean hasFailed;
  private long loggedNanos;
  private long unlogged;

  GuardedListener(GatewayListener listener) {
    this.listener = listener;
  }

  /** Tells it something, on this thread. */
  void tell(String event, Consumer<GatewayListener> message) {
    try {
      message.accept(listener);
    } catch (InternalError | UnknownError fatal) {
      throw fatal;
    } catch (Throwable failure) { // of code that is not ours: a client must not suffer from it
      report(event, failure);
    }
  }

  private void report(String event, Throwable failure) {
    long before;
    synchronized (this) {
      long now = System.nanoTime();
      if (hasFailed && now - loggedNanos < SILENCE_NANOS) {
        unlogged++;
        return;
      }
      hasFailed = true;
      loggedNanos = now;
      before = unlogged;
      unlogged = 0;
    }
    log.warn(
        "listener {} failed at {}, and {} times before since the last such line",
        listener.getClass().getName(),
        event,
        before,
        failure);
  }
}
