package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.sqlite.ColumnReader.Misfits;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** The readers of dates and times; a value finer than the column's unit is a misfit. */
final class TemporalReaders {

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private TemporalReaders() {}

  /** Dates, as days since 1970. */
  static final class Date32 extends ColumnReader {

    private final DateDayVector vector;

    Date32(int index, DateDayVector vector, Misfits misfits) {
      super(index, vector, misfits);
      this.vector = vector;
    }

    @Override
    int readValue(CurrentRow values, int column, int storageClass, int row) throws SQLException {
      LocalDateTime value = timestamp(values, column, storageClass);
      if (value == null || !value.toLocalTime().equals(LocalTime.MIDNIGHT)) {
        return MISFIT;
      }
      vector.setSafe(row, (int) value.toLocalDate().toEpochDay());
      return Integer.BYTES;
    }
  }

  /** Timestamps of any unit. */
  static final class Timestamp extends ColumnReader {

    private final TimeStampVector vector;
    private final long nanosPerUnit;

    Timestamp(int index, TimeStampVector vector, Misfits misfits) {
      super(index, vector, misfits);
      this.vector = vector;
      this.nanosPerUnit =
          SqliteTypes.nanos(((ArrowType.Timestamp) vector.getField().getType()).getUnit());
    }

    @Override
    int readValue(CurrentRow values, int column, int storageClass, int row) throws SQLException {
      LocalDateTime value = timestamp(values, column, storageClass);
      long nanos = value == null ? 0 : value.get(ChronoField.NANO_OF_SECOND);
      if (value == null || nanos % nanosPerUnit != 0) {
        return MISFIT;
      }
      long seconds = value.toEpochSecond(ZoneOffset.UTC);
      long unitsPerSecond = NANOS_PER_SECOND / nanosPerUnit;
      // Both of one sign, so that neither overflows where their sum does not.
      boolean negative = seconds < 0;
      long units = nanos / nanosPerUnit - (negative ? unitsPerSecond : 0);
      try {
        long whole = Math.multiplyExact(negative ? seconds + 1 : seconds, unitsPerSecond);
        vector.setSafe(row, Math.addExact(whole, units));
      } catch (ArithmeticException e) {
        return MISFIT;
      }
      return Long.BYTES;
    }
  }

  /** Times of day of any unit. */
  static final class Time extends ColumnReader {

    private final FieldVector vector;
    private final long nanosPerUnit;

    Time(int index, FieldVector vector, Misfits misfits) {
      super(index, vector, misfits);
      this.vector = vector;
      this.nanosPerUnit =
          SqliteTypes.nanos(((ArrowType.Time) vector.getField().getType()).getUnit());
    }

    @Override
    int readValue(CurrentRow values, int column, int storageClass, int row) throws SQLException {
      LocalTime value =
          storageClass == SqliteTypes.TEXT ? TemporalText.time(bytes(values, column)) : null;
      if (value == null || value.toNanoOfDay() % nanosPerUnit != 0) {
        return MISFIT;
      }
      set(row, value.toNanoOfDay() / nanosPerUnit);
      return Long.BYTES;
    }

    private void set(int row, long units) {
      if (vector instanceof TimeMicroVector micros) {
        micros.setSafe(row, units);
      } else if (vector instanceof TimeNanoVector nanos) {
        nanos.setSafe(row, units);
      } else if (vector instanceof TimeMilliVector millis) {
        millis.setSafe(row, (int) units);
      } else {
        ((TimeSecVector) vector).setSafe(row, (int) units);
      }
    }
  }

  private static @Nullable LocalDateTime timestamp(CurrentRow values, int column, int storageClass)
      throws SQLException {
    return switch (storageClass) {
      case SqliteTypes.INTEGER -> TemporalText.timestamp(values.integer(column));
      case SqliteTypes.REAL -> TemporalText.timestamp(values.real(column));
      case SqliteTypes.TEXT -> TemporalText.timestamp(bytes(values, column));
      default -> null;
    };
  }

  /** The text, through a string: the same whatever encoding the database has. */
  private static byte[] bytes(CurrentRow values, int column) throws SQLException {
    return values.text(column).getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Dates and times as SQLite keeps them: text in the forms of
   * https://www.sqlite.org/lang_datefunc.html, and numbers by the rule of {@link SqliteTypes}.
   * Stateless.
   */
  static final class TemporalText {

    /** From here on an integer counts milliseconds, not seconds. */
    private static final long FIRST_MILLIS = 100_000_000_000L;

    private static final double JULIAN_DAY_OF_EPOCH = 2440587.5;
    private static final double JULIAN_DAY_END = 5373484.5;
    private static final double MILLIS_PER_DAY = 86_400_000;

    private TemporalText() {}

    /** A date and time of day in UTC; null if the bytes are none. */
    static @Nullable LocalDateTime timestamp(byte[] text) {
      try {
        LocalDate date = date(text);
        if (date == null || text.length == 10) {
          return date == null ? null : date.atStartOfDay();
        }
        if (text[10] != ' ' && text[10] != 'T') {
          return null;
        }
        int zone = zone(text, 11);
        LocalTime time = time(text, 11, zone);
        return time == null ? null : inUtc(LocalDateTime.of(date, time), text, zone);
      } catch (DateTimeException e) {
        return null;
      }
    }

    /** A time of day; null if the bytes are none. */
    static @Nullable LocalTime time(byte[] text) {
      try {
        return time(text, 0, text.length);
      } catch (DateTimeException e) {
        return null;
      }
    }

    /** What an integer stands for: seconds, or milliseconds, since 1970. */
    static @Nullable LocalDateTime timestamp(long value) {
      try {
        boolean millis = value >= FIRST_MILLIS || value <= -FIRST_MILLIS;
        return millis
            ? LocalDateTime.ofEpochSecond(
                Math.floorDiv(value, 1000L),
                (int) Math.floorMod(value, 1000L) * 1_000_000,
                ZoneOffset.UTC)
            : LocalDateTime.ofEpochSecond(value, 0, ZoneOffset.UTC);
      } catch (DateTimeException e) {
        return null;
      }
    }

    /** What a real number stands for: a Julian day, exact to the millisecond as in SQLite. */
    static @Nullable LocalDateTime timestamp(double julianDay) {
      if (!(julianDay >= 0 && julianDay < JULIAN_DAY_END)) {
        return null;
      }
      long millis = Math.round((julianDay - JULIAN_DAY_OF_EPOCH) * MILLIS_PER_DAY);
      return LocalDateTime.ofEpochSecond(
          Math.floorDiv(millis, 1000L),
          (int) Math.floorMod(millis, 1000L) * 1_000_000,
          ZoneOffset.UTC);
    }

    /** The text that {@link #timestamp(byte[])} reads back. */
    static String text(LocalDateTime value) {
      return text(value.toLocalDate()) + ' ' + text(value.toLocalTime());
    }

    /** A date of a year between 0000 and 9999; others have no text. */
    static String text(LocalDate value) {
      if (value.getYear() < 0 || value.getYear() > 9999) {
        throw new DateTimeException("the year " + value.getYear() + " is outside of 0000 to 9999");
      }
      return value.toString();
    }

    /** The text that {@link #time(byte[])} reads back; always with seconds. */
    static String text(LocalTime value) {
      String text = value.toString();
      return text.length() == 5 ? text + ":00" : text;
    }

    private static @Nullable LocalDate date(byte[] text) {
      if (text.length < 10 || text[4] != '-' || text[7] != '-') {
        return null;
      }
      int year = digits(text, 0, 4);
      int month = digits(text, 5, 7);
      int day = digits(text, 8, 10);
      return year < 0 || month < 0 || day < 0 ? null : LocalDate.of(year, month, day);
    }

    private static @Nullable LocalTime time(byte[] text, int start, int end) {
      int length = end - start;
      if (length != 5 && length != 8 && (length < 10 || length > 18)) {
        return null;
      }
      int hour = digits(text, start, start + 2);
      int minute = text[start + 2] == ':' ? digits(text, start + 3, start + 5) : -1;
      int second = 0;
      int nano = 0;
      if (length >= 8) {
        second = text[start + 5] == ':' ? digits(text, start + 6, start + 8) : -1;
      }
      if (length >= 10) {
        nano = text[start + 8] == '.' ? digits(text, start + 9, end) : -1;
        for (int i = end - start - 9; i < 9 && nano > 0; i++) {
          nano *= 10;
        }
      }
      return hour < 0 || minute < 0 || second < 0 || nano < 0
          ? null
          : LocalTime.of(hour, minute, second, nano);
    }

    /** Where the zone begins: the end if there is none. */
    private static int zone(byte[] text, int start) {
      for (int i = start; i < text.length; i++) {
        if (text[i] == 'Z' || text[i] == '+' || text[i] == '-') {
          return text[i - 1] == ' ' ? i - 1 : i;
        }
      }
      return text.length;
    }

    private static @Nullable LocalDateTime inUtc(LocalDateTime local, byte[] text, int zone) {
      int start = zone < text.length && text[zone] == ' ' ? zone + 1 : zone;
      int length = text.length - start;
      if (length == 0 || (length == 1 && text[start] == 'Z')) {
        return zone < start && length == 0 ? null : local;
      }
      if (length != 6 || text[start + 3] != ':') {
        return null;
      }
      int hours = digits(text, start + 1, start + 3);
      int minutes = digits(text, start + 4, start + 6);
      if (hours < 0 || minutes < 0) {
        return null;
      }
      int offset = hours * 60 + minutes;
      return local.minusMinutes(text[start] == '-' ? -offset : offset);
    }

    private static int digits(byte[] text, int start, int end) {
      int value = 0;
      for (int i = start; i < end; i++) {
        if (text[i] < '0' || text[i] > '9') {
          return -1;
        }
        value = value * 10 + (text[i] - '0');
      }
      return value;
    }
  }
}
