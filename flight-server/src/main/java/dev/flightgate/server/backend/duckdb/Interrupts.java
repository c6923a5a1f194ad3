package dev.flightgate.server.backend.duckdb;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts the connections of one backend, from any thread.
 *
 * <p>DuckDB forgets an interrupt that arrives just before a statement begins. So an interrupt is
 * repeated, by one daemon thread of this object's own that ends when idle, until the connection has
 * noticed it.
 *
 * <p>{@code Statement.cancel()} works only while DuckDB executes, not while a streamed result is
 * fetched, and waits for a lock that a statement being prepared holds. The driver's native
 * interrupt does neither, but is private; where it cannot be reached, {@code cancel()} has to do.
 */
final class Interrupts implements AutoCloseable {

  private static final long REPEAT_MILLIS = 5;
  private static final @Nullable Native NATIVE = Native.find();

  private final ScheduledThreadPoolExecutor repeating;

  Interrupts(String backendName) {
    repeating =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "duckdb-" + backendName + "-cancel");
              thread.setDaemon(true);
              return thread;
            });
    repeating.setKeepAliveTime(1, TimeUnit.SECONDS);
    repeating.allowCoreThreadTimeOut(true);
    repeating.setRemoveOnCancelPolicy(true);
    repeating.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Runs the attempt again and again until it answers that there is nothing left to interrupt. */
  void repeat(BooleanSupplier attempt) {
    try {
      ScheduledFuture<?> unused =
          repeating.schedule(
              () -> {
                if (attempt.getAsBoolean()) {
                  repeat(attempt);
                }
              },
              REPEAT_MILLIS,
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closing) {
      // The sessions are closed, and nothing is left to interrupt.
    }
  }

  /** Interrupts what the connection does at this moment. The connection must be open. */
  static void interrupt(DuckDBConnection connection, @Nullable DuckDBPreparedStatement running) {
    if (NATIVE != null && NATIVE.interrupt(connection)) {
      return;
    }
    if (running != null) {
      try {
        running.cancel();
      } catch (SQLException closedMeanwhile) {
        // It has ended by itself.
      }
    }
  }

  @Override
  public void close() {
    repeating.shutdownNow();
  }

  /** The driver's own way to interrupt, past its locks. */
  private record Native(Method interrupt, Field reference) {

    static @Nullable Native find() {
      try {
        Method interrupt =
            Class.forName("org.duckdb.DuckDBNative")
                .getDeclaredMethod("duckdb_jdbc_interrupt", ByteBuffer.class);
        Field reference = DuckDBConnection.class.getDeclaredField("connRef");
        interrupt.setAccessible(true);
        reference.setAccessible(true);
        return new Native(interrupt, reference);
      } catch (ReflectiveOperationException | RuntimeException changedDriver) {
        return null;
      }
    }

    boolean interrupt(DuckDBConnection connection) {
      try {
        Object open = reference.get(connection);
        if (open != null) {
          interrupt.invoke(null, open);
        }
        return true;
      } catch (ReflectiveOperationException changedDriver) {
        return false;
      }
    }
  }
}
