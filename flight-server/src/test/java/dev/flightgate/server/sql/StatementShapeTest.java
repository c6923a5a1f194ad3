package dev.flightgate.server.sql;

import static dev.flightgate.server.sql.SqlDialect.POSTGRESQL;
import static dev.flightgate.server.sql.SqlDialect.SQLITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.sql.StatementShape.TransactionControl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementShapeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "select 1                                             | SELECT",
        "((SELECT 1) UNION SELECT 2)                          | SELECT",
        "FROM t                                               | FROM",
        "WITH a AS (SELECT 1) SELECT * FROM a                 | SELECT",
        "WITH a AS (SELECT 1), b(x) AS (SELECT (2)) INSERT INTO t SELECT * FROM b | INSERT",
        "WITH RECURSIVE a(n) USING KEY (n) AS MATERIALIZED (SELECT 1) DELETE FROM t | DELETE",
        "WITH a AS NOT MATERIALIZED (SELECT 1) (SELECT 2)     | SELECT",
        "WITH a AS (WITH b AS (SELECT 1) SELECT 2) UPDATE t SET a = 1 | UPDATE",
        "EXPLAIN SELECT 1                                     | SELECT",
        "EXPLAIN ANALYZE VERBOSE WITH a AS (SELECT 1) SELECT 1| SELECT",
        "EXPLAIN (FORMAT json, ANALYZE) DELETE FROM t         | DELETE",
        "EXPLAIN (SELECT 1)                                   | SELECT",
        "WITH a AS (SELECT 1                                  | ~~",
        "'text'                                               | ~~",
        "EXPLAIN                                              | ~~",
      })
  void verb_statement_isTheOneThatRuns(String sql, String verb) {
    assertThat(StatementShape.of(sql, POSTGRESQL).verb()).isEqualTo(verb);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EXPLAIN SELECT 1               | true  | false",
        "EXPLAIN ANALYZE SELECT 1       | true  | true",
        "EXPLAIN (ANALYZE, FORMAT json) SELECT 1 | true | true",
        "EXPLAIN (FORMAT json) SELECT 1 | true  | false",
        "EXPLAIN (\"analyze\") SELECT 1 | true | true",
        "EXPLAIN (something) SELECT 1   | true  | true",
        "EXPLAIN (SELECT 1)             | true  | false",
        "SELECT 1 AS explain            | false | false",
      })
  void explain_options_areSeen(String sql, boolean explained, boolean analyzed) {
    StatementShape shape = StatementShape.of(sql, POSTGRESQL);
    assertThat(shape.explained()).isEqualTo(explained);
    assertThat(shape.analyzed()).isEqualTo(analyzed);
  }

  @Test
  void explain_sqlite_hasAQueryPlanButNoAnalyze() {
    assertThat(StatementShape.of("EXPLAIN QUERY PLAN DELETE FROM t", SQLITE).verb())
        .isEqualTo("DELETE");
    StatementShape shape = StatementShape.of("EXPLAIN ANALYZE t", SQLITE);
    assertThat(shape.verb()).isEqualTo("ANALYZE");
    assertThat(shape.analyzed()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE TEMP TABLE t(a int)               | true",
        "CREATE OR REPLACE TEMPORARY VIEW v AS SELECT 1 | true",
        "create local temp table t(a int)         | true",
        "CREATE TABLE temp(a int)                 | false",
        "CREATE TABLE temp.t(a int)               | true",
        "CREATE OR REPLACE VIEW IF NOT EXISTS \"TEMP\" . v AS SELECT 1 | true",
        "CREATE TABLE t.temp(a int)               | false",
        "CREATE VIEW v AS SELECT * FROM temp.t    | false",
        "DROP TABLE temp                          | false",
      })
  void temporary_create_isSeen(String sql, boolean temporary) {
    assertThat(StatementShape.of(sql, POSTGRESQL).temporary()).isEqualTo(temporary);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a      | true",
        "WITH a AS MATERIALIZED (insert INTO t SELECT 1) SELECT 1   | true",
        "WITH a AS (WITH b AS (SELECT 1) UPDATE t SET a = 1) SELECT 1 | true",
        "SELECT * FROM (WITH a AS (REPLACE INTO t SELECT 1) SELECT 1) | true",
        "WITH a AS (SELECT 'DELETE FROM t') SELECT * FROM a         | false",
        "CREATE TABLE t(a, b AS (replace(a, 'x', 'y')))             | false",
      })
  void modifiesInWith_body_isSeen(String sql, boolean modifies) {
    assertThat(StatementShape.of(sql, POSTGRESQL).modifiesInWith()).isEqualTo(modifies);
  }

  @Test
  void returning_outsideParenthesesOnly_isSeen() {
    assertThat(StatementShape.of("INSERT INTO t VALUES (1) returning a", SQLITE).returning())
        .isTrue();
    assertThat(
            StatementShape.of("WITH a AS (DELETE FROM t RETURNING *) SELECT 1", POSTGRESQL)
                .returning())
        .isFalse();
    assertThat(StatementShape.of("SELECT 'x' AS \"returning\"", SQLITE).returning()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "BEGIN, BEGIN",
    "begin immediate transaction, BEGIN",
    "START TRANSACTION READ ONLY, BEGIN",
    "START x, NONE",
    "COMMIT, COMMIT",
    "END TRANSACTION, COMMIT",
    "ROLLBACK, ROLLBACK",
    "ROLLBACK TRANSACTION, ROLLBACK",
    "ABORT, ROLLBACK",
    "ROLLBACK TO a, NONE",
    "ROLLBACK TRANSACTION TO SAVEPOINT a, NONE",
    "SAVEPOINT a, NONE",
    "RELEASE a, NONE",
    "EXPLAIN COMMIT, NONE",
    "SELECT 1, NONE"
  })
  void control_statement_isTold(String sql, TransactionControl control) {
    assertThat(StatementShape.of(sql, SQLITE).control()).isEqualTo(control);
  }
}
