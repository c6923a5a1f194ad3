package dev.flightgate.server.types;

import java.util.List;

/** A column for every rule by which SQLite's declared types become Arrow's. */
final class SqliteColumns {

  private static final String BOOL = "iif(v IN (1, 'true'), 'true', iif(v IS NULL, v, 'false'))";
  private static final String FRACTION =
      " || substr(iif(instr(v, '.'), substr(v, instr(v, '.')), '.') || '000000000', 1, 10)";
  private static final String TIME = "strftime('%H:%M:%S', v)" + FRACTION;
  private static final String TIMESTAMP = "strftime('%Y-%m-%dT%H:%M:%S', v)" + FRACTION;
  private static final String NUMBER = "strftime('%Y-%m-%dT%H:%M:%f000000', v, 'auto')";
  private static final String REAL = "CAST(v AS REAL)";

  static final List<SampledType> ALL =
      List.of(
          of("INTEGER", "int64", "-9223372036854775808", "0", "9223372036854775807"),
          of("TINYINT UNSIGNED", "int64", "255", "5.0"),
          of("TEXT", "utf8", "''", "'é😀'", "replace(printf('%1000000s', ''), ' ', 'x')"),
          of("VARCHAR(20)", "utf8", "'12'", "12"),
          told("BLOB", "binary", "CAST(v AS BLOB)", "x''", "x'00ff'", "'é'", "zeroblob(1000000)"),
          told(
              "REAL",
              "float64",
              REAL,
              "-1.7976931348623157e308",
              "-9e999",
              "9e999",
              "4.9e-324",
              "3"),
          told("DOUBLE PRECISION", "float64", REAL, "1.5"),
          told("FLOAT", "float64", REAL, "1.5"),
          told("NUMERIC", "float64", REAL, "9007199254740992", "-0.5"),
          told(
              "DECIMAL(10,2)",
              "decimal128(10, 2)",
              "iif(v IS NULL, v, printf('%.2f', v))",
              "-99999999.99",
              "0",
              "1.1"),
          of("NUMERIC(18)", "decimal128(18, 0)", "-999999999999999999", "999999999999999999"),
          told(
              "DECIMAL_TEXT(38,10)",
              "decimal128(38, 10)",
              "v",
              "'-" + "9".repeat(28) + ".9999999999'",
              "'0.0000000001'"),
          told("BOOLEAN", "bool", BOOL, "0", "1", "'true'", "'false'"),
          told(
              "DATE",
              "date32",
              "date(v, 'auto')",
              "'0001-01-01'",
              "'1582-10-10'",
              "'9999-12-31'",
              "1709164800",
              "2460369.5"),
          told("TIME(0)", "time32[s]", TIME, "'00:00'", "'23:59:59'"),
          told("TIME(3)", "time32[ms]", TIME, "'00:00:00'", "'23:59:59.999'"),
          told("TIME", "time64[us]", TIME, "'00:00:00'", "'23:59:59.999999'"),
          told("TIME(9)", "time64[ns]", TIME, "'00:00:00'", "'23:59:59.999999999'"),
          told(
              "TIMESTAMP(0)",
              "timestamp[s]",
              TIMESTAMP,
              "'0001-01-01 00:00:00'",
              "'9999-12-31T23:59:59'"),
          told(
              "TIMESTAMP(3)",
              "timestamp[ms]",
              TIMESTAMP,
              "'0001-01-01 00:00:00'",
              "'9999-12-31 23:59:59.999'"),
          told(
              "TIMESTAMP",
              "timestamp[us]",
              TIMESTAMP,
              "'0001-01-01'",
              "'1969-12-31 23:59:59.999999'",
              "'9999-12-31 23:59:59.999999'"),
          told(
              "TIMESTAMP(9)",
              "timestamp[ns]",
              TIMESTAMP,
              "'1677-09-22 00:00:00'",
              "'2262-04-11 23:47:16.854775806'"),
          told(
              "DATETIME", "timestamp[us]", NUMBER, "1709208000", "1709208000.0", "2460369.5", "-1"),
          told(
              "TIMESTAMPTZ",
              "timestamp[us, UTC]",
              TIMESTAMP + " || 'Z'",
              "'0001-01-01 00:00:00'",
              "'9999-12-31 23:59:59.999999'"),
          told(
              "TIMESTAMP WITH TIME ZONE",
              "timestamp[us, UTC]",
              NUMBER + " || 'Z'",
              "'2024-02-29 00:00:00+02:00'",
              "'2024-02-29T12:00:00.123Z'"),
          of("", "int64", "-1", "9223372036854775807"),
          of("STRING", "utf8", "'word'", "''"),
          of("ANY", "float64", "1.5"),
          of("JSON", "utf8", "'{\"a\": [1, null]}'"));

  private SqliteColumns() {}

  private static SampledType of(String declaration, String arrow, String... literals) {
    return told(declaration, arrow, "v", literals);
  }

  private static SampledType told(
      String declaration, String arrow, String told, String... literals) {
    return new SampledType(Engine.SQLITE, declaration, arrow, told, List.of(literals));
  }
}
