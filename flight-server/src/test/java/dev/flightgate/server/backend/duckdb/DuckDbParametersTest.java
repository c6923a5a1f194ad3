package dev.flightgate.server.backend.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values bound to placeholders: each is a value that DuckDB made, sent back to it. */
final class DuckDbParametersTest {

  private final DuckDbFixture duckdb = new DuckDbFixture();

  @AfterEach
  void closeAll() {
    duckdb.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "(-128)::TINYINT",
        "(-32768)::SMALLINT",
        "(-5)::INTEGER",
        "9223372036854775807::BIGINT",
        "255::UTINYINT",
        "65535::USMALLINT",
        "4294967295::UINTEGER",
        "18446744073709551615::UBIGINT",
        "12345678901234567890123456789012345678::DECIMAL(38,0)",
        "0.5::DECIMAL(38,38)",
        "1.5::FLOAT",
        "1e300::DOUBLE",
        "'é😀'",
        "''",
        "'\\x00\\xFF'::BLOB",
        "DATE '0001-01-01'",
        "DATE '9999-12-31'",
        "TIME '23:59:59.999999'",
        "'23:59:59.999999999'::TIME_NS",
        "TIMESTAMP '1600-02-29 23:59:59.999999'",
        "'2024-01-02 03:04:05'::TIMESTAMP_S",
        "'2024-01-02 03:04:05.006'::TIMESTAMP_MS",
        "'1960-01-02 03:04:05.000000007'::TIMESTAMP_NS",
        "'1960-01-02 03:04:05.000006+01'::TIMESTAMPTZ",
        "'1960-01-02 03:04:05.000000007+00'::TIMESTAMPTZ_NS",
        "INTERVAL '-14 months 3 days -1.5 seconds'",
        "[1, NULL, 3]",
        "['a', 'b']::VARCHAR[2]",
        "[[1.5], [], NULL]",
        "{'a b': 1, 'c': 'x', 'd': [DATE '2024-01-01']}",
        "MAP {'k': 1}",
        "NULL::INTEGER",
        "NULL"
      })
  void openStream_valueOfEveryType_comesBackAsItWent(String expression) {
    try (PreparedQuery query = duckdb.session.prepare("SELECT " + expression + " AS v");
        var stream = query.openStream(Parameters.NONE, 0, duckdb.allocator)) {
      assertThat(stream.next()).isTrue();
      Parameters parameters = Parameters.of(copy(stream.root()));
      String expected = String.valueOf(stream.root().getVector(0).getObject(0));
      stream.close();
      try {
        boolean bytes = expected.startsWith("[B@");
        String sql = bytes ? "SELECT hex(?)" : "SELECT ?";
        List<String> cells = duckdb.cells(duckdb.session, sql, parameters);
        assertThat(cells).containsExactly(bytes ? "00FF" : expected);
        if (!expression.startsWith("NULL")) {
          assertThat(
                  duckdb.cells(
                      duckdb.session, "SELECT ? IS NOT DISTINCT FROM " + expression, parameters))
              .containsExactly("true");
        }
      } finally {
        parameters.column(0).close();
      }
    }
  }

  private VectorSchemaRoot copy(VectorSchemaRoot root) {
    FieldVector from = root.getVector(0);
    var pair = from.getTransferPair(from.getField(), duckdb.allocator);
    pair.splitAndTransfer(0, 1);
    return VectorSchemaRoot.of((FieldVector) pair.getTo());
  }

  @Test
  void openStream_namedAndNumbered_bindByTheirOrder() {
    try (VectorSchemaRoot root =
        VectorSchemaRoot.create(new Schema(List.of(text("one"), text("two"))), duckdb.allocator)) {
      fill(root.getVector(0), "one");
      fill(root.getVector(1), "two");
      root.setRowCount(1);
      Parameters parameters = Parameters.of(root);
      assertThat(duckdb.cells(duckdb.session, "SELECT $b || $a || $b", parameters))
          .containsExactly("onetwoone");
      assertThat(duckdb.cells(duckdb.session, "SELECT $2 || $1", parameters))
          .containsExactly("twoone");
      assertThat(duckdb.cells(duckdb.session, "SELECT '?', ? || ? -- $c", parameters))
          .containsExactly("?", "onetwo");
      try (PreparedQuery query = duckdb.session.prepare("SELECT $b, $a::DATE, $b")) {
        assertThat(query.parameterSchema().getFields())
            .extracting(Field::getName)
            .containsExactly("b", "a");
      }
    }
  }

  @Test
  void prepare_typesToBeGuessedInATransaction_leavesItOpen() {
    duckdb.run("CREATE TABLE a(n BIGINT)", "INSERT INTO a VALUES (1)");
    duckdb.session.begin();
    duckdb.run("CREATE TABLE b(n BIGINT)", "INSERT INTO b VALUES (2)");
    try (BigIntVector one = new BigIntVector("1", duckdb.allocator)) {
      one.setSafe(0, 1);
      one.setValueCount(1);
      Parameters parameters = Parameters.of(VectorSchemaRoot.of(one));
      for (String table : new String[] {"a", "b"}) {
        try (PreparedQuery update = duckdb.session.prepare("UPDATE " + table + " SET n = n + ?")) {
          assertThat(update.update(parameters)).isEqualTo(1);
        }
        assertThat(duckdb.cells(duckdb.session, "SELECT n - ? FROM " + table, parameters))
            .containsExactly(table.equals("a") ? "1" : "2");
      }
    }
    duckdb.session.commit();
    assertThat(duckdb.cells("SELECT a.n, b.n FROM a, b")).containsExactly("2", "3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT n + ? FROM t                       | Int(64, true)",
        "SELECT ? * \"N\" FROM t                    | Int(64, true)",
        "SELECT d + ? FROM t                       | FloatingPoint(DOUBLE)",
        "SELECT t.p * ? FROM t                     | FloatingPoint(DOUBLE)",
        "SELECT day + ? FROM t                     | Int(32, true)",
        "SELECT n FROM t WHERE n % ? = 0           | Int(64, true)",
        "SELECT n FROM t WHERE abs(d) * ? > 0      | FloatingPoint(DOUBLE)",
        "SELECT abs(n) + ? FROM t                  | Int(64, true)",
        "SELECT ?                                  | Utf8",
        "SELECT concat(s, ?) FROM t                | Utf8",
        "UPDATE t SET n = n + ?                    | Int(64, true)",
        "UPDATE t SET d = d + ?                    | FloatingPoint(DOUBLE)",
        "UPDATE t SET d = abs(d) + ?               | FloatingPoint(DOUBLE)",
        "UPDATE t SET n = n + ? RETURNING n        | Int(64, true)",
        "DELETE FROM t WHERE n = n - ?             | Int(64, true)",
        "INSERT INTO t(n) SELECT n + ? FROM t      | Int(64, true)"
      })
  void parameterSchema_typeOnlyToBeGuessed_isOneThatWorks(String sql, String type) {
    duckdb.run(
        "CREATE TABLE t(n INTEGER, d DOUBLE, p DECIMAL(9, 2), s VARCHAR, day DATE)",
        "CREATE TABLE other(n VARCHAR)");
    boolean rows = sql.startsWith("SELECT") || sql.contains("RETURNING");
    try (PreparedQuery query = duckdb.session.prepare(sql)) {
      assertThat(query.parameterSchema().getFields())
          .singleElement()
          .satisfies(field -> assertThat(field.getType()).hasToString(type));
      assertThat(query.resultSchema().getFields()).hasSize(rows ? 1 : 0);
    }
  }

  @Test
  void parameterSchema_tableMadeInTheTransaction_isStillAnUpdate() {
    duckdb.session.begin();
    duckdb.run("CREATE TABLE t(n BIGINT)");
    try (PreparedQuery query = duckdb.session.prepare("UPDATE t SET n = n + ?")) {
      assertThat(query.resultSchema().getFields()).isEmpty();
    }
    duckdb.session.rollback();
  }

  @Test
  void openStream_decimalOfTooManyDigits_isInvalidData() {
    try (Decimal256Vector vector = new Decimal256Vector("1", duckdb.allocator, 60, 0)) {
      vector.setSafe(0, new BigDecimal("9".repeat(39)));
      vector.setValueCount(1);
      Parameters parameters = Parameters.of(VectorSchemaRoot.of(vector));
      assertThat(
              DuckDbFixture.fails(
                  Kind.INVALID_DATA, () -> duckdb.cells(duckdb.session, "SELECT ?", parameters)))
          .hasMessageContaining("39");
    }
  }

  private static Field text(String name) {
    return Field.nullable(name, ArrowType.Utf8.INSTANCE);
  }

  private static void fill(FieldVector vector, String value) {
    ((VarCharVector) vector).setSafe(0, value.getBytes(StandardCharsets.UTF_8));
    vector.setValueCount(1);
  }

  @Test
  void placeholders_numberedWithAGap_areInvalid() {
    try (DuckDbFixture duckdb = new DuckDbFixture()) {
      BackendException failure =
          DuckDbFixture.fails(Kind.INVALID_SQL, () -> duckdb.session.prepare("SELECT $3, $1"));
      assertThat(failure).hasMessageContaining("$2 is missing");
    }
  }
}
