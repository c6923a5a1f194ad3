package dev.flightgate.benchmarks;

import java.util.concurrent.locks.LockSupport;

/** Watches how much larger a server's resident memory gets, with a thread that closing ends. */
final class Growth implements AutoCloseable {

  private final Thread watch;
  private volatile long most;
  private volatile boolean over;

  /**
   * @param before the resident bytes to count from
   */
  Growth(ServerProcess server, long before) {
    watch =
        new Thread(
            () -> {
              while (!over) {
                most = Math.max(most, server.figures().residentBytes() - before);
                LockSupport.parkNanos(20_000_000);
              }
            },
            "growth");
    watch.start();
  }

  /** The most that it has grown so far. */
  long bytes() {
    return most;
  }

  @Override
  public void close() throws InterruptedException {
    over = true;
    watch.join();
  }
}
