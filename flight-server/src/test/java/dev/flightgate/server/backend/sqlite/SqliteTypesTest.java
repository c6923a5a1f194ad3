package dev.flightgate.server.backend.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rule of types: what a column is sent as, which values fit, and what becomes of the rest. */
final class SqliteTypesTest extends SqliteFixture {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INTEGER                     | Int(64, true)",
        "tinyint unsigned            | Int(64, true)",
        "POINT                       | Int(64, true)",
        "VARCHAR(20)                 | Utf8",
        "NATIVE CHARACTER(70)        | Utf8",
        "blob                        | Binary",
        "DOUBLE PRECISION            | FloatingPoint(DOUBLE)",
        "FLOAT                       | FloatingPoint(DOUBLE)",
        "NUMERIC                     | FloatingPoint(DOUBLE)",
        "decimal ( 10 , 5 )          | Decimal(10, 5, 128)",
        "NUMERIC(7)                  | Decimal(7, 0, 128)",
        "NUMERIC(50,2)               | FloatingPoint(DOUBLE)",
        "DECIMAL_TEXT(38,10)         | Decimal(38, 10, 128)",
        "Boolean                     | Bool",
        "DATE                        | Date(DAY)",
        "TIME                        | Time(MICROSECOND, 64)",
        "TIME(0)                     | Time(SECOND, 32)",
        "DATETIME                    | Timestamp(MICROSECOND, null)",
        "TIMESTAMP(3)                | Timestamp(MILLISECOND, null)",
        "TIMESTAMP(9) WITH TIME ZONE | Timestamp(NANOSECOND, UTC)",
        "TIMESTAMP WITHOUT TIME ZONE | Timestamp(MICROSECOND, null)",
        "TIMESTAMPTZ                 | Timestamp(MICROSECOND, UTC)",
        "STRING                      | null",
        "''                          | null",
      })
  void declared_type_decides(String declared, String arrow) {
    SqliteTypes.ColumnType type = SqliteTypes.declared(declared);
    assertThat(type == null ? "null" : type.arrow().toString()).isEqualTo(arrow);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "INTEGER       | 5.0                      | 5",
        "REAL          | 3                        | 3.0",
        "BOOLEAN       | 'TRUE'                   | true",
        "DECIMAL(10,2) | 1.1                      | 1.10",
        "DECIMAL(5,2)  | 999.99                   | 999.99",
        "DECIMAL(20,4) | 0.1 + 0.2                | 0.3000",
        "DECIMAL(38,0) | 9223372036854775807      | 9223372036854775807",
        "DECIMAL(4,2)  | '-0.50'                  | -0.50",
        "NUMERIC       | 9007199254740992         | 9.007199254740992E15",
        "DATE          | '2024-02-29'             | 19782",
        "DATE          | 1709164800               | 19782",
        "DATE          | 2460369.5                | 19782",
        "TIMESTAMP     | '2024-02-29'             | 2024-02-29T00:00",
        "TIMESTAMP     | '2024-02-29T23:59:59Z'   | 2024-02-29T23:59:59",
        "TIMESTAMP     | '2024-02-29 01:00+02:00' | 2024-02-28T23:00",
        "TIMESTAMP     | 1709208000               | 2024-02-29T12:00",
        "TIMESTAMP     | 1709208000123            | 2024-02-29T12:00:00.123",
        "TIMESTAMP     | -1                       | 1969-12-31T23:59:59",
        "TIME(0)       | '23:59'                  | 86340",
        "TEXT          | 12                       | 12",
        "BLOB          | 'A'                      | 41",
        "STRING        | 'word'                   | word",
        "''            | 1.5                      | 1.5",
      })
  void value_thatFits_isRead(String declared, String value, String printed) {
    BackendSession session = session(open());
    run(session, "CREATE TABLE t(c " + declared.replace("''", "") + ")");
    run(session, "INSERT INTO t VALUES (" + value + ")", "INSERT INTO t VALUES (NULL)");
    assertThat(rows(session, "SELECT c FROM t")).startsWith(printed).endsWith("\nNULL");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "INTEGER      | 1.5                          | 1.5",
        "INTEGER      | '12abc'                      | '12abc'",
        "INTEGER      | 9223372036854775808.0        | 9.223372036854776E18",
        "INTEGER      | X'31'                        | X'31'",
        "REAL         | 'x'                          | 'x'",
        "NUMERIC      | 9007199254740993             | 9007199254740993",
        "BOOLEAN      | 2                            | 2",
        "DECIMAL(4,2) | 100                          | 100",
        "DECIMAL(4,2) | 1.234                        | 1.234",
        "DECIMAL(4,2) | 'abc'                        | 'abc'",
        "DATE         | '2023-02-29'                 | '2023-02-29'",
        "DATE         | '2024-02-29 10:00'           | '2024-02-29 10:00'",
        "TIMESTAMP    | '2024-02-29 10:00:00.123456789' | '2024-02-29 10:00:00.123456789'",
        "TIMESTAMP    | 'yesterday'                  | 'yesterday'",
        "TIME         | '25:00'                      | '25:00'",
        "TEXT         | X'414243'                    | X'414243'",
        "TEXT         | CAST(X'FF' AS TEXT)          | '",
      })
  void value_misfit_failsAndIsNamed(String declared, String value, String shown) {
    BackendSession session = session(open());
    run(session, "CREATE TABLE t(a INTEGER, c " + declared + ")", "INSERT INTO t VALUES (1, NULL)");
    run(session, "INSERT INTO t VALUES (2, " + value + ")");
    assertThat(fails(Kind.INVALID_DATA, () -> rows(session, "SELECT a, c AS x FROM t")))
        .hasMessageContaining("table \"t\", column \"x\", row 2: the value " + shown)
        .hasMessageContaining(declared);
    assertThat(rows(session, "SELECT a FROM t")).isEqualTo("1\n2");
  }

  @Test
  void misfit_setToNull_isNull() {
    BackendSession session = session(open(SqliteSettings.MISFIT, "null"));
    run(session, "CREATE TABLE t(c INTEGER)", "INSERT INTO t VALUES (1), ('x'), (3)");
    assertThat(rows(session, "SELECT c FROM t")).isEqualTo("1\nNULL\n3");
  }

  @Test
  void misfit_setToText_makesColumnsText() {
    BackendSession session = session(open(SqliteSettings.MISFIT, "text"));
    run(
        session,
        "CREATE TABLE t(c INTEGER, d BLOB)",
        "INSERT INTO t VALUES (1, X'01'), ('x', NULL), (1.5, NULL), (X'0A', NULL)");
    assertThat(types(session, "SELECT c, d, c + 1 AS e FROM t")).isEqualTo("Utf8 Binary Utf8");
    assertThat(rows(session, "SELECT c FROM t")).isEqualTo("1\nx\n1.5\nX'0A'");
  }

  private static String types(BackendSession session, String sql) {
    try (PreparedQuery query = session.prepare(sql)) {
      return query.resultSchema().getFields().stream()
          .map(field -> field.getType().getTypeID().name())
          .collect(Collectors.joining(" "));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT 1, 1.5, 'x', X'00', NULL        | Int FloatingPoint Utf8 Binary Utf8",
        "SELECT count(*), sum(i), avg(i) FROM t | Int Int FloatingPoint",
        "SELECT sum(i), count(*) AS n FROM t WHERE i > 99 | Int Int",
        "SELECT max(t.i) AS m, sum(i + 0) FROM t WHERE i > 99 | Int Utf8",
        "WITH c AS (SELECT i AS j FROM t) SELECT sum(j), min(j) FROM c x WHERE 0 | Int Int",
        "SELECT sum(u), i FROM t GROUP BY i HAVING i > ? ORDER BY 2 | Utf8 Int",
        "SELECT min(i) + 0.5, max(i, 2) FROM t  | FloatingPoint Int",
        "SELECT DISTINCT sum(\"i\") AS \"a,b\" FROM t, (SELECT 1) WHERE i = ?1 | Int",
        "SELECT count(*) + 1, count(*) OVER () FROM t | Int Int",
        "SELECT CAST(i AS REAL), CAST(i AS TEXT) y FROM t WHERE 0 | FloatingPoint Utf8",
        "SELECT nullif(i, 1) + 0 FROM t         | Int",
        "SELECT * FROM (SELECT i, u FROM t)     | Int FloatingPoint",
        "SELECT i FROM t UNION ALL SELECT 'x'   | Int",
        "VALUES (1, 'x')                        | Int Utf8",
        "EXPLAIN QUERY PLAN SELECT * FROM t     | Int Int Int Utf8",
        "PRAGMA table_info(t)                   | Int Utf8 Utf8 Int Utf8 Int",
        "PRAGMA user_version                    | Int",
        "PRAGMA journal_mode                    | Utf8",
        "INSERT INTO t VALUES (3, 4) RETURNING i * 2, i + 0.5, 7, 'x', i | Int FloatingPoint Int Utf8 Int",
        "UPDATE OR IGNORE main.t AS x SET u = x.i RETURNING t.i + 1 | Int",
        "DELETE FROM t WHERE 0 RETURNING *, abs(t.i), upper(i) -- all | Int Utf8 Int Utf8",
        "WITH c AS (SELECT 1 AS i) REPLACE INTO t SELECT i, 1 FROM c RETURNING i + ?, rowid | Utf8 Int",
      })
  void expression_firstValue_decides(String sql, String types) {
    BackendSession session = session(open());
    run(session, "CREATE TABLE t(i INTEGER, u)", "INSERT INTO t VALUES (1, NULL), (2, 2.5)");
    assertThat(types(session, sql)).isEqualTo(types);
  }

  @Test
  void expression_laterValueOfAnotherType_isAMisfit() {
    BackendSession session = session(open());
    assertThat(
            fails(Kind.INVALID_DATA, () -> rows(session, "SELECT 1 AS x UNION ALL SELECT 'two'")))
        .hasMessageContaining("column \"x\", row 2: the value 'two' does not fit the type INTEGER");
  }

  @Test
  void placeholder_boundTypes_decideTheSchema() {
    BackendSession session = session(open());
    try (PreparedQuery query = session.prepare("SELECT ?1 AS x, ?1 + ?2 AS y");
        VectorSchemaRoot root =
            VectorSchemaRoot.of(integer("a", 5), real("b", 0.5)) /* one row */) {
      root.setRowCount(1);
      assertThat(rows(query, Parameters.of(root))).isEqualTo("5 | 5.5");
    }
    try (PreparedQuery query = session.prepare("SELECT count(*) AS n, :a AS a WHERE @b > $c")) {
      assertThat(query.parameterSchema().getFields())
          .extracting(field -> field.getName())
          .isEqualTo(List.of("a", "b", "c"));
    }
  }

  private FieldVector integer(String name, long value) {
    BigIntVector vector = new BigIntVector(name, allocator);
    vector.setSafe(0, value);
    return vector;
  }

  private FieldVector real(String name, double value) {
    Float8Vector vector = new Float8Vector(name, allocator);
    vector.setSafe(0, value);
    return vector;
  }

  @Test
  void text_utf16Database_isReadAsUtf8() {
    BackendSession session =
        session(
            open(
                options(
                    file().toString(),
                    false,
                    "PRAGMA encoding = 'UTF-16'; CREATE TABLE t(c TEXT)",
                    java.util.Map.of())));
    run(session, "INSERT INTO t VALUES ('é😀')");
    assertThat(rows(session, "SELECT c, upper('x') FROM t")).isEqualTo("é😀 | X");
  }
}
