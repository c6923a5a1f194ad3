package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.sqlite.TemporalReaders.TemporalText;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FloatingPointVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * Binds the values of Arrow vectors to a statement, each in the form that {@link SqliteTypes} reads
 * back exactly. Stateless.
 *
 * <p>The storage class depends on the Arrow type, never on the value: truth values are 0 and 1,
 * dates and times text in ISO 8601, decimals integers or real numbers where those hold all their
 * digits and text otherwise, durations integers of their unit.
 */
final class ValueBinder {

  private static final long DAY_MILLIS = 86_400_000;

  private ValueBinder() {}

  /**
   * Binds one value.
   *
   * @param parameter the placeholder, counted from 1
   * @throws BackendException INVALID_DATA for a value SQLite cannot hold, UNSUPPORTED for a type
   */
  static void bind(PreparedStatement statement, int parameter, FieldVector vector, int row)
      throws SQLException {
    if (vector.isNull(row)) {
      statement.setNull(parameter, java.sql.Types.NULL);
    } else if (vector instanceof BigIntVector integers) {
      statement.setLong(parameter, integers.get(row));
    } else if (vector instanceof IntVector integers) {
      statement.setLong(parameter, integers.get(row));
    } else if (vector instanceof VarCharVector texts) {
      statement.setString(parameter, new String(texts.get(row), StandardCharsets.UTF_8));
    } else if (vector instanceof FloatingPointVector reals) {
      statement.setDouble(parameter, real(vector, row, reals.getValueAsDouble(row)));
    } else {
      bindOther(statement, parameter, vector, row);
    }
  }

  private static void bindOther(
      PreparedStatement statement, int parameter, FieldVector vector, int row) throws SQLException {
    try {
      switch (vector.getField().getType().getTypeID()) {
        case Int -> statement.setLong(parameter, integer((BaseIntVector) vector, row));
        case Bool -> statement.setLong(parameter, ((BitVector) vector).get(row));
        case Utf8, LargeUtf8, Utf8View ->
            statement.setString(parameter, String.valueOf(vector.getObject(row)));
        case Binary, LargeBinary, FixedSizeBinary, BinaryView ->
            statement.setBytes(parameter, (byte[]) vector.getObject(row));
        case Decimal -> bindDecimal(statement, parameter, vector, row);
        case Date -> statement.setString(parameter, TemporalText.text(date(vector, row)));
        case Time -> statement.setString(parameter, TemporalText.text(time(vector, row)));
        case Timestamp ->
            statement.setString(
                parameter, TemporalText.text(timestamp((TimeStampVector) vector, row)));
        case Duration ->
            statement.setLong(
                parameter, vector.getDataBuffer().getLong((long) row * DurationVector.TYPE_WIDTH));
        default ->
            throw new BackendException(
                Kind.UNSUPPORTED,
                "SQLite has no value for "
                    + vector.getField().getType()
                    + " (\""
                    + vector.getName()
                    + "\")");
      }
    } catch (DateTimeException | ArithmeticException e) {
      throw new BackendException(Kind.INVALID_DATA, place(vector, row) + ": " + e.getMessage(), e);
    }
  }

  /**
   * Binds some value of the storage class that values of the type have.
   *
   * @param parameter the placeholder, counted from 1
   */
  static void bindSample(PreparedStatement statement, int parameter, ArrowType type)
      throws SQLException {
    switch (type.getTypeID()) {
      case Int, Bool, Duration -> statement.setLong(parameter, 1);
      case FloatingPoint -> statement.setDouble(parameter, 1.5);
      case Binary, LargeBinary, FixedSizeBinary, BinaryView ->
          statement.setBytes(parameter, new byte[] {'1'});
      case Decimal -> {
        ArrowType.Decimal decimal = (ArrowType.Decimal) type;
        if (SqliteTypes.isKeptAsText(decimal)) {
          statement.setString(parameter, "1");
        } else if (decimal.getScale() <= 0) {
          statement.setLong(parameter, 1);
        } else {
          statement.setDouble(parameter, 1.5);
        }
      }
      case Date, Time, Timestamp -> statement.setString(parameter, "2000-01-01");
      case Null -> statement.setNull(parameter, java.sql.Types.NULL);
      default -> statement.setString(parameter, "1");
    }
  }

  private static String place(FieldVector vector, int row) {
    return "\"" + vector.getName() + "\", row " + (row + 1) + " of a batch";
  }

  /** A number that is one, or INVALID_DATA. */
  static double real(FieldVector vector, int row, double value) {
    if (Double.isNaN(value)) { // which SQLite would keep as NULL
      throw new BackendException(
          Kind.INVALID_DATA, place(vector, row) + ": SQLite has no NaN; send NULL");
    }
    return value;
  }

  private static long integer(BaseIntVector vector, int row) {
    long value = vector.getValueAsLong(row);
    if (vector instanceof UInt8Vector && value < 0) {
      throw new ArithmeticException(
          Long.toUnsignedString(value) + " is larger than SQLite's largest integer");
    }
    return value;
  }

  private static void bindDecimal(
      PreparedStatement statement, int parameter, FieldVector vector, int row) throws SQLException {
    ArrowType.Decimal type = (ArrowType.Decimal) vector.getField().getType();
    BigDecimal value = (BigDecimal) vector.getObject(row);
    if (value.precision() > type.getPrecision()) { // who reads it back would take it for a misfit
      throw new ArithmeticException(value.toPlainString() + " is no value of " + type);
    }
    if (SqliteTypes.isKeptAsText(type)) {
      statement.setString(parameter, value.toPlainString());
    } else if (type.getScale() <= 0) {
      statement.setLong(parameter, value.longValueExact());
    } else {
      statement.setDouble(parameter, value.doubleValue());
    }
  }

  private static LocalDate date(FieldVector vector, int row) {
    if (vector instanceof DateDayVector days) {
      return LocalDate.ofEpochDay(days.get(row));
    }
    long millis = ((DateMilliVector) vector).get(row);
    if (millis % DAY_MILLIS != 0) {
      throw new ArithmeticException(
          millis
              + " is no value of "
              + vector.getField().getType()
              + ", which has whole days only: send a timestamp");
    }
    return LocalDate.ofEpochDay(millis / DAY_MILLIS);
  }

  private static LocalTime time(FieldVector vector, int row) {
    ArrowType.Time type = (ArrowType.Time) vector.getField().getType();
    long units =
        type.getBitWidth() == 32
            ? vector.getDataBuffer().getInt((long) row * Integer.BYTES)
            : vector.getDataBuffer().getLong((long) row * Long.BYTES);
    return LocalTime.ofNanoOfDay(Math.multiplyExact(units, SqliteTypes.nanos(type.getUnit())));
  }

  private static LocalDateTime timestamp(TimeStampVector vector, int row) {
    TimeUnit unit = ((ArrowType.Timestamp) vector.getField().getType()).getUnit();
    long unitsPerSecond = 1_000_000_000L / SqliteTypes.nanos(unit);
    long value = vector.get(row);
    return LocalDateTime.ofEpochSecond(
        Math.floorDiv(value, unitsPerSecond),
        (int) (Math.floorMod(value, unitsPerSecond) * SqliteTypes.nanos(unit)),
        ZoneOffset.UTC);
  }
}
