package dev.flightgate.server.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.BackendException.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Savepoints, by call and by text, where the engine has them. */
interface SavepointContract extends ContractFixture {

  private void beginWithTable() {
    run("CREATE TABLE a(x BIGINT)");
    session().begin();
  }

  private void insert(int x) {
    run("INSERT INTO a VALUES (" + x + ")");
  }

  private void assertRows(String... values) {
    assertThat(rows("SELECT x FROM a ORDER BY x"))
        .isEqualTo(values.length == 0 ? "x" : PrintedTable.of("x", String.join("\n", values)));
  }

  private void assertOver(Savepoint savepoint) {
    fails(Kind.NOT_FOUND, () -> session().release(savepoint));
    fails(Kind.NOT_FOUND, () -> session().rollbackTo(savepoint));
  }

  @Test
  default void savepoint_engineWithoutThem_isUnsupported() {
    if (can(Capability.SAVEPOINTS)) {
      return;
    }
    session().begin();
    fails(Kind.UNSUPPORTED, () -> session().savepoint("p"));
    fails(Kind.UNSUPPORTED, () -> session().release(new Savepoint("p")));
    fails(Kind.UNSUPPORTED, () -> session().rollbackTo(new Savepoint("p")));
    session().rollback();
    session().begin();
    fails(Kind.INVALID_SQL, "SAVEPOINT p");
  }

  @Test
  default void savepoint_noTransaction_isInvalidSql() {
    if (!can(Capability.SAVEPOINTS)) {
      return;
    }
    fails(Kind.INVALID_SQL, () -> session().savepoint("p"));
    for (String sql : List.of("SAVEPOINT p", "RELEASE p", "ROLLBACK TO p")) {
      assertThat(fails(Kind.INVALID_SQL, sql)).hasMessageContaining("BEGIN first");
    }
    beginWithTable();
    insert(1);
    session().commit();
    assertRows("1");
  }

  @Test
  default void rollbackTo_undoesWhatCameAfterAndKeepsTheSavepoint() {
    if (!can(Capability.SAVEPOINTS)) {
      return;
    }
    beginWithTable();
    insert(1);
    Savepoint one = session().savepoint("one");
    insert(2);
    run("CREATE TABLE b(x BIGINT)");
    session().rollbackTo(one);
    fails(Kind.NOT_FOUND, "SELECT * FROM b");
    insert(3);
    session().rollbackTo(one);
    insert(4);
    session().release(one);
    assertOver(one);
    session().commit();
    assertRows("1", "4");
  }

  @Test
  default void outerSavepoint_releasedOrRolledBackTo_endsThoseInside() {
    if (!can(Capability.SAVEPOINTS)) {
      return;
    }
    beginWithTable();
    Savepoint outer = session().savepoint("outer");
    insert(1);
    Savepoint inner = session().savepoint("inner");
    insert(2);
    session().rollbackTo(outer);
    assertRows();
    assertOver(inner);
    inner = session().savepoint("inner");
    insert(3);
    session().release(outer);
    assertOver(inner);
    assertOver(outer);
    session().commit();
    assertRows("3");
  }

  @Test
  default void savepoints_ofTheSameName_areTwo() {
    if (!can(Capability.SAVEPOINTS)) {
      return;
    }
    beginWithTable();
    Savepoint first = session().savepoint("same");
    insert(1);
    Savepoint second = session().savepoint("SAME");
    insert(2);
    session().rollbackTo(second);
    assertRows("1");
    insert(3);
    session().rollbackTo(first);
    assertRows();
    assertOver(second);
    insert(4);
    session().savepoint("same");
    session().release(first);
    session().commit();
    assertRows("4");
  }

  @Test
  default void savepoint_anyName_works() {
    if (!can(Capability.SAVEPOINTS)) {
      return;
    }
    beginWithTable();
    int x = 0;
    for (String name :
        List.of("", " ", "a\"b", "a'b", "`", "[x]", "select", "Ünï 😀", "; drop table a", "x\ny")) {
      Savepoint savepoint = session().savepoint(name);
      assertThat(savepoint.name()).isEqualTo(name);
      insert(++x);
      session().rollbackTo(savepoint);
      session().release(savepoint);
    }
    fails(Kind.INVALID_SQL, () -> session().savepoint("nul\0"));
    session().commit();
    assertRows();
  }

  @Test
  default void savepoints_byTextAndByCall_areTheSame() {
    if (!can(Capability.SAVEPOINTS)) {
      return;
    }
    beginWithTable();
    Savepoint byCall = session().savepoint("by call");
    run("SAVEPOINT \"it's\"", "INSERT INTO a VALUES (1)", "ROLLBACK TRANSACTION TO [it's]");
    Savepoint inside = session().savepoint("inside");
    insert(2);
    run("ROLLBACK TO SAVEPOINT 'By Call'");
    assertOver(inside);
    session().rollbackTo(byCall);
    insert(3);
    run("RELEASE SAVEPOINT `by call`");
    assertOver(byCall);
    fails(Kind.NOT_FOUND, "RELEASE missing");
    session().commit();
    assertRows("3");
  }

  @Test
  default void savepoint_afterItsTransaction_isOver() {
    if (!can(Capability.SAVEPOINTS)) {
      return;
    }
    beginWithTable();
    Savepoint committed = session().savepoint("p");
    session().commit();
    assertOver(committed);
    session().begin();
    assertOver(committed);
    Savepoint rolledBack = session().savepoint("p");
    assertOver(committed);
    run("ROLLBACK");
    session().begin();
    session().savepoint("p");
    assertOver(rolledBack);
  }

  @Test
  default void rollbackTo_afterACancel_isCancelledUntilThatIsForgotten() {
    if (!can(Capability.SAVEPOINTS)) {
      return;
    }
    beginWithTable();
    Savepoint savepoint = session().savepoint("p");
    insert(1);
    session().cancel();
    fails(Kind.CANCELLED, () -> session().rollbackTo(savepoint));
    session().clearCancel();
    session().rollbackTo(savepoint);
    session().commit();
    assertRows();
  }
}
