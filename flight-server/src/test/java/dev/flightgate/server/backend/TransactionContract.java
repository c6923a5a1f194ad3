package dev.flightgate.server.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.flightgate.server.backend.BackendException.Kind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Transactions, by call and by text. */
interface TransactionContract extends ContractFixture {

  private void createOneRow() {
    run("CREATE TABLE a(x BIGINT)", "INSERT INTO a VALUES (1)");
  }

  private static String table(String... values) {
    return PrintedTable.of("x", String.join("\n", values));
  }

  @Test
  default void begin_changes_areSeenByOthersAfterCommitOnly() {
    createOneRow();
    BackendSession other = openSession();
    session().begin();
    run("INSERT INTO a VALUES (2)");
    assertThat(rows("SELECT x FROM a ORDER BY x")).isEqualTo(table("1", "2"));
    assertThat(rowsIn(other, "SELECT x FROM a ORDER BY x")).isEqualTo(table("1"));
    session().commit();
    assertThat(rowsIn(other, "SELECT x FROM a ORDER BY x")).isEqualTo(table("1", "2"));
  }

  @Test
  default void begin_reader_seesOneSnapshot() {
    createOneRow();
    BackendSession reader = openSession();
    reader.begin();
    assertThat(rowsIn(reader, "SELECT x FROM a")).isEqualTo(table("1"));
    run("INSERT INTO a VALUES (2)");
    assertThat(rowsIn(reader, "SELECT x FROM a")).isEqualTo(table("1"));
    reader.commit();
    assertThat(rowsIn(reader, "SELECT x FROM a ORDER BY x")).isEqualTo(table("1", "2"));
  }

  @Test
  default void rollback_changes_areGone() {
    createOneRow();
    session().begin();
    run("INSERT INTO a VALUES (2)", "DELETE FROM a WHERE x = 1");
    session().rollback();
    assertThat(rows("SELECT x FROM a")).isEqualTo(table("1"));
    assertThat(run("INSERT INTO a VALUES (3)")).isEqualTo(1);
    assertThat(rowsIn(openSession(), "SELECT x FROM a ORDER BY x")).isEqualTo(table("1", "3"));
  }

  @Test
  default void rollback_definitions_areGoneWhereTheEngineCan() {
    if (!can(Capability.TRANSACTIONAL_DDL)) {
      return;
    }
    createOneRow();
    session().begin();
    run("CREATE TABLE b(x BIGINT)", "ALTER TABLE a ADD COLUMN y BIGINT");
    session().rollback();
    assertThat(rows("SELECT * FROM a")).isEqualTo(table("1"));
    fails(Kind.NOT_FOUND, "SELECT * FROM b");
    session().begin();
    run("DROP TABLE a");
    session().rollback();
    assertThat(rows("SELECT * FROM a")).isEqualTo(table("1"));
  }

  @Test
  default void begin_twice_isInvalidSqlAndTheFirstGoesOn() {
    createOneRow();
    session().begin();
    run("INSERT INTO a VALUES (2)");
    fails(Kind.INVALID_SQL, () -> session().begin());
    session().commit();
    assertThat(rows("SELECT count(*) AS x FROM a")).isEqualTo(table("2"));
  }

  @Test
  default void rollback_noTransaction_isHarmless() {
    assertThatCode(() -> session().rollback()).doesNotThrowAnyException();
  }

  @Test
  default void rollback_afterFailedStatement_leavesTheSessionUsable() {
    run("CREATE TABLE a(x BIGINT PRIMARY KEY)", "INSERT INTO a VALUES (1)");
    session().begin();
    run("INSERT INTO a VALUES (2)");
    fails(Kind.INVALID_DATA, "INSERT INTO a VALUES (1)");
    session().rollback();
    assertThat(rows("SELECT x FROM a")).isEqualTo(table("1"));
  }

  @Test
  default void commit_afterFailedStatement_keepsTheRestOrFails() {
    run("CREATE TABLE a(x BIGINT PRIMARY KEY)", "INSERT INTO a VALUES (1)");
    session().begin();
    run("INSERT INTO a VALUES (2)");
    fails(Kind.INVALID_DATA, "INSERT INTO a VALUES (1)");
    boolean committed = true;
    try {
      session().commit();
    } catch (BackendException e) {
      assertThat(e.kind()).isEqualTo(Kind.INVALID_SQL);
      committed = false;
    }
    assertThat(rows("SELECT x FROM a ORDER BY x"))
        .isEqualTo(committed ? table("1", "2") : table("1"));
    assertThat(run("INSERT INTO a VALUES (3)")).isEqualTo(1);
  }

  @Test
  default void text_beginCommitRollback_workLikeTheCalls() {
    createOneRow();
    run("BEGIN", "INSERT INTO a VALUES (2)", "ROLLBACK");
    assertThat(rows("SELECT x FROM a")).isEqualTo(table("1"));
    run("BEGIN TRANSACTION", "INSERT INTO a VALUES (3)", "COMMIT");
    assertThat(rowsIn(openSession(), "SELECT x FROM a ORDER BY x")).isEqualTo(table("1", "3"));
    run("BEGIN");
    fails(Kind.INVALID_SQL, () -> session().begin());
    session().rollback();
    session().begin();
    run("INSERT INTO a VALUES (4)", "COMMIT");
    session().begin();
    session().commit();
    assertThat(rowsIn(openSession(), "SELECT count(*) AS x FROM a")).isEqualTo(table("3"));
  }

  @Test
  default void text_commitWithoutTransaction_isInvalidSql() {
    fails(Kind.INVALID_SQL, "COMMIT");
  }

  @Test
  default void writers_two_workAtOnceOrTheSecondWaits() throws Exception {
    run("CREATE TABLE a(x BIGINT)", "CREATE TABLE b(x BIGINT)");
    BackendSession second = openSession();
    session().begin();
    run("INSERT INTO a VALUES (1)");
    CompletableFuture<Long> written =
        CompletableFuture.supplyAsync(() -> runIn(second, "INSERT INTO b VALUES (2)"));
    if (can(Capability.CONCURRENT_WRITERS)) {
      assertThat(written.get(30, TimeUnit.SECONDS)).isEqualTo(1);
      session().commit();
    } else {
      session().commit();
      assertThat(written.get(30, TimeUnit.SECONDS)).isEqualTo(1);
    }
    assertThat(rows("SELECT x FROM a UNION ALL SELECT x FROM b ORDER BY x"))
        .isEqualTo(table("1", "2"));
  }

  @Test
  default void writers_sameRow_areInConflict() {
    if (!can(Capability.CONCURRENT_WRITERS)) {
      return;
    }
    createOneRow();
    BackendSession second = openSession();
    session().begin();
    second.begin();
    run("UPDATE a SET x = 10");
    fails(Kind.CONFLICT, () -> prepareAndRun(second, "UPDATE a SET x = 20"));
    second.rollback();
    session().commit();
    assertThat(rowsIn(second, "SELECT x FROM a")).isEqualTo(table("10"));
  }
}
