package dev.flightgate.server;

import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done again and again, until the gateway is closed. */
final class Periodic {

  private static final Logger log = LoggerFactory.getLogger(Periodic.class);

  private final ScheduledExecutorService timer;
  private final Deque<AutoCloseable> opened;

  /**
   * @param timer whose thread short tasks take
   * @param opened where the end of each is left
   */
  Periodic(ScheduledExecutorService timer, Deque<AutoCloseable> opened) {
    this.timer = timer;
    this.opened = opened;
  }

  /** Runs the task on the timer's thread. */
  void every(Duration interval, Runnable task) {
    long nanos = interval.toNanos();
    Future<?> periodic =
        timer.scheduleWithFixedDelay(guarded(task), nanos, nanos, TimeUnit.NANOSECONDS);
    opened.push(() -> periodic.cancel(false));
  }

  /** Hands the task over, unless it still runs. */
  static Runnable onceAtATime(Runnable task, Executor executor) {
    AtomicBoolean running = new AtomicBoolean();
    return () -> {
      if (running.compareAndSet(false, true)) {
        executor.execute(
            () -> {
              try {
                guarded(task).run();
              } finally {
                running.set(false);
              }
            });
      }
    };
  }

  /** A periodic task that fails once is not run again, so it must not. */
  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.error("a periodic task failed", e);
      }
    };
  }
}
