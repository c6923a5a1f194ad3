package dev.flightgate.server.backend.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.Touch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which tables statements touch on SQLite; those that they do not name are in parentheses. */
final class SqliteTouchesTest extends SqliteFixture {

  private static final String EXPECTED =
      """
      SELECT 1                                       |
      SELECT * FROM T                                | READ main.t
      SELECT * FROM "t" WHERE x = ?1                 | READ main.t
      SELECT 1 FROM t WHERE 0                        | READ main.t
      SELECT * FROM v                                | READ main.u; READ main.v
      SELECT * FROM t LEFT JOIN (SELECT 1 FROM k)    | READ main.k; READ main.t
      WITH t AS (SELECT * FROM u) SELECT * FROM t    | READ main.t; READ main.u
      SELECT * FROM missing                          | READ main.missing
      SELECT * FROM other.o, t                       | READ main.t; READ other.o
      SELECT * FROM sqlite_master                    | TELLS_DEFINITIONS
      SELECT * FROM pragma_table_list                | TELLS_DEFINITIONS; UNKNOWN
      SELECT value FROM json_each('[1]')             |
      SELECT * FROM words                            | READ main.words; UNKNOWN
      INSERT INTO t SELECT * FROM u                  | READ main.u; WRITE main.t
      INSERT INTO t(x) VALUES (1) RETURNING x        | READ main.t; WRITE main.t
      INSERT INTO watched VALUES (1)                 | WRITE main.u; WRITE main.watched
      INSERT INTO child VALUES (1)                   | READ main.parent; WRITE main.child
      DELETE FROM t                                  | READ main.t; WRITE main.t
      UPDATE t SET x = (SELECT max(x) FROM v)        | READ main.t; READ main.u; READ main.v; WRITE main.t
      CREATE TABLE made AS SELECT * FROM t           | DEFINE main.made; READ main.t
      CREATE VIEW made AS SELECT * FROM v            | DEFINE main.made; READ main.v
      CREATE INDEX i ON t(x)                         | DEFINE main.t
      DROP INDEX tx                                  | DEFINE main.t
      DROP TABLE t                                   | DEFINE main.t
      ALTER TABLE t RENAME TO s                      | DEFINE main.s; DEFINE main.t
      CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM u; END | UNKNOWN
      CREATE TEMP TABLE own AS SELECT * FROM t       | READ main.t
      ANALYZE                                        | UNKNOWN
      PRAGMA table_info(t)                           | TELLS_DEFINITIONS
      PRAGMA user_version                            |
      EXPLAIN QUERY PLAN SELECT * FROM v             | READ main.u; READ main.v
      """;

  @Test
  void tables_ofAStatement_areTold() {
    BackendSession session = session(open());
    run(
        session,
        "CREATE TABLE t(x)",
        "CREATE INDEX tx ON t(x)",
        "CREATE TABLE u(x)",
        "CREATE TABLE k(x INTEGER PRIMARY KEY) WITHOUT ROWID",
        "CREATE VIEW v AS SELECT * FROM u",
        "CREATE TABLE watched(x)",
        "CREATE TRIGGER w AFTER INSERT ON watched BEGIN INSERT INTO u VALUES (new.x); END",
        "CREATE TABLE parent(id INTEGER PRIMARY KEY)",
        "CREATE TABLE child(id REFERENCES parent(id))",
        "CREATE VIRTUAL TABLE words USING fts5(a)",
        "ATTACH ':memory:' AS other",
        "CREATE TABLE other.o(x)");
    String told =
        EXPECTED
            .lines()
            .map(line -> line.substring(0, line.lastIndexOf('|')))
            .map(sql -> (sql + "| " + shown(session, sql.strip())).stripTrailing())
            .collect(Collectors.joining("\n", "", "\n"));
    assertThat(told).isEqualTo(EXPECTED);
  }

  private static String shown(BackendSession session, String sql) {
    return session.touched(sql).stream()
        .map(SqliteTouchesTest::shown)
        .distinct()
        .sorted()
        .collect(Collectors.joining("; "));
  }

  private static String shown(Touch touch) {
    return touch instanceof Touch.Table table
        ? table.right() + " " + table.display()
        : ((Touch.Beyond) touch).reach().toString();
  }
}
