package dev.flightgate.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The batches of {@link CannedBackendFactory}, by name. */
final class CannedBatch {

  /** Two numbers in batches of the gateway's usual size: 512 KiB. */
  static final String NUMBERS = "numbers";

  /** The same in a quarter of that size. */
  static final String SMALL = "small";

  /** Twelve numbers and four texts in 512 KiB: 36 buffers. */
  static final String WIDE = "wide";

  private CannedBatch() {}

  /** All batches; owned by the caller. */
  static Map<String, VectorSchemaRoot> all(BufferAllocator allocator) {
    return Map.of(
        NUMBERS, batch(allocator, 32_768, 2, 0),
        SMALL, batch(allocator, 8_192, 2, 0),
        WIDE, batch(allocator, 3_072, 12, 4));
  }

  private static VectorSchemaRoot batch(
      BufferAllocator allocator, int rows, int numbers, int texts) {
    List<FieldVector> vectors = new ArrayList<>();
    for (int column = 0; column < numbers; column++) {
      BigIntVector vector = new BigIntVector("n" + column, allocator);
      vector.allocateNew(rows);
      for (int row = 0; row < rows; row++) {
        vector.set(row, (long) row * column);
      }
      vectors.add(vector);
    }
    for (int column = 0; column < texts; column++) {
      VarCharVector vector = new VarCharVector("t" + column, allocator);
      for (int row = 0; row < rows; row++) {
        vector.setSafe(row, ("fifteen letters " + row).getBytes(StandardCharsets.UTF_8));
      }
      vectors.add(vector);
    }
    vectors.forEach(vector -> vector.setValueCount(rows));
    return new VectorSchemaRoot(vectors);
  }
}
