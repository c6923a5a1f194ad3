package dev.flightgate.server.backend.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.StatementKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What statements of DuckDB's own do, and what a user who only reads may run. */
final class DuckDbKindsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FROM t                                            | READS",
        "FROM t SELECT x                                   | READS",
        "TABLE t                                           | READS",
        "(SELECT 1)                                        | READS",
        "SHOW TABLES                                       | READS",
        "DESCRIBE t                                        | READS",
        "SUMMARIZE t                                       | READS",
        "PIVOT t ON x USING count(*)                       | READS",
        "UNPIVOT t ON x                                    | READS",
        "SELECT nextval('s')                               | WRITES",
        "VALUES (main.\"NextVal\" ('s'))                    | WRITES",
        "SELECT x FROM t WHERE x < (SELECT 's'.nextval())  | WRITES",
        "EXPLAIN ANALYZE SELECT nextval('s')               | WRITES",
        "EXPLAIN SELECT nextval('s')                       | READS",
        "SELECT currval('s'), nextval FROM t               | READS",
        "FROM checkpoint()                                 | WRITES",
        "FROM force_checkpoint()                           | WRITES",
        "FROM enable_logging()                             | WRITES",
        "EXPLAIN INSERT INTO t VALUES (1)                  | READS",
        "EXPLAIN ANALYZE SELECT 1                          | READS",
        "EXPLAIN ANALYZE INSERT INTO t VALUES (1)          | WRITES",
        "EXPLAIN (ANALYZE) DELETE FROM t                   | WRITES",
        "WITH n AS (INSERT INTO t VALUES (1) RETURNING x) FROM n | WRITES",
        "MERGE INTO t USING u ON t.x = u.x WHEN MATCHED THEN DELETE | WRITES",
        "TRUNCATE t                                        | WRITES",
        "COPY t TO 'f.csv'                                 | WRITES",
        "COPY t FROM 'f.csv'                               | WRITES",
        "EXPORT DATABASE 'd'                               | WRITES",
        "IMPORT DATABASE 'd'                               | DEFINES",
        "COMMENT ON TABLE t IS 'x'                         | DEFINES",
        "CHECKPOINT                                        | DEFINES",
        "CREATE OR REPLACE TEMP MACRO f(x) AS x            | CONTROLS",
        "PRAGMA database_size                              | CONTROLS",
        "CALL duckdb_tables()                              | CONTROLS",
        "SET threads = 2                                   | CONTROLS",
        "RESET threads                                     | CONTROLS",
        "USE main                                          | CONTROLS",
        "ATTACH ':memory:' AS x                            | CONTROLS",
        "DETACH x                                          | CONTROLS",
        "LOAD json                                         | CONTROLS",
        "INSTALL json                                      | CONTROLS",
        "PREPARE p AS SELECT 1                             | CONTROLS",
        "EXECUTE p                                         | CONTROLS",
        "ABORT                                             | ROLLS_BACK",
      })
  void kind_statement_isTheOneThatAllowsLeast(String sql, StatementKind kind) {
    assertThat(DuckDbKinds.of(sql).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT next()",
        "FROM t",
        "SET search_path = 'main'",
        "SET VARIABLE v = [1, 2]",
        "SET SESSION \"TimeZone\" = 'UTC'",
        "RESET search_path",
        "USE memory.main",
        "EXPLAIN (FORMAT json) SELECT * FROM t"
      })
  void reader_harmlessStatement_isAllowedOrStoppedByTheEngine(String sql) {
    try (DuckDbFixture duckdb = new DuckDbFixture()) {
      duckdb.run(
          "CREATE TABLE t(x INTEGER)", "CREATE SEQUENCE s", "CREATE MACRO next() AS nextval('s')");
      try (BackendSession reader = duckdb.reader()) {
        if (sql.contains("next()")) {
          // Its kind is READS, but it writes: the read-only transaction is what refuses it.
          DuckDbFixture.fails(
              Kind.PERMISSION_DENIED, () -> duckdb.cells(reader, sql, Parameters.NONE));
        } else {
          duckdb.cells(reader, sql, Parameters.NONE);
        }
        assertThat(duckdb.cells(reader, "SELECT 1", Parameters.NONE)).containsExactly("1");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET threads = 1",
        "SET GLOBAL search_path = 'main'",
        "SET no_such_setting = 1",
        "SET enable_profiling = 'json'",
        "SET LOCAL profiling_output = 'f.json'",
        "RESET profiling_output",
        "SET VARIABLE v = (SELECT nextval('s'))",
        "SET VARIABLE v = next()",
        "SET VARIABLE v = (FROM enable_logging())",
        "SET search_path = current_setting('search_path')",
        "PRAGMA threads = 1",
        "CALL duckdb_tables()",
        "ATTACH ':memory:' AS x",
        "LOAD json",
        "COPY (SELECT 1) TO 'f.csv'",
        "CREATE TEMP TABLE q(x INTEGER)",
        "CHECKPOINT",
        "FROM checkpoint()",
        "FROM enable_logging()",
        "SELECT nextval('s')",
        "EXPLAIN ANALYZE DELETE FROM t",
        "EXPLAIN DELETE FROM t",
        "EXPLAIN (\"analyze\") DELETE FROM t",
        "EXPLAIN ('analyze') DELETE FROM t",
        "EXPLAIN (\u200BANALYZE) INSERT INTO t VALUES (1)",
        "WITH n AS (DELETE FROM t RETURNING x) FROM n",
        "PREPARE p AS DELETE FROM t"
      })
  void reader_anythingElse_isPermissionDenied(String sql) {
    try (DuckDbFixture duckdb = new DuckDbFixture()) {
      duckdb.run("CREATE TABLE t(x INTEGER)");
      try (BackendSession reader = duckdb.reader()) {
        DuckDbFixture.fails(Kind.PERMISSION_DENIED, () -> reader.prepare(sql).close());
      }
    }
  }

  @Test
  void reader_ownTransaction_readsOneSnapshot() {
    try (DuckDbFixture duckdb = new DuckDbFixture()) {
      duckdb.run("CREATE TABLE t(x INTEGER)");
      try (BackendSession reader = duckdb.reader()) {
        reader.begin();
        assertThat(duckdb.cells(reader, "FROM t", Parameters.NONE)).isEmpty();
        duckdb.run("INSERT INTO t VALUES (1)");
        assertThat(duckdb.cells(reader, "FROM t", Parameters.NONE)).isEmpty();
        reader.commit();
        assertThat(duckdb.cells(reader, "FROM t", Parameters.NONE)).containsExactly("1");
      }
    }
  }
}
