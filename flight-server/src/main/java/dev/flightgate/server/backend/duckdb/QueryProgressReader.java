package dev.flightgate.server.backend.duckdb;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.OptionalDouble;
import org.duckdb.DuckDBConnection;
import org.duckdb.QueryProgress;
import org.jspecify.annotations.Nullable;

/**
 * Reads how far a connection's query is, from any thread while the connection is open.
 *
 * <p>The driver's {@code getQueryProgress} waits for a lock that a statement being prepared holds.
 * Its native function does not, but is private; where it cannot be reached, progress is not known.
 */
final class QueryProgressReader {

  private static final @Nullable Method NATIVE = find();
  private static final @Nullable Field REFERENCE = reference();

  private QueryProgressReader() {}

  /** From 0 to 1; empty while DuckDB has no estimate. The connection must be open. */
  static OptionalDouble read(DuckDBConnection connection) {
    if (NATIVE == null || REFERENCE == null) {
      return OptionalDouble.empty();
    }
    try {
      Object open = REFERENCE.get(connection);
      if (open != null && NATIVE.invoke(null, open) instanceof QueryProgress progress) {
        double percent = progress.getPercentage(); // -1 for not known
        return percent >= 0
            ? OptionalDouble.of(Math.min(percent / 100, 1))
            : OptionalDouble.empty();
      }
    } catch (ReflectiveOperationException changedDriver) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.empty();
  }

  private static @Nullable Method find() {
    try {
      Method method =
          Class.forName("org.duckdb.DuckDBNative")
              .getDeclaredMethod("duckdb_jdbc_query_progress", ByteBuffer.class);
      method.setAccessible(true);
      return method;
    } catch (ReflectiveOperationException | RuntimeException changedDriver) {
      return null;
    }
  }

  private static @Nullable Field reference() {
    try {
      Field field = DuckDBConnection.class.getDeclaredField("connRef");
      field.setAccessible(true);
      return field;
    } catch (ReflectiveOperationException | RuntimeException changedDriver) {
      return null;
    }
  }
}
