package dev.flightgate.server.backend.sqlite;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
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
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;
import org.sqlite.core.DB;

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
    int readValue(DB engine, long statement, int column, int storageClass, int row)
        throws SQLException {
      LocalDateTime value = timestamp(engine, statement, column, storageClass);
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
      this.nanosPerUnit = nanos(((ArrowType.Timestamp) vector.getField().getType()).getUnit());
    }

    @Override
    int readValue(DB engine, long statement, int column, int storageClass, int row)
        throws SQLException {
      LocalDateTime value = timestamp(engine, statement, column, storageClass);
      if (value == null) {
        return MISFIT;
      }
      long nanos = value.get(ChronoField.NANO_OF_SECOND);
      if (nanos % nanosPerUnit != 0) {
        return MISFIT;
      }
      long seconds = value.toEpochSecond(ZoneOffset.UTC);
      long unitsPerSecond = NANOS_PER_SECOND / nanosPerUnit;
      if (Math.abs(seconds) >= Long.MAX_VALUE / unitsPerSecond) {
        return MISFIT;
      }
      vector.setSafe(row, seconds * unitsPerSecond + nanos / nanosPerUnit);
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
      this.nanosPerUnit = nanos(((ArrowType.Time) vector.getField().getType()).getUnit());
    }

    @Override
    int readValue(DB engine, long statement, int column, int storageClass, int row)
        throws SQLException {
      LocalTime value =
          storageClass == SqliteTypes.TEXT
              ? TemporalText.time(bytes(engine, statement, column))
              : null;
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

  private static @Nullable LocalDateTime timestamp(
      DB engine, long statement, int column, int storageClass) throws SQLException {
    return switch (storageClass) {
      case SqliteTypes.INTEGER -> TemporalText.timestamp(engine.column_long(statement, column));
      case SqliteTypes.REAL -> TemporalText.timestamp(engine.column_double(statement, column));
      case SqliteTypes.TEXT -> TemporalText.timestamp(bytes(engine, statement, column));
      default -> null;
    };
  }

  /** The text, through a string: the same whatever encoding the database has. */
  private static byte[] bytes(DB engine, long statement, int column) throws SQLException {
    return engine.column_text(statement, column).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static long nanos(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> NANOS_PER_SECOND;
      case MILLISECOND -> 1_000_000;
      case MICROSECOND -> 1_000;
      case NANOSECOND -> 1;
    };
  }
}
