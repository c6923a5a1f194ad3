package dev.flightgate.client.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Batches made by hand. Owns its memory; closing it fails if a vector was left elsewhere. */
final class Columns implements AutoCloseable {

  private final BufferAllocator allocator = new RootAllocator();
  private final List<FieldVector> vectors = new ArrayList<>();

  /** A vector of any type, filled and given its count by the maker. */
  <V extends FieldVector> V add(Function<BufferAllocator, V> maker) {
    V vector = maker.apply(allocator);
    vectors.add(vector);
    return vector;
  }

  Columns texts(String name, @Nullable String... values) {
    VarCharVector vector = add(memory -> new VarCharVector(name, memory));
    for (int i = 0; i < values.length; i++) {
      String value = values[i];
      if (value == null) {
        vector.setNull(i);
      } else {
        vector.setSafe(i, value.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    vector.setValueCount(values.length);
    return this;
  }

  Columns numbers(String name, @Nullable Long... values) {
    BigIntVector vector = add(memory -> new BigIntVector(name, memory));
    for (int i = 0; i < values.length; i++) {
      Long value = values[i];
      if (value == null) {
        vector.setNull(i);
      } else {
        vector.setSafe(i, value);
      }
    }
    vector.setValueCount(values.length);
    return this;
  }

  /** All columns so far as one batch. */
  VectorSchemaRoot batch() {
    return new VectorSchemaRoot(vectors);
  }

  @Override
  public void close() {
    vectors.forEach(FieldVector::close);
    allocator.close();
  }
}
