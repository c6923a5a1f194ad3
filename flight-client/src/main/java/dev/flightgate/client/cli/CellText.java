package dev.flightgate.client.cli;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.HexFormat;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.PeriodDuration;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * One cell as text, the same in tables and CSV. Exact: no digit of a number or a moment is lost.
 * Bytes are {@code \x} and hexadecimal digits; moments are ISO 8601 with a blank for the T; lists,
 * structs and maps are JSON.
 */
final class CellText {

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(java.util.Locale.ROOT);
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendLiteral(' ')
          .append(TIME)
          .toFormatter(java.util.Locale.ROOT);
  private static final DateTimeFormatter ZONED =
      new DateTimeFormatterBuilder()
          .append(TIMESTAMP)
          .appendOffset("+HH:MM", "+00:00")
          .toFormatter(java.util.Locale.ROOT);
  private static final double PLAIN_MIN = 1e-6;
  private static final double PLAIN_MAX = 1e15;

  private CellText() {}

  /** The text of a cell; null for NULL. */
  static @Nullable String of(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return null;
    }
    return switch (vector.getMinorType()) {
      case TINYINT -> Integer.toString(((TinyIntVector) vector).get(row));
      case SMALLINT -> Integer.toString(((SmallIntVector) vector).get(row));
      case INT -> Integer.toString(((IntVector) vector).get(row));
      case BIGINT -> Long.toString(((BigIntVector) vector).get(row));
      case UINT1 -> Integer.toString(((UInt1Vector) vector).get(row) & 0xFF);
      case UINT2 -> Integer.toString(((UInt2Vector) vector).get(row));
      case UINT4 -> Integer.toUnsignedString(((UInt4Vector) vector).get(row));
      case UINT8 -> Long.toUnsignedString(((UInt8Vector) vector).get(row));
      case FLOAT4 ->
          plain(((Float4Vector) vector).get(row), Float.toString(((Float4Vector) vector).get(row)));
      case FLOAT8 ->
          plain(
              ((Float8Vector) vector).get(row), Double.toString(((Float8Vector) vector).get(row)));
      case DECIMAL, DECIMAL256 -> ((BigDecimal) vector.getObject(row)).toPlainString();
      case BIT -> ((BitVector) vector).get(row) == 0 ? "false" : "true";
      case VARCHAR -> new String(((VarCharVector) vector).get(row), StandardCharsets.UTF_8);
      case LARGEVARCHAR ->
          new String(((LargeVarCharVector) vector).get(row), StandardCharsets.UTF_8);
      case VARBINARY, LARGEVARBINARY, FIXEDSIZEBINARY ->
          "\\x" + HexFormat.of().formatHex(bytes(vector, row));
      case LIST, LARGELIST, FIXED_SIZE_LIST, STRUCT, MAP, UNION, DENSEUNION ->
          JsonCells.text(vector, row);
      default -> moment(vector, row);
    };
  }

  /** The bytes of a cell of one of the binary types. */
  static byte[] bytes(FieldVector vector, int row) {
    if (vector instanceof VarBinaryVector binary) {
      return binary.get(row);
    } else if (vector instanceof LargeVarBinaryVector binary) {
      return binary.get(row);
    }
    return ((FixedSizeBinaryVector) vector).get(row);
  }

  private static String moment(FieldVector vector, int row) {
    if (vector instanceof TimeStampVector stamps) {
      return timestamp(stamps, row);
    }
    return switch (vector.getMinorType()) {
      case DATEDAY -> LocalDate.ofEpochDay(((DateDayVector) vector).get(row)).toString();
      case DATEMILLI ->
          LocalDate.ofEpochDay(Math.floorDiv(((DateMilliVector) vector).get(row), 86_400_000L))
              .toString();
      case TIMESEC -> time(((TimeSecVector) vector).get(row), 1_000_000_000L);
      case TIMEMILLI -> time(((TimeMilliVector) vector).get(row), 1_000_000L);
      case TIMEMICRO -> time(((TimeMicroVector) vector).get(row), 1_000L);
      case TIMENANO -> time(((TimeNanoVector) vector).get(row), 1L);
      case DURATION -> ((DurationVector) vector).getObject(row).toString();
      case INTERVALMONTHDAYNANO -> interval(((IntervalMonthDayNanoVector) vector).getObject(row));
      default -> String.valueOf(vector.getObject(row));
    };
  }

  /** One ISO 8601 duration: P1M3DT4H. */
  private static String interval(PeriodDuration interval) {
    String time = interval.getDuration().toString();
    if (interval.getPeriod().isZero()) {
      return time;
    }
    String days = interval.getPeriod().toString();
    return interval.getDuration().isZero() ? days : days + time.substring(1);
  }

  /** A day ends at 24:00:00, which LocalTime has no name for and engines use. */
  private static String time(long value, long nanos) {
    long ofDay = value * nanos;
    return ofDay == 86_400_000_000_000L ? "24:00:00" : TIME.format(LocalTime.ofNanoOfDay(ofDay));
  }

  private static String timestamp(TimeStampVector vector, int row) {
    ArrowType.Timestamp type = (ArrowType.Timestamp) vector.getField().getType();
    Instant instant = instant(vector.get(row), type.getUnit());
    if (type.getTimezone() == null) {
      return TIMESTAMP.format(instant.atOffset(ZoneOffset.UTC));
    }
    return ZONED.format(ZonedDateTime.ofInstant(instant, zone(type.getTimezone())));
  }

  private static Instant instant(long value, TimeUnit unit) {
    long perSecond =
        switch (unit) {
          case SECOND -> 1L;
          case MILLISECOND -> 1_000L;
          case MICROSECOND -> 1_000_000L;
          case NANOSECOND -> 1_000_000_000L;
        };
    return Instant.ofEpochSecond(
        Math.floorDiv(value, perSecond),
        Math.floorMod(value, perSecond) * (1_000_000_000L / perSecond));
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException unknown) {
      return ZoneOffset.UTC;
    }
  }

  /** Java writes ten million as 1.0E7; people, and spreadsheets, write 10000000.0. */
  private static String plain(double value, String shortest) {
    double size = Math.abs(value);
    if (!shortest.contains("E") || size < PLAIN_MIN || size >= PLAIN_MAX) {
      return shortest;
    }
    String digits = new BigDecimal(shortest).toPlainString();
    return digits.contains(".") ? digits : digits + ".0";
  }
}
