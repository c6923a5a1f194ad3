package dev.flightgate.server.query;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Some of a pool's threads, for work that must not take all of them: what is too much waits, first
 * come first served. Thread-safe.
 */
final class Portion implements Executor {

  private final Executor pool;
  private final int tasksMax;

  // Guarded by this.
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int running;

  /**
   * @param pool must not refuse tasks
   * @param tasksMax how many run at the same time
   */
  Portion(Executor pool, int tasksMax) {
    this.pool = pool;
    this.tasksMax = tasksMax;
  }

  @Override
  public void execute(Runnable task) {
    synchronized (this) {
      if (running == tasksMax) {
        waiting.add(task);
        return;
      }
      running++;
    }
    start(task);
  }

  private void start(Runnable task) {
    pool.execute(
        () -> {
          try {
            task.run();
          } finally {
            Runnable next = next();
            if (next != null) {
              start(next);
            }
          }
        });
  }

  private synchronized @Nullable Runnable next() {
    Runnable next = waiting.poll();
    if (next == null) {
      running--;
    }
    return next;
  }
}
