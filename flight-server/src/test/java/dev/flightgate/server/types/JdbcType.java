package dev.flightgate.server.types;

import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * What the Flight SQL JDBC driver 18.3.0 makes of an Arrow type, its own limits included.
 *
 * @param name of the constant in java.sql.Types
 * @param object the class of what getObject gives
 * @param getters that give the engine's value exactly, whatever it is
 * @param got the engine's value as getObject gives it
 * @param stored the engine's value after it was got and set as a parameter
 * @param refusal what the driver says of a parameter of this type; null if it takes one
 * @param limit of the driver's, for the guide; empty if it has none
 */
record JdbcType(
    String name,
    String object,
    List<String> getters,
    UnaryOperator<String> got,
    UnaryOperator<String> stored,
    @Nullable String refusal,
    String limit) {

  static final String UNSIGNED = "unsigned";
  static final String GAP = "October 1582";
  static final String MILLISECONDS = "milliseconds";
  static final String PARAMETER_MILLISECONDS = "parameters in milliseconds";
  static final String ZONED = "no object with a zone";
  static final String NO_PARAMETER = "no parameter";

  private static final String NULL = "NULL";

  static JdbcType of(Field field) {
    ArrowType type = field.getType();
    return switch (type.getTypeID()) {
      case Bool -> exact("BOOLEAN", "Boolean", "getBoolean", "getString");
      case Int -> integer((ArrowType.Int) type);
      case FloatingPoint -> floating(((ArrowType.FloatingPoint) type));
      case Decimal -> exact("DECIMAL", "BigDecimal", "getBigDecimal", "getString");
      case Utf8 -> exact("VARCHAR", "String", "getString");
      case Binary -> exact("VARBINARY", "byte[]", "getBytes");
      case Date ->
          changed("DATE", "Date", JdbcType::julian, JdbcType::julian, GAP, List.of("getString"));
      case Time ->
          changed("TIME", "Time", JdbcType::millis, JdbcType::millis, time(type), List.of());
      case Timestamp -> timestamp((ArrowType.Timestamp) type);
      case Interval ->
          unsettable("JAVA_OBJECT", "PeriodDuration", "Binding to vector type", JdbcType::period);
      case List, FixedSizeList ->
          unsettable("ARRAY", "Array", "Binding value of type OBJECT", text -> text, "getArray");
      case Struct, Map -> unsettable("JAVA_OBJECT", "Map", "Binding to vector type", text -> text);
      default -> throw new IllegalArgumentException("never sent: " + type);
    };
  }

  private static JdbcType exact(String name, String object, String... getters) {
    return changed(name, object, text -> text, text -> text, "", List.of(getters));
  }

  private static JdbcType changed(
      String name,
      String object,
      UnaryOperator<String> got,
      UnaryOperator<String> stored,
      String limit,
      List<String> getters) {
    return new JdbcType(name, object, getters, notNull(got), notNull(stored), null, limit);
  }

  private static JdbcType unsettable(
      String name, String object, String refusal, UnaryOperator<String> got, String... getters) {
    return new JdbcType(
        name, object, List.of(getters), notNull(got), text -> text, refusal, NO_PARAMETER);
  }

  private static UnaryOperator<String> notNull(UnaryOperator<String> change) {
    return text -> text.equals(NULL) ? NULL : change.apply(text);
  }

  private static JdbcType integer(ArrowType.Int type) {
    int bits = type.getBitWidth();
    String name =
        bits == 8 ? "TINYINT" : bits == 16 ? "SMALLINT" : bits == 32 ? "INTEGER" : "BIGINT";
    String object = bits == 8 ? "Byte" : bits == 16 ? "Short" : bits == 32 ? "Integer" : "Long";
    if (type.getIsSigned()) {
      String own = "get" + object.replace("Integer", "Int");
      Stream<String> getters = Stream.of(own, "getLong", "getBigDecimal", "getString");
      return exact(name, object, getters.distinct().toArray(String[]::new));
    }
    List<String> getters =
        switch (bits) {
          case 16 -> List.of("getInt", "getLong", "getBigDecimal", "getString");
          case 64 -> List.of("getString");
          default -> List.of();
        };
    return changed(name, object, text -> signed(text, bits), text -> text, UNSIGNED, getters);
  }

  private static JdbcType floating(ArrowType.FloatingPoint type) {
    return switch (type.getPrecision()) {
      case HALF -> throw new IllegalArgumentException("never sent: " + type);
      case SINGLE ->
          changed(
              "FLOAT",
              "Double",
              text -> Double.toString(Float.parseFloat(text)),
              text -> text,
              "",
              List.of("getFloat", "getString"));
      case DOUBLE -> exact("DOUBLE", "Double", "getDouble", "getString");
    };
  }

  private static JdbcType timestamp(ArrowType.Timestamp type) {
    boolean zoned = type.getTimezone() != null;
    boolean fine = type.getUnit() == TimeUnit.MICROSECOND || type.getUnit() == TimeUnit.NANOSECOND;
    return changed(
        zoned ? "TIMESTAMP_WITH_TIMEZONE" : "TIMESTAMP",
        "Timestamp",
        text -> text,
        JdbcType::millis,
        zoned ? ZONED : fine ? PARAMETER_MILLISECONDS : "",
        List.of("getTimestamp"));
  }

  private static String time(ArrowType type) {
    TimeUnit unit = ((ArrowType.Time) type).getUnit();
    return unit == TimeUnit.MICROSECOND || unit == TimeUnit.NANOSECOND ? MILLISECONDS : "";
  }

  private static String signed(String text, int bits) {
    BigInteger value = new BigInteger(text);
    return (value.testBit(bits - 1) ? value.subtract(BigInteger.ONE.shiftLeft(bits)) : value)
        .toString();
  }

  /** java.sql.Date has no day between 1582-10-04 and 1582-10-15, and takes them for later ones. */
  private static String julian(String text) {
    LocalDate date = LocalDate.parse(text);
    boolean gap =
        date.isAfter(LocalDate.of(1582, 10, 4)) && date.isBefore(LocalDate.of(1582, 10, 15));
    return (gap ? date.plusDays(10) : date).toString();
  }

  private static String millis(String text) {
    String zone = text.endsWith("Z") ? "Z" : "";
    String plain = text.replace("Z", "");
    return plain.contains("T")
        ? Cell.of(LocalDateTime.parse(plain).truncatedTo(ChronoUnit.MILLIS)) + zone
        : Cell.of(LocalTime.parse(plain).truncatedTo(ChronoUnit.MILLIS));
  }

  /** As PeriodDuration writes it. */
  private static String period(String text) {
    String[] words = text.split(" ", -1);
    Period period = Period.of(0, Integer.parseInt(words[0]), Integer.parseInt(words[2]));
    return period + " " + Duration.ofNanos(Long.parseLong(words[4]));
  }
}
