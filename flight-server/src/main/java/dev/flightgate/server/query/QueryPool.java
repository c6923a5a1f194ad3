package dev.flightgate.server.query;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * So many places for tasks that run at the same time, on threads of an executor or on the thread of
 * who brings them. What is too much waits: users take turns, and one user's tasks go in the order
 * of their coming. Thread-safe.
 */
public final class QueryPool implements Executor {

  private static final Logger log = LoggerFactory.getLogger(QueryPool.class);

  private static final String NOBODY = "";

  private final Executor threads;
  private final int places;

  // Guarded by this.
  private final FairQueue<Runnable> waiting = new FairQueue<>();
  private int running;

  /**
   * @param threads may refuse tasks, which costs no place and no task that waits
   * @param places how many tasks run at the same time
   */
  public QueryPool(Executor threads, int places) {
    this.threads = threads;
    this.places = places;
  }

  /** Runs a task that is no one user's; such tasks take turns as if they were all of one. */
  @Override
  public void execute(Runnable task) {
    execute(NOBODY, task);
  }

  /**
   * Runs the user's task on a thread of the executor. If it has none for the task, throws what it
   * throws, and forgets the task.
   */
  public void execute(String user, Runnable task) {
    if (enter(user, task)) {
      try {
        threads.execute(() -> run(task));
      } catch (Throwable noThread) {
        passOn(giveBack());
        throw noThread;
      }
    }
  }

  /**
   * Runs the task on this thread if a place is free, which spares it the way to another thread;
   * otherwise like {@link #execute(String, Runnable)}.
   */
  public void executeHere(String user, Runnable task) {
    if (enter(user, task)) {
      run(task);
    }
  }

  /** Takes a user's task back that still waits for a place; false if it does not. */
  public synchronized boolean remove(String user, Runnable task) {
    return waiting.remove(user, task);
  }

  /** Takes a place for the task; has it wait, and answers false, if there is none. */
  private synchronized boolean enter(String user, Runnable task) {
    if (running == places) {
      waiting.add(user, task);
      return false;
    }
    running++;
    return true;
  }

  private void run(Runnable task) {
    try {
      task.run();
    } finally {
      passOn(next());
    }
  }

  /**
   * Gives a place to the task. If there is no thread for it, it is run on this one, and so are
   * those after it, until there is: nobody else would run them.
   */
  private void passOn(@Nullable Runnable first) {
    for (Runnable task = first; task != null && !isStarted(task); task = next()) {
      try {
        task.run();
      } catch (Throwable failure) { // no failure of who gave the place up
        log.error("a task of the query pool failed", failure);
      }
    }
  }

  private boolean isStarted(Runnable task) {
    try {
      threads.execute(() -> run(task));
      return true;
    } catch (Throwable noThread) {
      log.warn("a task takes its turn on another's thread: {}", noThread.toString());
      return false;
    }
  }

  /** Gives a place back unused. The task that gets it, if no other place is left to pass on. */
  private synchronized @Nullable Runnable giveBack() {
    if (running == 1) {
      return next();
    }
    running--;
    return null;
  }

  private synchronized @Nullable Runnable next() {
    Runnable next = waiting.poll();
    if (next == null) {
      running--;
    }
    return next;
  }
}
