package dev.flightgate.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How much an engine works on, and when it last ended something, in a file that the server's
 * process writes and the client's reads: both see the same clock. Thread-safe; unmapped when the
 * process ends.
 */
final class EngineWatch {

  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int WORKING = 0;
  private static final int ENDED = 8;

  private final ByteBuffer file;

  private EngineWatch(ByteBuffer file) {
    this.file = file;
  }

  /** Watches by this file, which is made if it is missing. */
  static EngineWatch of(Path path) {
    try (FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new EngineWatch(channel.map(FileChannel.MapMode.READ_WRITE, 0, 2 * Long.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void begin() {
    LONGS.getAndAdd(file, WORKING, 1L);
  }

  void end() {
    LONGS.setVolatile(file, ENDED, System.nanoTime());
    LONGS.getAndAdd(file, WORKING, -1L);
  }

  /** Waits until it has something to do. */
  void awaitWork(long patienceSeconds) {
    await(true, patienceSeconds);
  }

  /** Waits until it has nothing to do; answers since when, as System.nanoTime() says it. */
  long awaitIdle(long patienceSeconds) {
    await(false, patienceSeconds);
    return (long) LONGS.getVolatile(file, ENDED);
  }

  private void await(boolean working, long patienceSeconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceSeconds);
    while ((long) LONGS.getVolatile(file, WORKING) > 0 != working) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            working ? "the query did not begin" : "the engine goes on after the cancel");
      }
      LockSupport.parkNanos(500_000);
    }
  }
}
