package dev.flightgate.server.types;

import java.util.List;

/** A column of every type of DuckDB's, with its extremes, what is empty, and what is nested. */
final class DuckDbColumns {

  private static final String TEXT = "v::VARCHAR";
  private static final String NINES = "9".repeat(38);

  private static final String FIRST_DAY = "'5877642-06-25 (BC)'";
  private static final String FIRST = "'290309-12-22 (BC) 00:00:00'";
  private static final String LAST = "'294247-01-10 04:00:54.775806'";

  static final List<SampledType> ALL =
      List.of(
          of("BOOLEAN", "bool", "true", "false"),
          of("TINYINT", "int8", "-128", "0", "127"),
          of("SMALLINT", "int16", "-32768", "0", "32767"),
          of("INTEGER", "int32", "-2147483648", "0", "2147483647"),
          of("BIGINT", "int64", "-9223372036854775808", "0", "9223372036854775807"),
          of("UTINYINT", "uint8", "0", "128", "255"),
          of("USMALLINT", "uint16", "0", "32768", "65535"),
          of("UINTEGER", "uint32", "0", "2147483648", "4294967295"),
          of("UBIGINT", "uint64", "0", "9223372036854775808", "18446744073709551615"),
          of("HUGEINT", "decimal128(38, 0)", "-" + NINES, "0", NINES),
          of("UHUGEINT", "decimal128(38, 0)", "0", NINES),
          of("FLOAT", "float32", "'-inf'", "-3.4028235e38", "'-0.0'", "1.4e-45", "'inf'", "'nan'"),
          of(
              "DOUBLE",
              "float64",
              "'-inf'",
              "-1.7976931348623157e308",
              "'-0.0'",
              "4.9e-324",
              "'inf'",
              "'nan'"),
          of("DECIMAL(4,1)", "decimal128(4, 1)", "-999.9", "0", "999.9"),
          of("DECIMAL(9,2)", "decimal128(9, 2)", "-9999999.99", "0.01"),
          of("DECIMAL(18,3)", "decimal128(18, 3)", "-999999999999999.999", "1.5"),
          of("DECIMAL(38,10)", "decimal128(38, 10)", "-" + "9".repeat(28) + ".9999999999", "1e-10"),
          of("DECIMAL(38,38)", "decimal128(38, 38)", "'-0." + NINES + "'", "0"),
          of("VARCHAR", "utf8", "''", "'é😀'", "'a' || chr(0) || 'b'", "repeat('x', 1000000)"),
          of("JSON", "utf8", "'null'", "'{\"a\": [1, null]}'"),
          of(
              "UUID",
              "utf8",
              "'00000000-0000-0000-0000-000000000000'",
              "'ffffffff-ffff-ffff-ffff-ffffffffffff'"),
          told("ENUM('', 'o''k')", "utf8", TEXT, "''", "'o''k'"),
          told("BIT", "utf8", TEXT, "'0'", "'0101010111'"),
          told("BIGNUM", "utf8", TEXT, "'0'", "'-" + "9".repeat(60) + "'"),
          told(
              "TIME WITH TIME ZONE",
              "utf8",
              TEXT,
              "'00:00:00+15:59:59'",
              "'23:59:59.999999-15:59:59'"),
          told(
              "UNION(n INTEGER, s VARCHAR)",
              "utf8",
              TEXT,
              "union_value(n := 2)",
              "union_value(s := '')"),
          told("VARIANT", "utf8", TEXT, "42::VARIANT", "['a', NULL]::VARIANT"),
          of("BLOB", "binary", "''::BLOB", "'\\x00\\xFF'::BLOB", "repeat('x', 1000000)::BLOB"),
          told("GEOMETRY", "binary", "ST_AsWKB(v)", "'POINT(1 2)'", "'POINT EMPTY'"),
          of("DATE", "date32", "'0001-01-01'", "'1582-10-10'", "'1969-12-31'", "'9999-12-31'"),
          of("TIME", "time64[us]", "'00:00:00'", "'23:59:59.999999'"),
          of("TIME_NS", "time64[ns]", "'00:00:00.000000001'", "'23:59:59.999999999'"),
          of(
              "TIMESTAMP_S",
              "timestamp[s]",
              "'0001-01-01 00:00:00'",
              "'1969-12-31 23:59:59'",
              "'9999-12-31 23:59:59'"),
          of(
              "TIMESTAMP_MS",
              "timestamp[ms]",
              "'0001-01-01 00:00:00'",
              "'1969-12-31 23:59:59.999'",
              "'9999-12-31 23:59:59.999'"),
          of(
              "TIMESTAMP",
              "timestamp[us]",
              "'0001-01-01 00:00:00'",
              "'1969-12-31 23:59:59.999999'",
              "'9999-12-31 23:59:59.999999'"),
          of(
              "TIMESTAMP_NS",
              "timestamp[ns]",
              "'1677-09-22 00:00:00'",
              "'1969-12-31 23:59:59.999999999'",
              "'2262-04-11 23:47:16.854775806'"),
          of(
              "TIMESTAMP WITH TIME ZONE",
              "timestamp[us, UTC]",
              "'0001-01-01 00:00:00+00'",
              "'1970-01-01 00:59:59.999999+01'",
              "'9999-12-31 23:59:59.999999+00'"),
          told(
              "TIMESTAMPTZ_NS",
              "timestamp[ns, UTC]",
              "strftime(v::TIMESTAMP_NS, '%Y-%m-%dT%H:%M:%S.%n') || 'Z'",
              "'1677-09-22 00:00:00+00'",
              "'2262-04-11 23:47:16.854775806+00'"),
          told(
              "INTERVAL",
              "interval[months, days, ns]",
              "printf('%d months %d days %d ns', datepart('year', v) * 12 + datepart('month', v), datepart('day', v), ((datepart('hour', v) * 60 + datepart('minute', v)) * 60000000 + datepart('microsecond', v)) * 1000)",
              "INTERVAL '0 seconds'",
              "INTERVAL '-14 months 3 days -1.5 seconds'"),
          of("INTEGER[]", "list<int32>", "[]", "[NULL]", "[1, NULL, 3]"),
          of(
              "DECIMAL(18,3)[][][]",
              "list<list<list<decimal128(18, 3)>>>",
              "[]",
              "[[]]",
              "[[[]], NULL, [NULL, [1.5, NULL]]]"),
          of("VARCHAR[2]", "fixed_size_list<utf8>[2]", "['', NULL]", "['a', 'b']"),
          of(
              "INTEGER[2][2][1]",
              "fixed_size_list<fixed_size_list<fixed_size_list<int32>[2]>[2]>[1]",
              "[[[1, NULL], NULL]]"),
          of(
              "STRUCT(a INTEGER, \"b c\" VARCHAR)",
              "struct<a: int32, b c: utf8>",
              "{'a': 1, 'b c': ''}",
              "{'a': NULL, 'b c': NULL}"),
          of(
              "STRUCT(s STRUCT(t STRUCT(l INTEGER[], h HUGEINT)))",
              "struct<s: struct<t: struct<l: list<int32>, h: decimal128(38, 0)>>>",
              "{'s': {'t': {'l': [1], 'h': 2}}}",
              "{'s': {'t': NULL}}",
              "{'s': NULL}"),
          of("MAP(VARCHAR, INTEGER)", "map<utf8, int32>", "MAP {}", "MAP {'': 1, 'b': NULL}"),
          of(
              "MAP(INTEGER, STRUCT(m MAP(VARCHAR, DATE[])))",
              "map<int32, struct<m: map<utf8, list<date32>>>>",
              "MAP {1: {'m': MAP {'k': [DATE '2024-02-29', NULL]}}, 2: NULL}",
              "MAP {1: {'m': MAP {}}}"),
          of(
              "STRUCT(e ENUM('x', 'y')[], u UUID, t TIMESTAMPTZ)",
              "struct<e: list<utf8>, u: utf8, t: timestamp[us, UTC]>",
              "{'e': ['y', NULL], 'u': '00000000-0000-0000-0000-00000000000a', 't': '2024-02-29 00:00:00+00'}"));

  /** Values that Java's classes and JDBC have no word for; they go through clients as numbers. */
  static final List<SampledType> EDGES =
      List.of(
          told("DATE", "date32", TEXT, "'infinity'", "'-infinity'", FIRST_DAY, "'5881580-07-10'"),
          told("TIMESTAMP", "timestamp[us]", TEXT, "'infinity'", "'-infinity'", FIRST, LAST),
          told("TIMESTAMP_S", "timestamp[s]", TEXT, "'infinity'", "'-infinity'", FIRST),
          told("TIMESTAMP_MS", "timestamp[ms]", TEXT, "'infinity'", "'-infinity'", FIRST),
          told("TIMESTAMP_NS", "timestamp[ns]", TEXT, "'infinity'", "'-infinity'"),
          told(
              "TIMESTAMPTZ", "timestamp[us, UTC]", TEXT, "'infinity'", "'-infinity'", FIRST, LAST));

  private DuckDbColumns() {}

  private static SampledType of(String declaration, String arrow, String... literals) {
    return told(declaration, arrow, "v", literals);
  }

  private static SampledType told(
      String declaration, String arrow, String told, String... literals) {
    return new SampledType(Engine.DUCKDB, declaration, arrow, told, List.of(literals));
  }
}
