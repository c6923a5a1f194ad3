package dev.flightgate.server.backend.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.StatementKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that go from session to session. */
final class SqliteConnectionTest extends SqliteFixture {

  private Backend backendWithTable() {
    Backend backend = open();
    run(session(backend), "CREATE TABLE t(x INTEGER)");
    return backend;
  }

  @Test
  void connection_changed_goesToNobodyElse() {
    Backend backend = backendWithTable();
    BackendSession first = session(backend);
    run(
        first,
        "CREATE TEMP TABLE mine(x)",
        "PRAGMA foreign_keys = 0",
        "ATTACH ':memory:' AS other");
    first.begin();
    run(first, "INSERT INTO t VALUES (1)");
    first.close();
    BackendSession second = session(backend);
    fails(Kind.NOT_FOUND, () -> rows(second, "SELECT * FROM mine"));
    assertThat(rows(second, "PRAGMA foreign_keys")).isEqualTo("1");
    assertThat(second.metadata().catalogs()).isEqualTo(List.of("main"));
    assertThat(rows(second, "SELECT count(*) FROM t")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE temp.t(x INTEGER)",
        "CREATE TABLE IF NOT EXISTS \"Temp\".t(x INTEGER)",
        "CREATE TABLE [temp].t(x INTEGER)",
        "CREATE TABLE 'temp'.t(x INTEGER)",
        "CREATE VIEW temp.t AS SELECT 7 AS x",
        "CREATE TRIGGER temp.g AFTER INSERT ON t BEGIN DELETE FROM t; END"
      })
  void connection_withNamesInTemp_isTheSessionsOwn(String sql) {
    Backend backend = backendWithTable();
    BackendSession first = session(backend);
    try (PreparedQuery query = first.prepare(sql)) {
      assertThat(query.kind()).isEqualTo(StatementKind.CONTROLS);
      query.update(Parameters.NONE);
    }
    first.close();
    BackendSession second = session(backend);
    run(second, "INSERT INTO t VALUES (1)");
    assertThat(rows(second, "SELECT x FROM t")).isEqualTo("1");
    assertThat(rows(second, "SELECT count(*) FROM sqlite_temp_master")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PRAGMA foreign_keys = page_count",
        "PRAGMA main.foreign_keys = table_info",
        "PRAGMA foreign_keys(page_count)",
        "EXPLAIN PRAGMA foreign_keys = 0",
        "EXPLAIN QUERY PLAN PRAGMA foreign_keys(0)"
      })
  void foreignKeys_switchedOffBySomeone_areEnforcedForTheNext(String sql) {
    Backend backend = backendWithTable();
    BackendSession first = session(backend);
    run(first, sql);
    first.close();
    assertThat(rows(session(backend), "PRAGMA foreign_keys")).isEqualTo("1");
  }

  @Test
  void pragma_thatTells_stillTells() {
    BackendSession session = session(backendWithTable());
    assertThat(rows(session, "PRAGMA main.table_info(t)"))
        .isEqualTo("0 | x | INTEGER | 0 | NULL | 0");
    assertThat(rows(session, "PRAGMA integrity_check(1)")).isEqualTo("ok");
  }
}
