package dev.flightgate.server.backend;

import static dev.flightgate.server.backend.GivenRows.BINARY;
import static dev.flightgate.server.backend.GivenRows.BOOL;
import static dev.flightgate.server.backend.GivenRows.DATE;
import static dev.flightgate.server.backend.GivenRows.DECIMAL;
import static dev.flightgate.server.backend.GivenRows.FLOAT64;
import static dev.flightgate.server.backend.GivenRows.INT32;
import static dev.flightgate.server.backend.GivenRows.INT64;
import static dev.flightgate.server.backend.GivenRows.TIMESTAMP;
import static dev.flightgate.server.backend.GivenRows.UTF8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.BackendException.Kind;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Values for placeholders. */
interface ParameterContract extends ContractFixture {

  private Parameters bound(Schema schema, List<List<? extends @Nullable Object>> rows) {
    return Parameters.of(closing(GivenRows.root(allocator(), schema, rows)));
  }

  @Test
  default void parameterSchema_placeholders_areNullableAndNumbered() {
    run("CREATE TABLE a(x BIGINT, t TEXT)");
    try (PreparedQuery query = session().prepare("INSERT INTO a VALUES (?, ?)")) {
      List<Field> fields = query.parameterSchema().getFields();
      assertThat(fields).extracting(Field::getName).containsExactly("1", "2");
      assertThat(fields).allMatch(Field::isNullable);
    }
    try (PreparedQuery query = session().prepare("SELECT x FROM a")) {
      assertThat(query.parameterSchema().getFields()).isEmpty();
    }
  }

  @Test
  default void parameterSchema_names_areTheirs() {
    try (PreparedQuery query = session().prepare("SELECT $first AS a, $second AS b")) {
      assertThat(query.parameterSchema().getFields())
          .extracting(Field::getName)
          .containsExactly("first", "second");
      Schema schema = GivenRows.schema("first", UTF8, "second", UTF8);
      assertThat(rowsOf(query, bound(schema, List.of(List.of("f", "s"))), 0))
          .isEqualTo(PrintedTable.of("a | b", "f | s"));
    }
  }

  @Test
  default void openStream_untypedPlaceholder_takesTheBoundType() {
    try (PreparedQuery query = session().prepare("SELECT ? AS x")) {
      assertThat(query.parameterSchema().getFields()).hasSize(1);
      for (ArrowType type : List.of(INT64, UTF8, FLOAT64)) {
        Object value = type == INT64 ? (Object) 5L : type == UTF8 ? "five" : (Object) 5.5;
        Parameters parameters = bound(GivenRows.schema("1", type), List.of(List.of(value)));
        try (BatchStream stream = query.openStream(parameters, 0, allocator())) {
          assertThat(stream.root().getSchema()).isEqualTo(query.resultSchema(parameters.schema()));
          assertThat(PrintedTable.of(stream)).isEqualTo(PrintedTable.of("x", value.toString()));
        }
      }
    }
  }

  @Test
  default void update_everyType_storesTheValue() {
    run(
        "CREATE TABLE a(l BIGINT, d DOUBLE, t TEXT, b BLOB, o BOOLEAN, da DATE, ts TIMESTAMP,"
            + " de DECIMAL(18,3))");
    Schema schema =
        GivenRows.schema(
            "1", INT64, "2", FLOAT64, "3", UTF8, "4", BINARY, "5", BOOL, "6", DATE, "7", TIMESTAMP,
            "8", DECIMAL);
    List<List<? extends @Nullable Object>> rows =
        List.of(
            List.of(
                Long.MIN_VALUE,
                0.1,
                "it's “é” 😀",
                new byte[] {0, -1, 39},
                true,
                LocalDate.of(1969, 12, 31),
                LocalDateTime.of(2024, 2, 29, 23, 59, 59, 123_456_000),
                new BigDecimal("123456789012345.678")),
            Collections.nCopies(8, null));
    try (PreparedQuery insert =
        session().prepare("INSERT INTO a VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
      assertThat(insert.update(bound(schema, rows))).isEqualTo(2);
    }
    String decimal =
        can(Capability.EXACT_DECIMALS) ? "123456789012345.678" : rows("SELECT de FROM a LIMIT 1");
    assertThat(rows("SELECT l, d, t, b, o, da, ts FROM a"))
        .isEqualTo(
            PrintedTable.of(
                "l | d | t | b | o | da | ts",
                "-9223372036854775808 | 0.1 | it's “é” 😀 | 00ff27 | true | 1969-12-31 |"
                    + " 2024-02-29T23:59:59.123456",
                "NULL | NULL | NULL | NULL | NULL | NULL | NULL"));
    assertThat(rows("SELECT de FROM a LIMIT 1")).endsWith(decimal);
  }

  @Test
  default void update_otherTypeThanDeclared_converts() {
    run("CREATE TABLE a(x BIGINT, y INTEGER)");
    try (PreparedQuery insert = session().prepare("INSERT INTO a VALUES (?, ?)")) {
      insert.update(bound(GivenRows.schema("1", INT32, "2", INT64), List.of(List.of(1, 2L))));
      insert.update(
          bound(
              GivenRows.schema("1", ArrowType.Null.INSTANCE, "2", INT32),
              List.of(Arrays.asList(null, 3))));
    }
    assertThat(rows("SELECT x, y FROM a ORDER BY y"))
        .isEqualTo(PrintedTable.of("x | y", "1 | 2", "NULL | 3"));
  }

  @Test
  default void update_rows_runsOnceForEach() {
    run("CREATE TABLE a(x BIGINT)");
    try (PreparedQuery insert = session().prepare("INSERT INTO a VALUES (?)")) {
      Schema schema = GivenRows.schema("1", INT64);
      assertThat(insert.update(bound(schema, List.of(List.of(1), List.of(2), List.of(3)))))
          .isEqualTo(3);
      assertThat(insert.update(bound(schema, List.of()))).isZero();
      assertThat(insert.update(bound(schema, List.of(List.of(4))))).isEqualTo(1);
    }
    assertThat(rows("SELECT count(*) AS n, sum(x) AS s FROM a"))
        .isEqualTo(PrintedTable.of("n | s", "4 | 10"));
  }

  @Test
  default void openStream_row_bindsThatRow() {
    run("CREATE TABLE a(x BIGINT)", "INSERT INTO a VALUES (1), (2), (3)");
    try (PreparedQuery query = session().prepare("SELECT x FROM a WHERE x >= ? ORDER BY x")) {
      Parameters parameters =
          bound(GivenRows.schema("1", INT64), List.of(List.of(3), List.of(2), List.of(9)));
      assertThat(rowsOf(query, parameters, 0)).isEqualTo(PrintedTable.of("x", "3"));
      assertThat(rowsOf(query, parameters, 1)).isEqualTo(PrintedTable.of("x", "2", "3"));
      assertThat(rowsOf(query, parameters, 2)).isEqualTo("x");
    }
  }

  @Test
  default void run_wrongNumberOfValues_isInvalidData() {
    run("CREATE TABLE a(x BIGINT)");
    Parameters two = bound(GivenRows.schema("1", INT64, "2", INT64), List.of(List.of(1, 2)));
    try (PreparedQuery insert = session().prepare("INSERT INTO a VALUES (?)");
        PreparedQuery select = session().prepare("SELECT x FROM a WHERE x = ?");
        PreparedQuery without = session().prepare("SELECT x FROM a")) {
      fails(Kind.INVALID_DATA, () -> insert.update(Parameters.NONE));
      fails(Kind.INVALID_DATA, () -> insert.update(two));
      fails(Kind.INVALID_DATA, () -> rowsOf(select, Parameters.NONE, 0));
      fails(Kind.INVALID_DATA, () -> rowsOf(select, two, 0));
      fails(Kind.INVALID_DATA, () -> rowsOf(without, two, 0));
    }
    assertThat(rows("SELECT x FROM a")).isEqualTo("x");
  }

  @Test
  default void update_valueThatDoesNotConvert_isInvalidData() {
    if (!can(Capability.STRICT_TYPES)) {
      return;
    }
    run("CREATE TABLE a(x BIGINT)");
    try (PreparedQuery insert = session().prepare("INSERT INTO a VALUES (?)")) {
      Parameters text = bound(GivenRows.schema("1", UTF8), List.of(List.of("not a number")));
      fails(Kind.INVALID_DATA, () -> insert.update(text));
    }
  }
}
