package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.Metadata.TypeInfo;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** DuckDB's types, each with the JDBC number of what clients get of it. */
final class DuckDbTypeList {

  /** All types that a column can have. */
  static final List<TypeInfo> TYPES =
      List.of(
          plain("BIT", Types.VARCHAR, null),
          integer("TINYINT", Types.TINYINT, 3, false),
          integer("UTINYINT", Types.SMALLINT, 3, true),
          integer("BIGINT", Types.BIGINT, 19, false),
          integer("UINTEGER", Types.BIGINT, 10, true),
          plain("BLOB", Types.VARBINARY, null),
          plain("GEOMETRY", Types.VARBINARY, null),
          number("DECIMAL", Types.DECIMAL, 38, List.of("precision", "scale"), 38, 10),
          integer("HUGEINT", Types.DECIMAL, 38, false),
          integer("UHUGEINT", Types.DECIMAL, 38, true),
          integer("UBIGINT", Types.DECIMAL, 20, true),
          integer("INTEGER", Types.INTEGER, 10, false),
          integer("USMALLINT", Types.INTEGER, 5, true),
          integer("SMALLINT", Types.SMALLINT, 5, false),
          number("FLOAT", Types.REAL, 24, List.of(), null, 2),
          number("DOUBLE", Types.DOUBLE, 53, List.of(), null, 2),
          text("VARCHAR"),
          text("JSON"),
          text("UUID"),
          text("ENUM"),
          text("BIGNUM"),
          text("TIME WITH TIME ZONE"),
          text("UNION"),
          text("VARIANT"),
          plain("BOOLEAN", Types.BOOLEAN, null),
          quoted("DATE", Types.DATE, 10),
          quoted("TIME", Types.TIME, 15),
          quoted("TIME_NS", Types.TIME, 18),
          quoted("TIMESTAMP", Types.TIMESTAMP, 26),
          quoted("TIMESTAMP_S", Types.TIMESTAMP, 19),
          quoted("TIMESTAMP_MS", Types.TIMESTAMP, 23),
          quoted("TIMESTAMP_NS", Types.TIMESTAMP, 29),
          quoted("TIMESTAMP WITH TIME ZONE", Types.TIMESTAMP_WITH_TIMEZONE, 32),
          quoted("TIMESTAMPTZ_NS", Types.TIMESTAMP_WITH_TIMEZONE, 35),
          quoted("INTERVAL", Types.OTHER, null),
          plain("LIST", Types.ARRAY, null),
          plain("ARRAY", Types.ARRAY, null),
          plain("STRUCT", Types.STRUCT, null),
          plain("TUPLE", Types.STRUCT, null),
          plain("MAP", Types.OTHER, null));

  private DuckDbTypeList() {}

  private static TypeInfo integer(String name, int jdbcType, int digits, boolean unsigned) {
    return new TypeInfo(name, jdbcType, digits, null, null, List.of(), false, unsigned, 0, 0, 10);
  }

  private static TypeInfo number(
      String name,
      int jdbcType,
      int digits,
      List<String> parameters,
      @Nullable Integer scaleMaximum,
      int radix) {
    Integer scaleMinimum = scaleMaximum == null ? null : 0;
    return new TypeInfo(
        name,
        jdbcType,
        digits,
        null,
        null,
        parameters,
        false,
        false,
        scaleMinimum,
        scaleMaximum,
        radix);
  }

  private static TypeInfo text(String name) {
    return new TypeInfo(
        name, Types.VARCHAR, null, "'", "'", List.of(), true, false, null, null, null);
  }

  private static TypeInfo quoted(String name, int jdbcType, @Nullable Integer size) {
    return new TypeInfo(
        name, jdbcType, size, name + " '", "'", List.of(), false, false, null, null, null);
  }

  private static TypeInfo plain(String name, int jdbcType, @Nullable Integer size) {
    return new TypeInfo(
        name, jdbcType, size, null, null, List.of(), false, false, null, null, null);
  }
}
