package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.util.Text;
import org.duckdb.DuckDBTimestamp;
import org.duckdb.DuckDBTimestampTZ;
import org.jspecify.annotations.Nullable;

/** Values that are not nested, as DuckDB's driver takes them. */
final class ScalarValues {

  private static final long NANOS = 1_000_000_000L;
  private static final long DAY_MILLIS = 86_400_000;
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.nnnnnnnnn");

  private ScalarValues() {}

  /**
   * A date of the Gregorian calendar, whenever it is. The driver makes a java.sql.Date of any other
   * and asks that for its day; before October 1582, java.sql.Date counts by the Julian calendar.
   */
  @SuppressWarnings("JavaSqlDate")
  private static final class Day extends java.sql.Date {
    private static final long serialVersionUID = 1;
    private final long epochDay;

    Day(long epochDay) {
      super(0);
      this.epochDay = epochDay;
    }

    @Override
    public LocalDate toLocalDate() {
      return LocalDate.ofEpochDay(epochDay);
    }
  }

  /**
   * A value that is not null.
   *
   * @throws BackendException INVALID_DATA if there is no such time
   */
  static @Nullable Object of(FieldVector vector, int row) {
    try {
      return value(vector, row);
    } catch (DateTimeException | ArithmeticException e) {
      throw new BackendException(
          Kind.INVALID_DATA, "a parameter is no time that DuckDB has: " + e.getMessage(), e);
    }
  }

  private static @Nullable Object value(FieldVector vector, int row) {
    ArrowType type = vector.getField().getType();
    if (type instanceof ArrowType.Timestamp timestamp) {
      return timestamp(timestamp, ((TimeStampVector) vector).get(row));
    }
    if (type instanceof ArrowType.Time time) {
      return time(time, (BaseFixedWidthVector) vector, row);
    }
    if (type instanceof ArrowType.Duration) {
      return interval(0, 0, (Duration) vector.getObject(row));
    }
    if (vector instanceof UInt1Vector small) {
      return (short) (small.get(row) & 0xFF);
    }
    if (vector instanceof UInt2Vector small) {
      return (int) small.get(row);
    }
    if (vector instanceof UInt4Vector ints) {
      return ints.get(row) & 0xFFFF_FFFFL;
    }
    if (vector instanceof UInt8Vector longs) {
      return new BigInteger(Long.toUnsignedString(longs.get(row)));
    }
    if (vector instanceof Float2Vector halves) {
      return halves.getValueAsFloat(row);
    }
    if (vector instanceof DateDayVector days) {
      return new Day(inRange(days.get(row)));
    }
    if (vector instanceof DateMilliVector millis) {
      return new Day(wholeDays(millis.get(row)));
    }
    if (type instanceof ArrowType.Interval) {
      return interval(vector, row);
    }
    Object value = vector.getObject(row);
    return value instanceof Text text
        ? new String(text.getBytes(), 0, (int) text.getLength(), StandardCharsets.UTF_8)
        : value;
  }

  private static long wholeDays(long millis) {
    if (millis % DAY_MILLIS != 0) {
      throw new ArithmeticException("a date has whole days only, send a timestamp: " + millis);
    }
    return inRange(millis / DAY_MILLIS);
  }

  /** DuckDB has all 32 bits of days but the smallest; the next and the greatest are infinite. */
  private static long inRange(long days) {
    if (days <= Integer.MIN_VALUE || days > Integer.MAX_VALUE) {
      throw new ArithmeticException("day " + days + " since 1970-01-01");
    }
    return days;
  }

  /** The greatest number and its negative are DuckDB's infinity in every unit. */
  private static Object timestamp(ArrowType.Timestamp type, long value) {
    boolean infinite = Math.abs(value) == Long.MAX_VALUE;
    if (type.getUnit() == TimeUnit.NANOSECOND) {
      String text = infinite ? (value > 0 ? "infinity" : "-infinity") : LOCAL.format(local(value));
      return infinite || type.getTimezone() == null ? text : text + "+00";
    }
    long micros =
        infinite ? value : Math.multiplyExact(value, 1_000_000 / perSecond(type.getUnit()));
    return type.getTimezone() == null ? new DuckDBTimestamp(micros) : new DuckDBTimestampTZ(micros);
  }

  private static LocalDateTime local(long nanos) {
    return LocalDateTime.ofEpochSecond(
        Math.floorDiv(nanos, NANOS), (int) Math.floorMod(nanos, NANOS), ZoneOffset.UTC);
  }

  private static Object time(ArrowType.Time type, BaseFixedWidthVector vector, int row) {
    long value =
        type.getBitWidth() == 32
            ? vector.getDataBuffer().getInt(4L * row)
            : vector.getDataBuffer().getLong(8L * row);
    LocalTime time =
        LocalTime.ofNanoOfDay(Math.multiplyExact(value, NANOS / perSecond(type.getUnit())));
    return type.getUnit() == TimeUnit.NANOSECOND
        ? DateTimeFormatter.ISO_LOCAL_TIME.format(time)
        : time;
  }

  private static long perSecond(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MILLISECOND -> 1_000;
      case MICROSECOND -> 1_000_000;
      case NANOSECOND -> NANOS;
    };
  }

  private static String interval(FieldVector vector, int row) {
    if (vector instanceof IntervalYearVector months) {
      return interval(months.get(row), 0, Duration.ZERO);
    }
    if (vector instanceof IntervalDayVector days) {
      return interval(
          0,
          IntervalDayVector.getDays(days.getDataBuffer(), row),
          Duration.ofMillis(IntervalDayVector.getMilliseconds(days.getDataBuffer(), row)));
    }
    ArrowBuf data = vector.getDataBuffer();
    return interval(
        IntervalMonthDayNanoVector.getMonths(data, row),
        IntervalMonthDayNanoVector.getDays(data, row),
        Duration.ofNanos(IntervalMonthDayNanoVector.getNanoseconds(data, row)));
  }

  /** An interval as DuckDB reads it; to the microsecond, which is as fine as DuckDB's are. */
  private static String interval(long months, long days, Duration duration) {
    Intervals.requireMicros(duration.getNano());
    long micros =
        Math.addExact(
            Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1_000);
    return months + " months " + days + " days " + micros + " microseconds";
  }
}
