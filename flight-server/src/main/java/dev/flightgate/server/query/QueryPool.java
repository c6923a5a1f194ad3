package dev.flightgate.server.query;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * So many places for tasks that run at the same time, on threads of an executor or on the thread of
 * who brings them; what is too much waits, first come first served. Thread-safe.
 */
public final class QueryPool implements Executor {

  private final Executor threads;
  private final int places;

  // Guarded by this.
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int running;

  /**
   * @param threads must not refuse tasks
   * @param places how many tasks run at the same time
   */
  public QueryPool(Executor threads, int places) {
    this.threads = threads;
    this.places = places;
  }

  /** Runs the task on a thread of the executor. */
  @Override
  public void execute(Runnable task) {
    if (enter(task)) {
      start(task);
    }
  }

  /**
   * Runs the task on this thread if a place is free, which spares it the way to another thread;
   * otherwise like {@link #execute}.
   */
  public void executeHere(Runnable task) {
    if (enter(task)) {
      run(task);
    }
  }

  /** Takes a task back that still waits for a place; false if it does not. */
  public synchronized boolean remove(Runnable task) {
    return waiting.remove(task);
  }

  /** Takes a place for the task; has it wait, and answers false, if there is none. */
  private synchronized boolean enter(Runnable task) {
    if (running == places) {
      waiting.add(task);
      return false;
    }
    running++;
    return true;
  }

  private void start(Runnable task) {
    threads.execute(() -> run(task));
  }

  private void run(Runnable task) {
    try {
      task.run();
    } finally {
      Runnable next = next();
      if (next != null) {
        start(next);
      }
    }
  }

  private synchronized @Nullable Runnable next() {
    Runnable next = waiting.poll();
    if (next == null) {
      running--;
    }
    return next;
  }
}
