package dev.flightgate.server.backend.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flightgate.server.backend.BackendException.Kind;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How types are read and mapped, checked against what DuckDB delivers. */
final class DuckDbTypesTest {

  private final DuckDbFixture duckdb = new DuckDbFixture();

  @AfterEach
  void closeAll() {
    duckdb.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INTEGER",
        "DECIMAL(18, 3)",
        "TIMESTAMP WITH TIME ZONE[]",
        "STRUCT(\"a \"\"b\" INTEGER, \"c\" VARCHAR[3][])[]",
        "MAP(VARCHAR, STRUCT(\"x\" DECIMAL(4, 1)))",
        "UNION(\"num\" INTEGER, \"s t\" VARCHAR)",
        "ENUM('a', 'b''c', 'd,)')",
        "TUPLE(INTEGER, \"NULL\")"
      })
  void parse_type_isReadAndWrittenAlike(String type) {
    assertThat(DuckDbType.parse(type).sql()).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "STRUCT(a INTEGER", "INTEGER]", "STRUCT(\"a INTEGER)"})
  void parse_noType_isRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> DuckDbType.parse(text));
  }

  /** One such column in a table would fail every GetTables that asks for schemas. */
  @ParameterizedTest
  @ValueSource(strings = {"", "STRUCT(a INTEGER", "INTEGER]", "BIGINT[ANY]", "DECIMAL(ANY,ANY)"})
  void field_typeThatCannotBeRead_isText(String type) {
    assertThat(DuckDbTypes.field("v", type).getType()).isEqualTo(ArrowType.Utf8.INSTANCE);
    assertThat(DuckDbTypes.castFor(type)).isEqualTo("VARCHAR");
    assertThat(DuckDbTypes.field("v", type).getMetadata())
        .containsEntry(DuckDbTypes.TYPE_NAME, type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "NULL                                              | null",
        "[]                                                | []",
        "[[NULL]]                                          | [[null]]",
        "row(1, 'a'::ENUM('a'))                            | {~element1~:1,~element2~:~a~}",
        "[{'e': 'x'::ENUM('x'), 'b': '101'::BIT}]          | [{~e~:~x~,~b~:~101~}]",
        "MAP {'k'::ENUM('k'): '10:00:00+02'::TIMETZ}          |"
            + " [{~key~:~k~,~value~:~10:00:00+02~}]",
        "['a'::ENUM('a'), NULL]::ENUM('a')[2]              | [~a~,null]",
        "get_type(1)                                       | INTEGER",
        "{'u': union_value(n := 1), 'h': 5::HUGEINT}       | {~u~:~1~,~h~:5}",
        "MAP {}                                            | []",
        "'1970-01-01 00:00:01+00'::TIMESTAMPTZ_NS          | 1000000000",
      })
  void select_awkwardType_streamsWhatWasPromised(String expression, String printed) {
    assertThat(duckdb.cells("SELECT " + expression + " AS x"))
        .containsExactly(printed.replace('~', '"'));
  }

  @Test
  void select_hugeints_areExactTo38DigitsAndRefusedBeyond() {
    String most = "9".repeat(38);
    assertThat(
            duckdb.cells(
                "SELECT " + most + "::HUGEINT, -" + most + "::HUGEINT, (-1)::HUGEINT, sum(1)"))
        .containsExactly(most, "-" + most, "-1", "1");
    for (String beyond : new String[] {"1" + "0".repeat(38), "-1" + "0".repeat(38)}) {
      for (String form : new String[] {"%s::HUGEINT", "[%s::HUGEINT]", "{'a': %s::HUGEINT}"}) {
        String sql = "SELECT " + form.formatted(beyond) + " AS h";
        assertThat(DuckDbFixture.fails(Kind.INVALID_DATA, () -> duckdb.cells(sql)))
            .hasMessageContaining("column h")
            .hasMessageContaining("38 digits");
      }
    }
    DuckDbFixture.fails(
        Kind.INVALID_DATA,
        () -> duckdb.cells("SELECT 340282366920938463463374607431768211455::UHUGEINT"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s",
        "[NULL, %s]",
        "[NULL, {'a': %s}, {'a': NULL}]",
        "[%s]::INTERVAL[1]",
        "{'a': 1, 'b c': {'d': %s}}",
        "MAP {'k': [%s]}",
        "MAP {%s: 1}"
      })
  void select_intervals_areExactAndRefusedWhereTheyDoNotFit(String form) {
    String most = "INTERVAL '-2562046 hours -59 minutes -59.999999 seconds'";
    String sql = "SELECT " + form + " AS \"the gap\", 'x'::ENUM('x')";
    assertThat(duckdb.cells(sql.formatted(most)).get(0))
        .containsAnyOf("PT-2562046H-59M-59.999999S", "-9223369199.999999");
    for (String beyond : new String[] {"2562047 hours", "9223372036854775807 microseconds"}) {
      assertThat(
              DuckDbFixture.fails(
                  Kind.INVALID_DATA,
                  () -> duckdb.cells(sql.formatted("INTERVAL '" + beyond + "'"))))
          .hasMessageContaining("column the gap")
          .hasMessageContaining("2562046 hours");
    }
  }

  @Test
  void select_columnsOfOneName_andOrder_surviveTheCast() {
    assertThat(
            duckdb.cells(
                "SELECT i::VARCHAR::ENUM('1', '2', '3') AS x, i AS x FROM range(1, 4) AS r(i)"
                    + " ORDER BY i DESC -- a comment at the end"))
        .containsExactly("3", "3", "2", "2", "1", "1");
  }

  @Test
  void returning_typeThatMustBeCast_changesOnceAndYieldsIt() {
    duckdb.run("CREATE TABLE a(m ENUM('x', 'y'))");
    assertThat(duckdb.cells("INSERT INTO a VALUES ('y') RETURNING m")).containsExactly("y");
    assertThat(duckdb.cells("WITH n AS (SELECT 'x') INSERT INTO a FROM n RETURNING m"))
        .containsExactly("x");
    assertThat(duckdb.cells("SELECT count(*) FROM a")).containsExactly("2");
  }

  @Test
  void pivot_columnsKnownWhenRunOnly_areDescribed() {
    duckdb.run("CREATE TABLE a(k VARCHAR, v INTEGER)", "INSERT INTO a VALUES ('p', 1), ('q', 2)");
    assertThat(duckdb.cells("PIVOT a ON k USING sum(v)")).containsExactly("1", "2");
  }
}
