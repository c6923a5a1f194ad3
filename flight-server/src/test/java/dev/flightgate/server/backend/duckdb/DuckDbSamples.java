package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.ColumnSample;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** A column of every type of DuckDB's, and the Arrow type that clients get. */
final class DuckDbSamples {

  private static final ArrowType TEXT = ArrowType.Utf8.INSTANCE;
  private static final ArrowType HUGE = new ArrowType.Decimal(38, 0, 128);

  static final List<ColumnSample> COLUMNS =
      List.of(
          of("b", "BOOLEAN", ArrowType.Bool.INSTANCE, "true", "true"),
          of("i1", "TINYINT", integer(8, true), "-128", "-128"),
          of("i2", "SMALLINT", integer(16, true), "-32768", "-32768"),
          of("i4", "INTEGER", integer(32, true), "-2147483648", "-2147483648"),
          of("i8", "BIGINT", integer(64, true), "9223372036854775807", "9223372036854775807"),
          of("u1", "UTINYINT", integer(8, false), "127", "127"),
          of("u2", "USMALLINT", integer(16, false), "65", "A"),
          of("u4", "UINTEGER", integer(32, false), "2147483647", "2147483647"),
          of("u8", "UBIGINT", integer(64, false), "9223372036854775807", "9223372036854775807"),
          of("h", "HUGEINT", HUGE, "-" + "9".repeat(38), "-" + "9".repeat(38)),
          of("uh", "UHUGEINT", HUGE, "9".repeat(38), "9".repeat(38)),
          of("f4", "FLOAT", floating(FloatingPointPrecision.SINGLE), "1.5", "1.5"),
          of("f8", "DOUBLE", floating(FloatingPointPrecision.DOUBLE), "1e300", "1.0E300"),
          of("d4", "DECIMAL(4,1)", decimal(4, 1), "-999.9", "-999.9"),
          of("d9", "DECIMAL(9,2)", decimal(9, 2), "1234567.89", "1234567.89"),
          of("d18", "DECIMAL(18,3)", decimal(18, 3), "1.5", "1.500"),
          of("d38", "DECIMAL(38,10)", decimal(38, 10), "0.0000000001", "0.0000000001"),
          of("t", "VARCHAR", TEXT, "'é😀'", "é😀"),
          of("x", "BLOB", ArrowType.Binary.INSTANCE, "'\\x00\\xFF'::BLOB", "00ff"),
          of("bits", "BIT", TEXT, "'10101'::BIT", "10101"),
          of("day", "DATE", new ArrowType.Date(DateUnit.DAY), "'2024-02-29'", "2024-02-29"),
          of("clock", "TIME", time(TimeUnit.MICROSECOND), "'23:59:59.999999'", "86399999999"),
          of("ctz", "TIMETZ", TEXT, "'10:00:00+01:30'", "10:00:00+01:30"),
          of("cns", "TIME_NS", time(TimeUnit.NANOSECOND), "'00:00:00.000000001'", "1"),
          of(
              "ts",
              "TIMESTAMP",
              stamp(TimeUnit.MICROSECOND, null),
              "'2024-01-02 03:04:05.000006'",
              "2024-01-02T03:04:05.000006"),
          of(
              "ts_s",
              "TIMESTAMP_S",
              stamp(TimeUnit.SECOND, null),
              "'2024-01-02 03:04:05'",
              "2024-01-02T03:04:05"),
          of(
              "ts_ms",
              "TIMESTAMP_MS",
              stamp(TimeUnit.MILLISECOND, null),
              "'2024-01-02 03:04:05.006'",
              "2024-01-02T03:04:05.006"),
          of(
              "ts_ns",
              "TIMESTAMP_NS",
              stamp(TimeUnit.NANOSECOND, null),
              "'2024-01-02 03:04:05.000000007'",
              "2024-01-02T03:04:05.000000007"),
          of(
              "tz",
              "TIMESTAMPTZ",
              stamp(TimeUnit.MICROSECOND, "UTC"),
              "'2024-01-02 03:04:05+01'",
              "1704161045000000"),
          of(
              "gap",
              "INTERVAL",
              new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO),
              "INTERVAL '14 months 3 days 1.5 seconds'",
              "P14M3D PT1.5S"),
          of(
              "u",
              "UUID",
              TEXT,
              "'00000000-0000-0000-0000-00000000000a'",
              "00000000-0000-0000-0000-00000000000a"),
          of("j", "JSON", TEXT, "'{\"a\": [1, null]}'", "{\"a\": [1, null]}"),
          of("mood", "ENUM('sad', 'o''k')", TEXT, "'o''k'", "o'k"),
          of("big", "BIGNUM", TEXT, "'" + "1".repeat(60) + "'::BIGNUM", "1".repeat(60)),
          of("v", "VARIANT", TEXT, "42::VARIANT", "42"),
          of(
              "g",
              "GEOMETRY",
              ArrowType.Binary.INSTANCE,
              "'POINT(1 2)'::GEOMETRY",
              "0101000000000000000000f03f0000000000000040"),
          of("list", "INTEGER[]", ArrowType.List.INSTANCE, "[1, NULL, 3]", "[1,null,3]"),
          of("arr", "VARCHAR[2]", new ArrowType.FixedSizeList(2), "['a', 'b']", "[\"a\",\"b\"]"),
          of(
              "s",
              "STRUCT(\"a b\" INTEGER, c ENUM('x', 'y')[])",
              ArrowType.Struct.INSTANCE,
              "{'a b': 1, 'c': ['y']}",
              "{\"a b\":1,\"c\":[\"y\"]}"),
          of(
              "m",
              "MAP(VARCHAR, HUGEINT)",
              new ArrowType.Map(false),
              "MAP {'k': 7}",
              "[{\"key\":\"k\",\"value\":7}]"),
          of("un", "UNION(num INTEGER, str VARCHAR)", TEXT, "union_value(num := 2)", "2"));

  private DuckDbSamples() {}

  private static ColumnSample of(
      String name, String sqlType, ArrowType type, String literal, String printed) {
    return new ColumnSample(name, sqlType, type, literal, printed);
  }

  private static ArrowType integer(int bits, boolean signed) {
    return new ArrowType.Int(bits, signed);
  }

  private static ArrowType floating(FloatingPointPrecision precision) {
    return new ArrowType.FloatingPoint(precision);
  }

  private static ArrowType decimal(int precision, int scale) {
    return new ArrowType.Decimal(precision, scale, 128);
  }

  private static ArrowType time(TimeUnit unit) {
    return new ArrowType.Time(unit, 64);
  }

  private static ArrowType stamp(TimeUnit unit, @Nullable String zone) {
    return new ArrowType.Timestamp(unit, zone);
  }
}
