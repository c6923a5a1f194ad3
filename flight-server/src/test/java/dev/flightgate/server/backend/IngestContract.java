package dev.flightgate.server.backend;

import static dev.flightgate.server.backend.GivenRows.INT64;
import static dev.flightgate.server.backend.GivenRows.UTF8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.IngestTarget.Mode;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Bulk writing of batches into tables. */
interface IngestContract extends ContractFixture {

  /** The schema of most tests: {@code x} and {@code t}. */
  Schema XT = GivenRows.schema("x", INT64, "t", UTF8);

  private static IngestTarget into(String table, Mode mode) {
    return new IngestTarget(null, null, table, mode, false);
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // List.of copies the array
  private GivenRows given(Schema schema, List<List<? extends @Nullable Object>>... batches) {
    return closing(new GivenRows(allocator(), schema, List.of(batches)));
  }

  private GivenRows oneRow() {
    return given(XT, List.of(List.of(2, "new")));
  }

  private String content() {
    return rows("SELECT x, t FROM a ORDER BY x");
  }

  private void createExisting() {
    run("CREATE TABLE a(x BIGINT PRIMARY KEY, t TEXT)", "INSERT INTO a VALUES (1, 'old')");
  }

  @ParameterizedTest
  @CsvSource({
    "CREATE, ALREADY_EXISTS, 1 | old",
    "APPEND, , 1 | old + 2 | new",
    "REPLACE, , 2 | new",
    "CREATE_APPEND, , 1 | old + 2 | new"
  })
  default void ingest_tableExists_doesWhatTheModeSays(
      Mode mode, @Nullable Kind failure, String expected) {
    createExisting();
    if (failure == null) {
      assertThat(session().ingest(into("a", mode), oneRow())).isEqualTo(1);
    } else {
      fails(failure, () -> session().ingest(into("a", mode), oneRow()));
    }
    assertThat(content()).isEqualTo(PrintedTable.of("x | t", expected.replace(" + ", "\n")));
  }

  @ParameterizedTest
  @EnumSource
  default void ingest_tableMissing_createsItUnlessItAppends(Mode mode) {
    if (mode == Mode.APPEND) {
      fails(Kind.NOT_FOUND, () -> session().ingest(into("a", mode), oneRow()));
      fails(Kind.NOT_FOUND, "SELECT * FROM a");
    } else {
      assertThat(session().ingest(into("a", mode), oneRow())).isEqualTo(1);
      assertThat(content()).isEqualTo(PrintedTable.of("x | t", "2 | new"));
    }
  }

  @Test
  default void ingest_stream_isPulledToItsEndAndLeftOpen() {
    GivenRows rows = given(XT, List.of(List.of(1, "a")), List.of(List.of(2, "b"), List.of(3, "c")));
    assertThat(session().ingest(into("a", Mode.CREATE), rows)).isEqualTo(3);
    assertThat(rows.next()).isFalse();
    assertThat(rows.isClosed()).isFalse();
  }

  @Test
  default void ingest_everyType_keepsValueAndNull() {
    Schema schema =
        GivenRows.schema(
            "i",
            GivenRows.INT32,
            "l",
            INT64,
            "d",
            GivenRows.FLOAT64,
            "t",
            UTF8,
            "b",
            GivenRows.BINARY,
            "o",
            GivenRows.BOOL,
            "da",
            GivenRows.DATE,
            "ts",
            GivenRows.TIMESTAMP,
            "de",
            GivenRows.DECIMAL);
    List<List<? extends @Nullable Object>> rows =
        List.of(
            List.of(
                -1,
                Long.MAX_VALUE,
                1e-300,
                "“quoted” ' \" \\ 😀",
                new byte[] {0, 1, -1},
                false,
                LocalDate.of(1600, 2, 29),
                LocalDateTime.of(1999, 12, 31, 23, 59, 59, 999_999_000),
                new BigDecimal("-12345.678")),
            Collections.nCopies(9, null));
    session().ingest(into("a", Mode.CREATE), given(schema, rows));
    assertThat(rows("SELECT * FROM a"))
        .isEqualTo(
            PrintedTable.of(
                "i | l | d | t | b | o | da | ts | de",
                "-1 | 9223372036854775807 | 1.0E-300 | “quoted” ' \" \\ 😀 | 0001ff | false |"
                    + " 1600-02-29 | 1999-12-31T23:59:59.999999 | -12345.678",
                String.join(" | ", Collections.nCopies(9, "NULL"))));
  }

  @Test
  default void ingest_columns_areMatchedByNameAndTheRestGetsDefaults() {
    run("CREATE TABLE a(d BIGINT DEFAULT 42, x BIGINT, n TEXT, t TEXT)");
    GivenRows rows = given(GivenRows.schema("t", UTF8, "x", INT64), List.of(List.of("text", 7)));
    assertThat(session().ingest(into("a", Mode.APPEND), rows)).isEqualTo(1);
    assertThat(rows("SELECT d, x, n, t FROM a"))
        .isEqualTo(PrintedTable.of("d | x | n | t", "42 | 7 | NULL | text"));
  }

  @Test
  default void ingest_columnUnknown_isInvalidDataAndChangesNothing() {
    createExisting();
    GivenRows rows = given(GivenRows.schema("x", INT64, "other", UTF8), List.of(List.of(2, "new")));
    BackendException failure =
        fails(Kind.INVALID_DATA, () -> session().ingest(into("a", Mode.APPEND), rows));
    assertThat(failure).hasMessageContaining("other");
    assertThat(content()).isEqualTo(PrintedTable.of("x | t", "1 | old"));
  }

  @Test
  default void ingest_valueThatDoesNotFit_isInvalidDataAndChangesNothing() {
    if (!can(Capability.STRICT_TYPES)) {
      return;
    }
    createExisting();
    GivenRows rows =
        given(GivenRows.schema("x", UTF8), List.of(List.of("2")), List.of(List.of("no number")));
    fails(Kind.INVALID_DATA, () -> session().ingest(into("a", Mode.APPEND), rows));
    assertThat(content()).isEqualTo(PrintedTable.of("x | t", "1 | old"));
  }

  @Test
  default void ingest_constraintBrokenMidway_isInvalidDataAndChangesNothing() {
    createExisting();
    GivenRows rows =
        given(XT, List.of(List.of(2, "new")), List.of(List.of(3, "new"), List.of(1, "twice")));
    fails(Kind.INVALID_DATA, () -> session().ingest(into("a", Mode.APPEND), rows));
    assertThat(content()).isEqualTo(PrintedTable.of("x | t", "1 | old"));
    assertThat(session().ingest(into("a", Mode.APPEND), oneRow())).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  default void ingest_streamFailsMidway_changesNothing(Mode mode) {
    String table = mode == Mode.CREATE ? "fresh" : "a";
    createExisting();
    GivenRows rows = given(XT, List.of(List.of(2, "new")), List.of(List.of(3, "new")));
    BatchStream failing =
        new DelegatingBatchStream(rows) {
          @Override
          public boolean next() {
            if (!super.next()) {
              throw new BackendException(Kind.UNAVAILABLE, "the client has gone");
            }
            return true;
          }
        };
    assertThatThrownBy(() -> session().ingest(into(table, mode), failing))
        .hasMessageContaining("the client has gone");
    assertThat(content()).isEqualTo(PrintedTable.of("x | t", "1 | old"));
    if (mode == Mode.CREATE) {
      fails(Kind.NOT_FOUND, "SELECT * FROM fresh");
    }
  }

  @Test
  default void ingest_failsInTransaction_leavesNothingAfterRollback() {
    createExisting();
    session().begin();
    run("INSERT INTO a VALUES (9, 'mine')");
    GivenRows rows = given(XT, List.of(List.of(2, "new"), List.of(1, "twice")));
    fails(Kind.INVALID_DATA, () -> session().ingest(into("a", Mode.APPEND), rows));
    session().rollback();
    assertThat(content()).isEqualTo(PrintedTable.of("x | t", "1 | old"));
  }

  @Test
  default void ingest_inTransaction_commitsAndRollsBackWithIt() {
    createExisting();
    BackendSession other = openSession();
    session().begin();
    assertThat(session().ingest(into("a", Mode.APPEND), oneRow())).isEqualTo(1);
    assertThat(rowsIn(other, "SELECT x, t FROM a")).isEqualTo(PrintedTable.of("x | t", "1 | old"));
    session().rollback();
    assertThat(content()).isEqualTo(PrintedTable.of("x | t", "1 | old"));
    session().begin();
    session().ingest(into("a", Mode.APPEND), oneRow());
    session().commit();
    assertThat(rowsIn(other, "SELECT count(*) AS n FROM a")).isEqualTo(PrintedTable.of("n", "2"));
  }

  @Test
  default void ingest_createInTransaction_rollsBackWhereDefinitionsDo() {
    if (!can(Capability.TRANSACTIONAL_DDL)) {
      return;
    }
    session().begin();
    session().ingest(into("a", Mode.CREATE), oneRow());
    session().rollback();
    fails(Kind.NOT_FOUND, "SELECT * FROM a");
  }

  @Test
  default void ingest_hardNames_areTakenToTheLetter() {
    String table = "we\"ird; 'tab.le' -- [x] `é`";
    List<String> names = List.of("sel\"ect", "order", " ", "a.b", "ünï-😀", "it's", "$1", "[c]");
    Object[] namesAndTypes = names.stream().flatMap(n -> List.of(n, INT64).stream()).toArray();
    List<Integer> row = IntStream.range(0, names.size()).boxed().toList();
    session()
        .ingest(into(table, Mode.CREATE), given(GivenRows.schema(namesAndTypes), List.of(row)));
    session()
        .ingest(into(table, Mode.APPEND), given(GivenRows.schema(namesAndTypes), List.of(row)));
    String line = "0 | 1 | 2 | 3 | 4 | 5 | 6 | 7";
    assertThat(rows("SELECT * FROM \"" + table.replace("\"", "\"\"") + "\""))
        .isEqualTo(PrintedTable.of(String.join(" | ", names), line, line));
  }

  @Test
  default void ingest_noRows_createsTheTable() {
    assertThat(session().ingest(into("a", Mode.CREATE), given(XT))).isZero();
    assertThat(content()).isEqualTo("x | t");
  }

  @Test
  default void ingest_thousandColumns_arriveInOrder() {
    List<Object> namesAndTypes = new ArrayList<>();
    List<Integer> row = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      namesAndTypes.add("c" + i);
      namesAndTypes.add(INT64);
      row.add(i);
    }
    GivenRows rows = given(GivenRows.schema(namesAndTypes.toArray()), List.of(row, row));
    assertThat(session().ingest(into("a", Mode.CREATE), rows)).isEqualTo(2);
    assertThat(rows("SELECT c0, c500, c999 FROM a LIMIT 1"))
        .isEqualTo(PrintedTable.of("c0 | c500 | c999", "0 | 500 | 999"));
  }

  @Test
  default void ingest_manyBatches_losesNoRow() {
    List<List<? extends @Nullable Object>> batch = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      batch.add(List.of(i, "text " + i));
    }
    GivenRows rows = closing(new GivenRows(allocator(), XT, Collections.nCopies(10, batch)));
    assertThat(session().ingest(into("a", Mode.CREATE), rows)).isEqualTo(50_000);
    assertThat(rows("SELECT count(*) AS n, sum(x) AS s, count(DISTINCT t) AS t FROM a"))
        .isEqualTo(PrintedTable.of("n | s | t", "50000 | 124975000 | 5000"));
  }

  @Test
  default void ingest_temporary_isSeenByItsSessionOnly() {
    IngestTarget target = new IngestTarget(null, null, "a", Mode.CREATE, true);
    assertThat(session().ingest(target, oneRow())).isEqualTo(1);
    assertThat(content()).isEqualTo(PrintedTable.of("x | t", "2 | new"));
    fails(Kind.NOT_FOUND, () -> prepareAndRun(openSession(), "SELECT * FROM a"));
  }
}
