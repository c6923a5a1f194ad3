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
 * @param limit of the driver's
 */
record JdbcType(
    String name,
    String object,
    List<String> getters,
    UnaryOperator<String> got,
    UnaryOperator<String> stored,
    @Nullable String refusal,
    JdbcLimit limit) {

  private static final String NULL = "NULL";

  /** By the type as {@link ArrowNames} writes it. */
  static JdbcType of(String arrow) {
    String kind = arrow.replaceFirst("[\\[(<].*", "");
    boolean fine = arrow.endsWith("[us]") || arrow.endsWith("[ns]");
    return switch (kind) {
      case "bool" -> exact("BOOLEAN", "Boolean", "getBoolean", "getString");
      case "int8", "int16", "int32", "int64" -> integer(Integer.parseInt(kind.substring(3)));
      case "uint8", "uint16", "uint32", "uint64" -> unsigned(Integer.parseInt(kind.substring(4)));
      case "float32" ->
          changed(
              "FLOAT",
              "Double",
              text -> Double.toString(Float.parseFloat(text)),
              text -> text,
              JdbcLimit.NONE,
              List.of("getFloat", "getString"));
      case "float64" -> exact("DOUBLE", "Double", "getDouble", "getString");
      case "decimal128" -> exact("DECIMAL", "BigDecimal", "getBigDecimal", "getString");
      case "utf8" -> exact("VARCHAR", "String", "getString");
      case "binary" -> exact("VARBINARY", "byte[]", "getBytes");
      case "date32" -> {
        List<String> getters = List.of("getString");
        yield changed("DATE", "Date", JdbcType::julian, JdbcType::julian, JdbcLimit.GAP, getters);
      }
      case "time32", "time64" -> {
        JdbcLimit limit = fine ? JdbcLimit.MILLISECONDS : JdbcLimit.NONE;
        yield changed("TIME", "Time", JdbcType::millis, JdbcType::millis, limit, List.of());
      }
      case "timestamp" -> timestamp(arrow.contains(","), fine);
      case "interval" ->
          unsettable(
              "JAVA_OBJECT",
              "PeriodDuration",
              "Binding to vector type",
              JdbcType::period,
              JdbcLimit.NO_PARAMETER);
      case "list", "fixed_size_list" ->
          unsettable(
              "ARRAY",
              "Array",
              "Binding value of type OBJECT",
              text -> text,
              JdbcLimit.NO_PARAMETER,
              "getArray");
      case "struct", "map" ->
          unsettable(
              "JAVA_OBJECT", "Map", "Binding to vector type", text -> text, JdbcLimit.NESTED);
      default -> throw new IllegalArgumentException("never sent: " + arrow);
    };
  }

  private static JdbcType exact(String name, String object, String... getters) {
    return changed(name, object, text -> text, text -> text, JdbcLimit.NONE, List.of(getters));
  }

  private static JdbcType changed(
      String name,
      String object,
      UnaryOperator<String> got,
      UnaryOperator<String> stored,
      JdbcLimit limit,
      List<String> getters) {
    return new JdbcType(name, object, getters, notNull(got), notNull(stored), null, limit);
  }

  private static JdbcType unsettable(
      String name,
      String object,
      String refusal,
      UnaryOperator<String> got,
      JdbcLimit limit,
      String... getters) {
    return new JdbcType(name, object, List.of(getters), notNull(got), text -> text, refusal, limit);
  }

  private static UnaryOperator<String> notNull(UnaryOperator<String> change) {
    return text -> text.equals(NULL) ? NULL : change.apply(text);
  }

  private static JdbcType integer(int bits) {
    Stream<String> getters =
        Stream.of(
            "get" + object(bits).replace("Integer", "Int"),
            "getLong",
            "getBigDecimal",
            "getString");
    return exact(name(bits), object(bits), getters.distinct().toArray(String[]::new));
  }

  private static JdbcType unsigned(int bits) {
    List<String> getters =
        switch (bits) {
          case 16 -> List.of("getInt", "getLong", "getBigDecimal", "getString");
          case 64 -> List.of("getString");
          default -> List.of();
        };
    return changed(
        name(bits),
        object(bits),
        text -> signed(text, bits),
        text -> text,
        JdbcLimit.UNSIGNED,
        getters);
  }

  private static String name(int bits) {
    return bits == 8 ? "TINYINT" : bits == 16 ? "SMALLINT" : bits == 32 ? "INTEGER" : "BIGINT";
  }

  private static String object(int bits) {
    return bits == 8 ? "Byte" : bits == 16 ? "Short" : bits == 32 ? "Integer" : "Long";
  }

  private static JdbcType timestamp(boolean zoned, boolean fine) {
    JdbcLimit plain = fine ? JdbcLimit.PARAMETER_MILLISECONDS : JdbcLimit.NONE;
    return changed(
        zoned ? "TIMESTAMP_WITH_TIMEZONE" : "TIMESTAMP",
        "Timestamp",
        text -> text,
        JdbcType::millis,
        zoned ? JdbcLimit.ZONED : plain,
        List.of("getTimestamp"));
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
