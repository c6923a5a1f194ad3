package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * The rule of types between SQLite and Arrow. Stateless.
 *
 * <p>A SQLite column has a declared type, which binds nobody, and every value a storage class of
 * its own. A result column is typed by its declared type, without regard to case:
 *
 * <table>
 * <caption>Declared type, Arrow type, and the values that fit</caption>
 * <tr><th>declared</th><th>Arrow</th><th>values that fit</th></tr>
 * <tr><td>BOOLEAN, BOOL</td><td>bool</td><td>0, 1, 'true', 'false'</td></tr>
 * <tr><td>DATE</td><td>date32</td><td>a timestamp, as below, at midnight</td></tr>
 * <tr><td>TIME, TIME(n)</td><td>time</td><td>'HH:MM', 'HH:MM:SS', 'HH:MM:SS.fff…'</td></tr>
 * <tr><td>TIMESTAMP, DATETIME, TIMESTAMP(n)</td><td>timestamp without zone</td><td>text
 * 'YYYY-MM-DD', 'YYYY-MM-DD HH:MM[:SS[.fff…]]', with T instead of the space, with Z or ±HH:MM at
 * the end (counted to UTC); an integer: seconds since 1970, or milliseconds from 10^11 on (the year
 * 5138 in seconds, March 1973 in milliseconds); a real number: SQLite's Julian day</td></tr>
 * <tr><td>TIMESTAMPTZ, TIMESTAMP WITH TIME ZONE</td><td>timestamp in UTC</td><td>the same</td></tr>
 * <tr><td>DECIMAL(p,s), NUMERIC(p,s), p ≤ 38; DECIMAL_TEXT(p,s)</td><td>decimal128(p,s)</td>
 * <td>integers and text that have s digits after the point at most, p in all; real numbers that
 * stand for such a decimal to 15 digits</td></tr>
 * <tr><td>DECIMAL, NUMERIC</td><td>float64</td><td>as REAL</td></tr>
 * <tr><td>contains INT</td><td>int64</td><td>integers, also as 5.0</td></tr>
 * <tr><td>contains CHAR, CLOB or TEXT</td><td>utf8</td><td>text in valid UTF-8</td></tr>
 * <tr><td>contains BLOB</td><td>binary</td><td>bytes, and text as its UTF-8 bytes</td></tr>
 * <tr><td>contains REAL, FLOA or DOUB</td><td>float64</td><td>real numbers, and integers that a
 * double holds exactly</td></tr>
 * <tr><td>count, avg, CAST and other functions of one type; sum, min, max of a column</td><td
 * colspan="2">that type</td></tr>
 * <tr><td>anything else, nothing, expressions</td><td colspan="2">the storage class of the first
 * value that is not NULL within {@link #LOOK_AHEAD_ROWS} rows: int64, float64, utf8 or binary; if
 * there is none, utf8 that takes every value as text</td></tr>
 * </table>
 *
 * <p>The fraction of a TIME or TIMESTAMP is n digits: seconds for 0, milliseconds to 3,
 * microseconds to 6 and where n is not given, nanoseconds to 9.
 *
 * <p>A value that does not fit is a misfit: see {@link SqliteSettings.Misfit}. With {@code
 * sqlite.misfit=text} all columns but binary ones are utf8, numbers as SQLite writes them and blobs
 * as {@code X'…'}. A schema never changes once it is told.
 */
final class SqliteTypes {

  /** How many rows are looked at for the type of an expression. */
  static final int LOOK_AHEAD_ROWS = 1_000;

  /** The numbers of SQLite's storage classes. */
  static final int INTEGER = 1;

  static final int REAL = 2;
  static final int TEXT = 3;
  static final int BLOB = 4;
  static final int NULL = 5;

  static final ArrowType INT64 = new ArrowType.Int(64, true);
  static final ArrowType FLOAT64 = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);

  /** A REAL is exact to so many digits; decimals with more are kept as text. */
  static final int REAL_DIGITS = 15;

  private static final int LONG_DIGITS = 18;
  private static final int DECIMAL_PRECISION_MAX = 38;
  private static final Pattern DECLARED =
      Pattern.compile(
          "\\s*([A-Z_ ]*?)\\s*(?:\\(\\s*(\\d{1,4})\\s*(?:,\\s*(\\d{1,4})\\s*)?\\))?\\s*(WITH(?:OUT)? TIME ZONE)?\\s*");

  /**
   * What a result column is sent as.
   *
   * @param arrow the Arrow type
   * @param name the type's name in SQLite: as declared, or INTEGER, REAL, TEXT, BLOB
   * @param anyValue whether every value is sent as text, so that there are no misfits
   */
  record ColumnType(ArrowType arrow, String name, boolean anyValue) {

    private static final String TYPE_NAME = "ARROW:FLIGHT:SQL:TYPE_NAME";
    private static final String PRECISION = "ARROW:FLIGHT:SQL:PRECISION";
    private static final String SCALE = "ARROW:FLIGHT:SQL:SCALE";

    /** A type whose misfits are misfits. */
    static ColumnType of(ArrowType arrow, String name) {
      return new ColumnType(arrow, name, false);
    }

    /** The same column, every value as text. */
    ColumnType asText() {
      return new ColumnType(ArrowType.Utf8.INSTANCE, name, true);
    }

    /** A column of this type; always nullable, as any expression may be NULL. */
    Field field(String column) {
      Map<String, String> metadata = new HashMap<>(Map.of(TYPE_NAME, name));
      if (arrow instanceof ArrowType.Decimal decimal) {
        metadata.put(PRECISION, Integer.toString(decimal.getPrecision()));
        metadata.put(SCALE, Integer.toString(decimal.getScale()));
      }
      return new Field(column, new FieldType(true, arrow, null, metadata), null);
    }
  }

  private SqliteTypes() {}

  /** SQLite's name of the type of a {@link ColumnType#field}. */
  static String typeName(Field field) {
    return String.valueOf(field.getMetadata().get(ColumnType.TYPE_NAME));
  }

  /** The type of a column declared so; null if only its values can tell. */
  static @Nullable ColumnType declared(@Nullable String declared) {
    if (declared == null || declared.isBlank()) {
      return null;
    }
    String upper = declared.toUpperCase(Locale.ROOT);
    Matcher matcher = DECLARED.matcher(upper);
    ArrowType named = matcher.matches() ? named(matcher) : null;
    ArrowType arrow = named != null ? named : byAffinity(upper);
    return arrow == null ? null : ColumnType.of(arrow, declared);
  }

  private static @Nullable ArrowType named(Matcher matcher) {
    Integer first = number(matcher.group(2));
    Integer second = number(matcher.group(3));
    boolean zoned = "WITH TIME ZONE".equals(matcher.group(4));
    return switch (matcher.group(1)) {
      case "BOOLEAN", "BOOL" -> ArrowType.Bool.INSTANCE;
      case "DATE" -> new ArrowType.Date(DateUnit.DAY);
      case "TIME" -> zoned ? null : time(unit(first));
      case "TIMESTAMP", "DATETIME" -> new ArrowType.Timestamp(unit(first), zoned ? "UTC" : null);
      case "TIMESTAMPTZ" -> new ArrowType.Timestamp(unit(first), "UTC");
      case "DECIMAL", "NUMERIC", "DEC", "DECIMAL_TEXT" -> decimal(first, second);
      default -> null;
    };
  }

  private static @Nullable Integer number(@Nullable String digits) {
    return digits == null ? null : Integer.valueOf(digits);
  }

  private static ArrowType decimal(@Nullable Integer precision, @Nullable Integer scale) {
    int digitsAfterPoint = scale == null ? 0 : scale;
    if (precision == null) {
      return FLOAT64;
    }
    return precision < 1 || precision > DECIMAL_PRECISION_MAX || digitsAfterPoint > precision
        ? FLOAT64
        : new ArrowType.Decimal(precision, digitsAfterPoint, 128);
  }

  private static TimeUnit unit(@Nullable Integer digits) {
    if (digits == null || (digits > 3 && digits <= 6)) {
      return TimeUnit.MICROSECOND;
    }
    if (digits == 0) {
      return TimeUnit.SECOND;
    }
    return digits <= 3 ? TimeUnit.MILLISECOND : TimeUnit.NANOSECOND;
  }

  private static ArrowType time(TimeUnit unit) {
    return switch (unit) {
      case SECOND, MILLISECOND -> new ArrowType.Time(unit, 32);
      case MICROSECOND, NANOSECOND -> new ArrowType.Time(unit, 64);
    };
  }

  /** SQLite's own order of rules (datatype3.html, 3.1), its NUMERIC rest left to the values. */
  private static @Nullable ArrowType byAffinity(String upper) {
    if (upper.contains("INT")) {
      return INT64;
    }
    if (upper.contains("CHAR") || upper.contains("CLOB") || upper.contains("TEXT")) {
      return ArrowType.Utf8.INSTANCE;
    }
    if (upper.contains("BLOB")) {
      return ArrowType.Binary.INSTANCE;
    }
    if (upper.contains("REAL") || upper.contains("FLOA") || upper.contains("DOUB")) {
      return FLOAT64;
    }
    return null;
  }

  /** The type of an expression whose first value has this storage class; null for NULL. */
  static @Nullable ColumnType ofStorageClass(int storageClass) {
    return switch (storageClass) {
      case INTEGER -> ColumnType.of(INT64, "INTEGER");
      case REAL -> ColumnType.of(FLOAT64, "REAL");
      case TEXT -> ColumnType.of(ArrowType.Utf8.INSTANCE, "TEXT");
      case BLOB -> ColumnType.of(ArrowType.Binary.INSTANCE, "BLOB");
      default -> null;
    };
  }

  /** The type of an expression without a value. */
  static ColumnType unknown() {
    return new ColumnType(ArrowType.Utf8.INSTANCE, "TEXT", true);
  }

  /**
   * The declared type under which values of an Arrow type are kept without loss, and read back as
   * the same type, or its widest kin (int64 for all integers, float64 for all floats, utf8, binary,
   * UTC for all zones).
   *
   * @throws BackendException UNSUPPORTED for a type that SQLite has no values for
   */
  static String declaration(String column, ArrowType type) {
    return switch (type.getTypeID()) {
      case Int, Duration -> "BIGINT";
      case FloatingPoint -> "DOUBLE";
      case Utf8, LargeUtf8, Utf8View -> "TEXT";
      case Binary, LargeBinary, FixedSizeBinary, BinaryView -> "BLOB";
      case Bool -> "BOOLEAN";
      case Null -> "";
      case Date -> "DATE";
      case Time -> "TIME" + digits(((ArrowType.Time) type).getUnit());
      case Timestamp -> {
        ArrowType.Timestamp timestamp = (ArrowType.Timestamp) type;
        yield (timestamp.getTimezone() == null ? "TIMESTAMP" : "TIMESTAMPTZ")
            + digits(timestamp.getUnit());
      }
      case Decimal -> decimalDeclaration(column, (ArrowType.Decimal) type);
      default -> throw unsupported(column, type);
    };
  }

  private static BackendException unsupported(String column, ArrowType type) {
    return new BackendException(
        Kind.UNSUPPORTED, "SQLite has no type for column \"" + column + "\": " + type);
  }

  private static String decimalDeclaration(String column, ArrowType.Decimal type) {
    if (type.getPrecision() > DECIMAL_PRECISION_MAX) {
      throw unsupported(column, type);
    }
    String arguments = "(" + type.getPrecision() + "," + type.getScale() + ")";
    return (isKeptAsText(type) ? "DECIMAL_TEXT" : "DECIMAL") + arguments;
  }

  /** Whether a number would lose digits of such a decimal. */
  static boolean isKeptAsText(ArrowType.Decimal type) {
    return type.getPrecision() > (type.getScale() == 0 ? LONG_DIGITS : REAL_DIGITS);
  }

  private static String digits(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> "(0)";
      case MILLISECOND -> "(3)";
      case MICROSECOND -> "";
      case NANOSECOND -> "(9)";
    };
  }

  /** Digits of a number, or characters where a text declares them; null for anything else. */
  static @Nullable Integer precision(ArrowType type, String declared) {
    if (type instanceof ArrowType.Decimal decimal) {
      return decimal.getPrecision();
    }
    if (type instanceof ArrowType.Int) {
      return 19;
    }
    if (type instanceof ArrowType.FloatingPoint) {
      return REAL_DIGITS;
    }
    String digits = declared.replaceFirst("^[^(]*\\(\\s*(\\d{1,9})\\s*\\)$", "$1");
    return type instanceof ArrowType.Utf8 && digits.matches("\\d+")
        ? Integer.valueOf(digits)
        : null;
  }

  /** Digits after the point; null where that has no meaning. */
  static @Nullable Integer scale(ArrowType type) {
    if (type instanceof ArrowType.Decimal decimal) {
      return decimal.getScale();
    }
    return type instanceof ArrowType.Int ? 0 : null;
  }

  /** How many nanoseconds a unit has. */
  static long nanos(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1_000_000_000;
      case MILLISECOND -> 1_000_000;
      case MICROSECOND -> 1_000;
      case NANOSECOND -> 1;
    };
  }
}
