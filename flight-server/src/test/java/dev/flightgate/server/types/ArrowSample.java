package dev.flightgate.server.types;

import dev.flightgate.server.property.Cells;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * A type that a client sends, and what becomes of it.
 *
 * @param field "v", of that type
 * @param values as {@link Cells#write} takes them
 * @param duckDb what becomes of it in DuckDB
 * @param sqlite what becomes of it in SQLite
 */
record ArrowSample(Field field, List<@Nullable Object> values, Outcome duckDb, Outcome sqlite) {

  /**
   * What becomes of a type, see {@link ArrowSamples}.
   *
   * @param bound of a parameter
   * @param column of a column that an ingest makes
   */
  record Outcome(String bound, String column) {}

  Outcome in(Engine engine) {
    return switch (engine) {
      case DUCKDB -> duckDb;
      case SQLITE -> sqlite;
    };
  }

  /** The values, and a NULL behind them; owned by the caller. */
  FieldVector vector(BufferAllocator allocator) {
    FieldVector vector = field.createVector(allocator);
    vector.allocateNew();
    for (int row = 0; row < values.size(); row++) {
      Cells.write(vector, row, values.get(row));
    }
    vector.setValueCount(values.size() + 1);
    return vector;
  }

  @Override
  public String toString() {
    String extension = field.getMetadata().get("ARROW:extension:name");
    String name = ArrowNames.of(field);
    return extension == null ? name : name + " as " + extension;
  }
}
