package dev.flightgate.server.flight;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** Columns written down in a test. Whoever asks for one owns it. */
final class Columns {

  private Columns() {}

  /** A root over the columns, which it owns. */
  static VectorSchemaRoot root(FieldVector... columns) {
    return VectorSchemaRoot.of(columns);
  }

  /** A nullable int64 column. */
  static FieldVector int64(BufferAllocator allocator, String name, @Nullable Long... values) {
    return of(allocator, name, new ArrowType.Int(64, true), Arrays.asList(values));
  }

  /** A nullable utf8 column. */
  static FieldVector utf8(BufferAllocator allocator, String name, @Nullable String... values) {
    return of(allocator, name, ArrowType.Utf8.INSTANCE, Arrays.asList(values));
  }

  /** An int64 column with the numbers from, from + 1, … */
  static FieldVector numbers(BufferAllocator allocator, String name, long from, int count) {
    BigIntVector vector = new BigIntVector(name, allocator);
    vector.allocateNew(count);
    for (int row = 0; row < count; row++) {
      vector.set(row, from + row);
    }
    vector.setValueCount(count);
    return vector;
  }

  /** A nullable column of a type; its values as numbers, texts, booleans or bytes. */
  static FieldVector of(
      BufferAllocator allocator,
      String name,
      ArrowType type,
      List<? extends @Nullable Object> values) {
    FieldVector vector = FieldType.nullable(type).createNewSingleVector(name, allocator, null);
    vector.allocateNew();
    for (int row = 0; row < values.size(); row++) {
      Object value = values.get(row);
      if (value instanceof Number number) {
        set(vector, row, number);
      } else if (value instanceof String text) {
        set(vector, row, text.getBytes(StandardCharsets.UTF_8));
      } else if (value instanceof byte[] bytes) {
        set(vector, row, bytes);
      } else if (value instanceof Boolean bit) {
        ((BitVector) vector).setSafe(row, bit ? 1 : 0);
      }
    }
    vector.setValueCount(values.size());
    return vector;
  }

  private static void set(FieldVector vector, int row, byte[] bytes) {
    if (vector instanceof VarCharVector texts) {
      texts.setSafe(row, bytes);
    } else if (vector instanceof LargeVarCharVector texts) {
      texts.setSafe(row, bytes);
    } else {
      ((VarBinaryVector) vector).setSafe(row, bytes);
    }
  }

  private static void set(FieldVector vector, int row, Number number) {
    while (((BaseFixedWidthVector) vector).getValueCapacity() <= row) {
      vector.reAlloc();
    }
    if (vector instanceof BigIntVector longs) {
      longs.set(row, number.longValue());
    } else if (vector instanceof IntVector ints) {
      ints.set(row, number.intValue());
    } else if (vector instanceof SmallIntVector shorts) {
      shorts.set(row, number.intValue());
    } else if (vector instanceof TinyIntVector bytes) {
      bytes.set(row, number.intValue());
    } else if (vector instanceof UInt4Vector unsigned) {
      unsigned.set(row, number.intValue());
    } else if (vector instanceof Float4Vector floats) {
      floats.set(row, number.floatValue());
    } else if (vector instanceof Float8Vector doubles) {
      doubles.set(row, number.doubleValue());
    } else if (vector instanceof DateDayVector days) {
      days.set(row, number.intValue());
    } else if (vector instanceof TimeStampMicroVector micros) {
      micros.set(row, number.longValue());
    } else {
      ((DecimalVector) vector).set(row, (BigDecimal) number);
    }
  }
}
