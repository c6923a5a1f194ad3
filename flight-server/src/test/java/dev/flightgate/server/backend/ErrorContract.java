package dev.flightgate.server.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.BackendException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kind of every failure, the engine's words in its message, and the session afterwards. */
interface ErrorContract extends ContractFixture {

  private void createTables() {
    run(
        "CREATE TABLE a(x BIGINT PRIMARY KEY, y TEXT NOT NULL, z BIGINT CHECK (z < 100))",
        "INSERT INTO a VALUES (1, 'one', 1)",
        "CREATE VIEW v AS SELECT x FROM a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELEC 1                              | INVALID_SQL    | SELEC",
        "SELECT FROM WHERE                    | INVALID_SQL    | FROM",
        "SELECT 'open                         | INVALID_SQL    | ~~",
        "SELECT missing FROM a                | INVALID_SQL    | missing",
        "UPDATE a SET missing = 1             | INVALID_SQL    | missing",
        "SELECT * FROM a JOIN a b USING (w)   | INVALID_SQL    | w",
        "INSERT INTO a VALUES (1)             | INVALID_SQL    | a",
        "SELECT * FROM missing                | NOT_FOUND      | missing",
        "INSERT INTO missing VALUES (1)       | NOT_FOUND      | missing",
        "DROP TABLE missing                   | NOT_FOUND      | missing",
        "ALTER TABLE missing ADD COLUMN q INT | NOT_FOUND      | missing",
        "SELECT missing(1)                    | NOT_FOUND      | missing",
        "DETACH missing                       | NOT_FOUND      | missing",
        "CREATE TABLE a(q BIGINT)             | ALREADY_EXISTS | a",
        "CREATE VIEW v AS SELECT 1 AS q       | ALREADY_EXISTS | v",
        "ALTER TABLE a ADD COLUMN y TEXT      | ALREADY_EXISTS | y",
        "INSERT INTO a VALUES (1, 'two', 1)   | INVALID_DATA   | ~~",
        "INSERT INTO a VALUES (2, NULL, 1)    | INVALID_DATA   | y",
        "INSERT INTO a VALUES (3, 'x', 100)   | INVALID_DATA   | ~~",
        "SELECT abs(-9223372036854775807 - x) FROM a | INVALID_DATA | overflow",
      })
  default void failure_statement_hasItsKindAndTheEnginesWords(String sql, Kind kind, String words) {
    createTables();
    BackendException failure = fails(kind, sql);
    assertThat(failure.getMessage()).isNotBlank().containsIgnoringCase(words);
    assertThat(rows("SELECT x, y FROM a")).isEqualTo(PrintedTable.of("x | y", "1 | one"));
  }

  @ParameterizedTest
  @CsvSource({
    "SELEC 1, INVALID_SQL",
    "SELECT missing FROM a, INVALID_SQL",
    "SELECT * FROM missing, NOT_FOUND",
    "SELECT missing(1), NOT_FOUND"
  })
  default void prepare_wrongQuery_failsBeforeItIsRun(String sql, Kind kind) {
    createTables();
    fails(kind, () -> session().prepare(sql).close());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "\0SELECT 1", "SELECT 1\0", "SELECT 1 \0 SELECT 2", "SELECT '\0'"})
  default void prepare_textWithNul_isInvalid(String sql) {
    fails(Kind.INVALID_SQL, () -> session().prepare(sql).close());
  }

  @Test
  default void failure_conversion_isInvalidData() {
    if (!can(Capability.STRICT_TYPES)) {
      return;
    }
    BackendException failure = fails(Kind.INVALID_DATA, "SELECT CAST('x' || 1 AS BIGINT)");
    assertThat(failure).hasMessageContaining("x1");
  }

  @Test
  default void failure_inMidStream_comesFromNext() {
    String sql =
        "SELECT abs(-9223372036854775807 - CASE WHEN i < 90000 THEN 0 ELSE 1 END) AS y FROM ("
            + manyRows(100_000)
            + ") AS n";
    try (PreparedQuery query = openSession(2_048).prepare(sql);
        BatchStream stream = query.openStream(Parameters.NONE, 0, allocator())) {
      fails(
          Kind.INVALID_DATA,
          () -> {
            while (stream.next()) {
              assertThat(stream.root().getRowCount()).isPositive();
            }
          });
    }
    assertThat(rows("SELECT 1 AS x")).isEqualTo(PrintedTable.of("x", "1"));
  }

  @Test
  default void failure_update_leavesTheTableAsItWas() {
    createTables();
    fails(Kind.INVALID_DATA, "INSERT INTO a VALUES (2, 'two', 2), (3, 'three', 300)");
    assertThat(rows("SELECT x FROM a")).isEqualTo(PrintedTable.of("x", "1"));
  }
}
