package dev.flightgate.server;

import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The gateway's threads: named pools, closed with the gateway. */
final class Pools {

  /**
   * Address space only, until it is used. Engines recurse on the caller's stack: DuckDB lets
   * expressions nest 1,000 deep, and ends the process where the JVM's usual 1 MiB is too small.
   */
  private static final long STACK_BYTES = 16L << 20;

  private static final long IDLE_SECONDS = 30;
  private static final long CLOSE_SECONDS = 10;

  private Pools() {}

  /** So many threads at most, and a queue that refuses nothing. */
  static ExecutorService fixed(String name, int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            named(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * As many threads as there are tasks. Bounded by what the tasks are: calls that run or wait for
   * admission, which the settings of queries bound, and uploads, which the upload guard bounds.
   */
  static ExecutorService growing(String name) {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        named(name));
  }

  /** One thread for short tasks. */
  static ScheduledExecutorService timer(String name) {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named(name));
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  /** Has the pool closed with the others. */
  static <T extends ExecutorService> T keep(Deque<AutoCloseable> opened, T pool) {
    opened.push(() -> close(pool));
    return pool;
  }

  private static void close(ExecutorService pool) throws InterruptedException {
    pool.shutdown();
    if (pool instanceof ScheduledExecutorService) {
      pool.shutdownNow();
    }
    if (!pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
      pool.shutdownNow();
      throw new IllegalStateException("threads are still busy: " + pool);
    }
  }

  private static ThreadFactory named(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(null, task, name + "-" + number.incrementAndGet(), STACK_BYTES);
      thread.setDaemon(true);
      return thread;
    };
  }
}
