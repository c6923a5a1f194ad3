package dev.flightgate.server.backend.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Transactions and the writer lock. */
final class SqliteTransactionTest extends SqliteFixture {

  private Backend backendWithTable(String... settings) {
    Backend backend = open(settings);
    run(session(backend), "CREATE TABLE t(x INTEGER)");
    return backend;
  }

  @Test
  void begin_idle_standsInNobodysWay() {
    Backend backend = backendWithTable();
    BackendSession idle = session(backend);
    idle.begin();
    assertThat(run(session(backend), "INSERT INTO t VALUES (1)")).isEqualTo(1);
    assertThat(run(idle, "INSERT INTO t VALUES (2)")).isEqualTo(1);
    idle.commit();
    assertThat(rows(session(backend), "SELECT x FROM t")).isEqualTo("1\n2");
  }

  @Test
  void write_afterAnotherCommittedSinceTheFirstRead_isConflictAtOnce() {
    Backend backend = backendWithTable();
    BackendSession late = session(backend);
    late.begin();
    assertThat(rows(late, "SELECT count(*) FROM t")).isEqualTo("0");
    BackendSession other = session(backend);
    run(other, "INSERT INTO t VALUES (1)");
    assertThat(fails(Kind.CONFLICT, () -> run(late, "INSERT INTO t VALUES (2)")))
        .hasMessageContaining("roll back and try again");
    assertThat(run(other, "INSERT INTO t VALUES (3)")).isEqualTo(1);
    late.rollback();
    assertThat(run(late, "INSERT INTO t VALUES (4)")).isEqualTo(1);
  }

  @Test
  void write_lockHeldTooLong_isConflictWithTheNumbers() {
    Backend backend = backendWithTable(SqliteSettings.BUSY_TIMEOUT, "50ms");
    BackendSession holder = session(backend);
    run(holder, "BEGIN IMMEDIATE");
    assertThat(fails(Kind.CONFLICT, () -> run(session(backend), "INSERT INTO t VALUES (1)")))
        .hasMessageContaining("50 ms");
    holder.rollback();
    assertThat(run(session(backend), "INSERT INTO t VALUES (1)")).isEqualTo(1);
  }

  @Test
  void writers_many_allGetTheirTurn() throws Exception {
    Backend backend = backendWithTable();
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      BackendSession session = session(backend);
      writers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int j = 0; j < 50; j++) {
                  run(session, "BEGIN", "INSERT INTO t VALUES (1)", "COMMIT");
                }
              }));
    }
    CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
    assertThat(rows(session(backend), "SELECT count(*) FROM t")).isEqualTo("400");
  }

  @Test
  void stream_open_doesNotBlockWritersAndKeepsItsSnapshot() {
    Backend backend = backendWithTable(SqliteSettings.BUSY_TIMEOUT, "50ms");
    BackendSession reader = session(backend);
    BackendSession writer = session(backend);
    run(writer, "INSERT INTO t VALUES (1), (2)");
    try (PreparedQuery query = reader.prepare("SELECT x FROM t");
        BatchStream stream = query.openStream(Parameters.NONE, 0, allocator)) {
      assertThat(run(writer, "DELETE FROM t")).isEqualTo(2);
      assertThat(rows(writer, "PRAGMA wal_checkpoint(TRUNCATE)")).isEmpty();
      assertThat(stream.next()).isTrue();
      assertThat(stream.root().getRowCount()).isEqualTo(2);
    }
    assertThat(rows(reader, "SELECT count(*) FROM t")).isEqualTo("0");
  }

  @Test
  void stream_closed_freesItsSnapshot() throws Exception {
    Backend backend = backendWithTable();
    BackendSession reader = session(backend);
    run(reader, "INSERT INTO t VALUES (1), (2)");
    try (PreparedQuery query = reader.prepare("SELECT x FROM t")) {
      query.openStream(Parameters.NONE, 0, allocator).close();
      run(session(backend), "PRAGMA wal_checkpoint(TRUNCATE)");
      assertThat(folder.resolve("test.db-wal")).isEmptyFile();
    }
  }

  @Test
  void commit_deferredConstraintBroken_endsTheTransaction() {
    Backend backend = open();
    BackendSession session = session(backend);
    run(
        session,
        "CREATE TABLE p(x INTEGER PRIMARY KEY)",
        "CREATE TABLE c(x INTEGER REFERENCES p(x) DEFERRABLE INITIALLY DEFERRED)");
    session.begin();
    run(session, "INSERT INTO c VALUES (77)");
    fails(Kind.INVALID_DATA, session::commit);
    session.begin();
    session.commit();
    assertThat(rows(session, "SELECT count(*) FROM c")).isEqualTo("0");
    assertThat(run(session(backend), "INSERT INTO p VALUES (1)")).isEqualTo(1);
  }

  @Test
  void transaction_rolledBackByEngine_isNotContinued() {
    Backend backend = open();
    BackendSession session = session(backend);
    run(session, "CREATE TABLE u(x INTEGER UNIQUE)", "INSERT INTO u VALUES (1)");
    session.begin();
    run(session, "INSERT INTO u VALUES (2)");
    fails(Kind.INVALID_DATA, () -> run(session, "INSERT OR ROLLBACK INTO u VALUES (1)"));
    fails(Kind.INVALID_SQL, () -> run(session, "INSERT INTO u VALUES (3)"));
    assertThat(run(session(backend), "INSERT INTO u VALUES (4)")).isEqualTo(1);
    session.rollback();
    assertThat(rows(session, "SELECT x FROM u ORDER BY x")).isEqualTo("1\n4");
  }

  @Test
  void statement_failedOnce_runsAgain() {
    Backend backend = open();
    BackendSession session = session(backend);
    run(session, "CREATE TABLE u(x INTEGER UNIQUE)", "INSERT INTO u VALUES (1)");
    try (PreparedQuery insert = session.prepare("INSERT INTO u VALUES (1)")) {
      fails(Kind.INVALID_DATA, () -> insert.update(Parameters.NONE));
      run(session, "DELETE FROM u");
      assertThat(insert.update(Parameters.NONE)).isEqualTo(1);
    }
  }

  @Test
  void openStream_columnsChangedSincePrepared_isConflict() {
    Backend backend = backendWithTable();
    BackendSession session = session(backend);
    try (PreparedQuery query = session.prepare("SELECT * FROM t")) {
      run(session(backend), "ALTER TABLE t ADD COLUMN y TEXT");
      fails(Kind.CONFLICT, () -> rows(query, Parameters.NONE));
    }
    assertThat(rows(session, "SELECT * FROM t")).isEmpty();
  }

  @Test
  void insertReturning_stream_yieldsTheRowsAndHoldsTheLockUntilClosed() {
    Backend backend = backendWithTable(SqliteSettings.BUSY_TIMEOUT, "50ms");
    BackendSession session = session(backend);
    BackendSession other = session(backend);
    try (PreparedQuery query = session.prepare("INSERT INTO t VALUES (1), (2) RETURNING x")) {
      try (BatchStream stream = query.openStream(Parameters.NONE, 0, allocator)) {
        assertThat(stream.next()).isTrue();
        fails(Kind.CONFLICT, () -> run(other, "INSERT INTO t VALUES (3)"));
      }
      assertThat(query.update(Parameters.NONE)).isEqualTo(2);
    }
    assertThat(run(other, "DELETE FROM t")).isEqualTo(4);
  }

  @Test
  void cancel_waitingForAnotherProcess_interrupts() throws Exception {
    Backend backend = backendWithTable(SqliteSettings.BUSY_TIMEOUT, "1m");
    BackendSession session = session(backend);
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file());
        PreparedStatement begin = other.prepareStatement("BEGIN IMMEDIATE")) {
      begin.execute();
      CompletableFuture<Void> waiting =
          CompletableFuture.runAsync(
              () -> fails(Kind.CANCELLED, () -> run(session, "INSERT INTO t VALUES (1)")));
      session.cancel();
      waiting.get(20, TimeUnit.SECONDS);
    }
    session.clearCancel();
    assertThat(run(session, "INSERT INTO t VALUES (1)")).isEqualTo(1);
  }

  @Test
  void cancel_writingInTransaction_leavesNothingOfIt() {
    Backend backend = backendWithTable();
    BackendSession session = session(backend);
    session.begin();
    run(session, "INSERT INTO t VALUES (1)");
    CompletableFuture<Void> cancelled =
        CompletableFuture.runAsync(
            () ->
                fails(
                    Kind.CANCELLED,
                    () ->
                        run(
                            session,
                            "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
                                + " SELECT i + 1 FROM n) SELECT i FROM n")));
    session.cancel();
    assertThat(cancelled).succeedsWithin(Duration.ofSeconds(20));
    session.rollback();
    session.clearCancel();
    assertThat(rows(session, "SELECT count(*) FROM t")).isEqualTo("0");
    assertThat(run(session(backend), "INSERT INTO t VALUES (1)")).isEqualTo(1);
  }
}
