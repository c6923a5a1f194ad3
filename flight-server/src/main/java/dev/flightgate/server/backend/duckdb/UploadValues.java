package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Whether the values of an upload are such as its types have, and DuckDB too: its scan looks at
 * none of them, and would store another value without a word. On the path of every batch: only
 * columns of such types are read, in one pass each, and the bits of NULLs only where a value is
 * wrong. Thread-safe.
 */
final class UploadValues {

  private static final int MONTH_DAY_NANO_BYTES = 16;
  private static final int LONG_DIGITS = 18;
  private static final int NANOS_PER_MICRO = 1_000;
  private static final long DAY_SECONDS = 86_400;
  private static final long DAY_MILLIS = 86_400_000;

  private final List<Field> columns;

  UploadValues(Schema schema) {
    columns = schema.getFields().stream().filter(UploadValues::mayMisfit).toList();
  }

  private static boolean mayMisfit(Field field) {
    return isLoose(field.getType())
        || field.getChildren().stream().anyMatch(UploadValues::mayMisfit);
  }

  /** Whether the bits of a type can hold what is no value of it. */
  private static boolean isLoose(ArrowType type) {
    return type instanceof ArrowType.Decimal
        || type instanceof ArrowType.Time
        || type instanceof ArrowType.Date
        || (type instanceof ArrowType.Duration duration
            && duration.getUnit() == TimeUnit.NANOSECOND)
        || (type instanceof ArrowType.Interval interval
            && interval.getUnit() == IntervalUnit.MONTH_DAY_NANO);
  }

  /**
   * Looks at a batch.
   *
   * @throws BackendException INVALID_DATA with the first value that does not fit
   */
  void require(VectorSchemaRoot batch) {
    for (Field column : columns) {
      require(column.getName(), batch.getVector(column), "row");
    }
  }

  private static void require(String column, FieldVector vector, String place) {
    ArrowType type = vector.getField().getType();
    if (isLoose(type)) {
      int row = firstMisfit(type, (BaseFixedWidthVector) vector);
      if (row >= 0) {
        throw new BackendException(
            Kind.INVALID_DATA,
            "column \""
                + column
                + "\", "
                + place
                + " "
                + (row + 1)
                + " of a batch: "
                + problem(type, vector, row));
      }
    }
    for (FieldVector child : vector.getChildrenFromFields()) {
      require(column, child, "value");
    }
  }

  private static int firstMisfit(ArrowType type, BaseFixedWidthVector vector) {
    if (type instanceof ArrowType.Decimal decimal) {
      return decimal.getPrecision() <= LONG_DIGITS
          ? shortDecimal(vector, BigInteger.TEN.pow(decimal.getPrecision()).longValueExact())
          : longDecimal(vector, BigInteger.TEN.pow(decimal.getPrecision()));
    } else if (type instanceof ArrowType.Time time) {
      return time(vector, DAY_SECONDS * perSecond(time.getUnit()));
    } else if (type instanceof ArrowType.Date date) {
      return date.getUnit() == DateUnit.DAY ? day(vector) : wholeDays(vector);
    }
    return micros(vector);
  }

  /** Of decimals whose digits fit 64 bits: the upper 64 bits repeat the sign of the lower. */
  private static int shortDecimal(BaseFixedWidthVector vector, long limit) {
    LongBuffer data = longs(vector);
    int rows = vector.getValueCount();
    // All values without a branch first, as all are right nearly always.
    long upper = 0;
    long signs = 0;
    for (int row = 0; row < rows; row++) {
      long low = data.get(2 * row);
      upper |= data.get(2 * row + 1) ^ low >> 63;
      signs |= (limit - 1 - low) | (low + limit - 1);
    }
    if (upper == 0 && signs >= 0) {
      return -1;
    }
    for (int row = 0; row < rows; row++) {
      long low = data.get(2 * row);
      boolean fits = data.get(2 * row + 1) == low >> 63 && low < limit && low > -limit;
      if (!fits && !vector.isNull(row)) {
        return row;
      }
    }
    return -1;
  }

  private static int longDecimal(BaseFixedWidthVector vector, BigInteger limit) {
    long limitHigh = limit.shiftRight(Long.SIZE).longValueExact();
    long limitLow = limit.longValue();
    LongBuffer data = longs(vector);
    for (int row = 0; row < vector.getValueCount(); row++) {
      long low = data.get(2 * row);
      long high = data.get(2 * row + 1);
      if (high < 0) {
        low = -low;
        high = ~high + (low == 0 ? 1 : 0);
      }
      // The smallest of all has no positive one, and stays below 0.
      boolean less =
          high >= 0
              && (high < limitHigh
                  || (high == limitHigh && Long.compareUnsigned(low, limitLow) < 0));
      if (!less && !vector.isNull(row)) {
        return row;
      }
    }
    return -1;
  }

  /** DuckDB has 24:00:00, too. */
  private static int time(BaseFixedWidthVector vector, long day) {
    ByteBuffer data = bytes(vector);
    boolean narrow = vector.getTypeWidth() == Integer.BYTES;
    for (int row = 0; row < vector.getValueCount(); row++) {
      long time = narrow ? data.getInt(row * Integer.BYTES) : data.getLong(row * Long.BYTES);
      if ((time < 0 || time > day) && !vector.isNull(row)) {
        return row;
      }
    }
    return -1;
  }

  /** DuckDB has all 32 bits of days but the smallest; the next and the greatest are infinite. */
  private static int day(BaseFixedWidthVector vector) {
    IntBuffer data = bytes(vector).asIntBuffer();
    for (int row = 0; row < vector.getValueCount(); row++) {
      if (data.get(row) == Integer.MIN_VALUE && !vector.isNull(row)) {
        return row;
      }
    }
    return -1;
  }

  private static int wholeDays(BaseFixedWidthVector vector) {
    LongBuffer data = longs(vector);
    for (int row = 0; row < vector.getValueCount(); row++) {
      long millis = data.get(row);
      long days = millis / DAY_MILLIS;
      if ((days * DAY_MILLIS != millis || days != (int) days || days == Integer.MIN_VALUE)
          && !vector.isNull(row)) {
        return row;
      }
    }
    return -1;
  }

  private static int micros(BaseFixedWidthVector vector) {
    ArrowBuf data = vector.getDataBuffer();
    for (int row = 0; row < vector.getValueCount(); row++) {
      if (data.getLong(nanosAt(vector, row)) % NANOS_PER_MICRO != 0 && !vector.isNull(row)) {
        return row;
      }
    }
    return -1;
  }

  /** Where the nanoseconds of a duration, or of an interval behind its months and days, stand. */
  private static long nanosAt(BaseFixedWidthVector vector, int row) {
    int width = vector.getTypeWidth();
    return (long) row * width + (width == MONTH_DAY_NANO_BYTES ? Long.BYTES : 0);
  }

  private static LongBuffer longs(BaseFixedWidthVector vector) {
    return bytes(vector).asLongBuffer();
  }

  /** The values, checked to be there as a whole: a read of an ArrowBuf checks each. */
  private static ByteBuffer bytes(BaseFixedWidthVector vector) {
    long length = (long) vector.getValueCount() * vector.getTypeWidth();
    return vector
        .getDataBuffer()
        .nioBuffer(0, Math.toIntExact(length))
        .slice()
        .order(ByteOrder.nativeOrder());
  }

  private static long perSecond(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MILLISECOND -> 1_000;
      case MICROSECOND -> 1_000_000;
      case NANOSECOND -> 1_000_000_000;
    };
  }

  private static String problem(ArrowType type, FieldVector vector, int row) {
    ArrowBuf data = vector.getDataBuffer();
    int width = ((BaseFixedWidthVector) vector).getTypeWidth();
    if (type instanceof ArrowType.Decimal) {
      return ((BigDecimal) vector.getObject(row)).toPlainString() + " is no value of " + type;
    } else if (type instanceof ArrowType.Time || type instanceof ArrowType.Date) {
      long value =
          width == Integer.BYTES
              ? data.getInt((long) row * width)
              : data.getLong((long) row * width);
      boolean timeOfDay = width == Long.BYTES && value % DAY_MILLIS != 0;
      return value
          + " is no value of "
          + type
          + (type instanceof ArrowType.Date && timeOfDay
              ? ", which has whole days only: send a timestamp"
              : " that DuckDB has");
    }
    return Intervals.tooFine(data.getLong(nanosAt((BaseFixedWidthVector) vector, row)));
  }
}
