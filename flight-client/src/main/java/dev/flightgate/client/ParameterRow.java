package dev.flightgate.client;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * Java values as one row of parameters. The Arrow type follows from the value, not from what the
 * server declared: it converts, and says what it cannot.
 */
final class ParameterRow {

  private static final int DECIMAL128_DIGITS = 38;
  private static final int DECIMAL256_DIGITS = 76;

  private ParameterRow() {}

  /** A root of one row, with columns {@code 1}, {@code 2}, …; the caller closes it. */
  static VectorSchemaRoot of(BufferAllocator allocator, @Nullable Object... values) {
    List<FieldVector> columns = new ArrayList<>();
    try {
      for (@Nullable Object value : values) {
        columns.add(column(String.valueOf(columns.size() + 1), value, allocator));
      }
      VectorSchemaRoot root = new VectorSchemaRoot(columns);
      root.setRowCount(1);
      return root;
    } catch (RuntimeException failure) {
      columns.forEach(FieldVector::close);
      throw failure;
    }
  }

  private static FieldVector column(
      String name, @Nullable Object value, BufferAllocator allocator) {
    if (value == null) {
      return new NullVector(name, 1);
    } else if (value instanceof Number number) {
      return number(name, number, allocator);
    } else if (value instanceof Boolean flag) {
      BitVector vector = new BitVector(name, allocator);
      vector.setSafe(0, flag ? 1 : 0);
      return vector;
    } else if (value instanceof String text) {
      return text(name, text, allocator);
    } else if (value instanceof UUID id) {
      return text(name, id.toString(), allocator);
    } else if (value instanceof byte[] bytes) {
      VarBinaryVector vector = new VarBinaryVector(name, allocator);
      vector.setSafe(0, bytes);
      return vector;
    }
    return moment(name, value, allocator);
  }

  private static FieldVector text(String name, String text, BufferAllocator allocator) {
    VarCharVector vector = new VarCharVector(name, allocator);
    vector.setSafe(0, text.getBytes(StandardCharsets.UTF_8));
    return vector;
  }

  private static FieldVector number(String name, Number value, BufferAllocator allocator) {
    if (value instanceof Long number) {
      BigIntVector vector = new BigIntVector(name, allocator);
      vector.setSafe(0, number);
      return vector;
    } else if (value instanceof Integer number) {
      IntVector vector = new IntVector(name, allocator);
      vector.setSafe(0, number);
      return vector;
    } else if (value instanceof Short number) {
      SmallIntVector vector = new SmallIntVector(name, allocator);
      vector.setSafe(0, number);
      return vector;
    } else if (value instanceof Byte number) {
      TinyIntVector vector = new TinyIntVector(name, allocator);
      vector.setSafe(0, number);
      return vector;
    } else if (value instanceof Double number) {
      Float8Vector vector = new Float8Vector(name, allocator);
      vector.setSafe(0, number);
      return vector;
    } else if (value instanceof Float number) {
      Float4Vector vector = new Float4Vector(name, allocator);
      vector.setSafe(0, number);
      return vector;
    } else if (value instanceof BigDecimal number) {
      return decimal(name, number, allocator);
    } else if (value instanceof BigInteger number) {
      return decimal(name, new BigDecimal(number), allocator);
    }
    throw unknown(name, value);
  }

  private static FieldVector decimal(String name, BigDecimal value, BufferAllocator allocator) {
    BigDecimal exact = value.scale() < 0 ? value.setScale(0) : value;
    int digits = Math.max(exact.precision(), exact.scale());
    if (digits <= DECIMAL128_DIGITS) {
      DecimalVector vector = new DecimalVector(name, allocator, DECIMAL128_DIGITS, exact.scale());
      vector.setSafe(0, exact);
      return vector;
    } else if (digits <= DECIMAL256_DIGITS) {
      Decimal256Vector vector =
          new Decimal256Vector(name, allocator, DECIMAL256_DIGITS, exact.scale());
      vector.setSafe(0, exact);
      return vector;
    }
    throw new IllegalArgumentException(
        "parameter " + name + ": at most " + DECIMAL256_DIGITS + " digits, has " + digits);
  }

  private static FieldVector moment(String name, Object value, BufferAllocator allocator) {
    if (value instanceof LocalDate date) {
      DateDayVector vector = new DateDayVector(name, allocator);
      vector.setSafe(0, Math.toIntExact(date.toEpochDay()));
      return vector;
    } else if (value instanceof LocalTime time) {
      TimeNanoVector vector = new TimeNanoVector(name, allocator);
      vector.setSafe(0, time.toNanoOfDay());
      return vector;
    } else if (value instanceof LocalDateTime time) {
      TimeStampMicroVector vector = new TimeStampMicroVector(name, allocator);
      vector.setSafe(0, micros(time.toInstant(ZoneOffset.UTC)));
      return vector;
    } else if (value instanceof OffsetDateTime time) {
      return instant(name, time.toInstant(), allocator);
    } else if (value instanceof Instant time) {
      return instant(name, time, allocator);
    }
    throw unknown(name, value);
  }

  private static FieldVector instant(String name, Instant value, BufferAllocator allocator) {
    TimeStampMicroTZVector vector =
        new TimeStampMicroTZVector(
            name,
            FieldType.nullable(new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
            allocator);
    vector.setSafe(0, micros(value));
    return vector;
  }

  private static long micros(Instant value) {
    return Math.addExact(
        Math.multiplyExact(value.getEpochSecond(), 1_000_000L), value.getNano() / 1_000);
  }

  private static IllegalArgumentException unknown(String name, Object value) {
    return new IllegalArgumentException(
        "parameter " + name + ": cannot be bound: " + value.getClass().getName());
  }
}
