package dev.flightgate.server.backend.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.Touch;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which tables statements touch on DuckDB; those that they do not name are in parentheses. */
final class DuckDbTouchesTest {

  private static DuckDbFixture duckdb;
  private static BackendSession session;

  @BeforeAll
  static void open() {
    duckdb = new DuckDbFixture();
    duckdb.run(
        "CREATE TABLE t(x INTEGER)",
        "CREATE SCHEMA s",
        "CREATE TABLE s.u(x INTEGER)",
        "CREATE TABLE \"odd.name\"(x INTEGER)",
        "CREATE VIEW v AS SELECT * FROM s.u",
        "CREATE VIEW w AS SELECT * FROM v WHERE false",
        "CREATE VIEW told AS SELECT * FROM duckdb_tables()",
        "CREATE MACRO m(k) AS TABLE SELECT * FROM s.u WHERE x = k",
        "CREATE MACRO n() AS (SELECT max(x) FROM s.u)",
        "ATTACH ':memory:' AS other",
        "CREATE TABLE other.t(x INTEGER)",
        "CREATE TABLE other.s2(x INTEGER)",
        "CREATE TABLE s.s2(x INTEGER)");
    session = duckdb.session;
  }

  @AfterAll
  static void close() {
    duckdb.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SELECT 1                                  |
          SELECT * FROM T                           | READ memory.main.t
          SELECT * FROM main.t WHERE x = ?          | READ memory.main.t
          SELECT * FROM "odd.name"                  | READ memory.main.odd.name
          SELECT * FROM other.t                     | READ other.main.t
          SELECT * FROM v                           | READ memory.main.v; (READ memory.s.u)
          SELECT * FROM w                           | READ memory.main.w; (READ memory.s.u)
          SELECT 1 FROM w WHERE false               | READ memory.main.w; (READ memory.s.u)
          FROM m(1)                                 | (READ memory.s.u)
          SELECT n()                                | (READ memory.s.u)
          FROM told                                 | READ memory.main.told; TELLS_DEFINITIONS
          FROM duckdb_tables()                      | TELLS_DEFINITIONS
          FROM missing                              | READ memory.main.missing
          FROM s.missing                            | READ memory.s.missing
          FROM other.missing                        | READ memory.other.missing; READ other.main.missing
          WITH t AS (FROM s.u) FROM t               | READ memory.s.u
          WITH t AS (FROM t) FROM t                 | READ memory.main.t
          INSERT INTO t SELECT * FROM s.u           | WRITE memory.main.t; READ memory.s.u
          INSERT INTO t FROM v                      | WRITE memory.main.t; READ memory.main.v; (READ memory.s.u)
          INSERT INTO t VALUES ($1)                 | WRITE memory.main.t
          UPDATE t SET x = n()                      | WRITE memory.main.t; READ memory.main.t; (READ memory.s.u)
          DELETE FROM s.u WHERE x IN (FROM t)       | WRITE memory.s.u; READ memory.s.u; READ memory.main.t
          TRUNCATE t                                | WRITE memory.main.t
          CREATE TABLE s.made AS FROM t             | DEFINE memory.s.made; READ memory.main.t
          CREATE OR REPLACE VIEW x AS FROM v        | DEFINE memory.main.x; READ memory.main.v; (READ memory.s.u)
          CREATE TABLE made(x INT REFERENCES t(x))  | DEFINE memory.main.made; READ memory.main.t
          CREATE INDEX i ON s.u(x)                  | DEFINE memory.s.u
          CREATE SCHEMA more                        | DEFINE memory.more.*
          CREATE SEQUENCE s.q                       | DEFINE memory.s.*
          ALTER TABLE t RENAME TO other_t           | DEFINE memory.main.t; DEFINE memory.main.other_t
          DROP VIEW v                               | DEFINE memory.main.v
          COMMENT ON COLUMN s.u.x IS 'a'            | DEFINE memory.s.u
          CREATE TEMP TABLE own AS FROM t           | READ memory.main.t
          CALL pragma_version()                     | UNKNOWN
          SET VARIABLE v = (SELECT max(x) FROM t)   | UNKNOWN
          """)
  void tables_ofAStatement_areTold(String sql, String expected) {
    String touched =
        session.touched(sql).stream()
            .map(DuckDbTouchesTest::shown)
            .distinct()
            .sorted(Comparator.comparing((String touch) -> touch.startsWith("(")))
            .collect(Collectors.joining("; "));
    assertThat(touched).isEqualTo(expected == null ? "" : expected);
  }

  private static String shown(Touch touch) {
    if (touch instanceof Touch.Table table) {
      String shown = table.right() + " " + table.display();
      return table.named() ? shown : "(" + shown + ")";
    }
    return ((Touch.Beyond) touch).reach().toString();
  }
}
