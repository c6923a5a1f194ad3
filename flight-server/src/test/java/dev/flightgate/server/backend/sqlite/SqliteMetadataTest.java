package dev.flightgate.server.backend.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.Capability;
import dev.flightgate.server.backend.Metadata;
import dev.flightgate.server.backend.Metadata.ColumnInfo;
import dev.flightgate.server.backend.Metadata.ForeignKeyColumn;
import dev.flightgate.server.backend.Metadata.Rule;
import dev.flightgate.server.backend.Metadata.SchemaInfo;
import dev.flightgate.server.backend.Metadata.TableInfo;
import dev.flightgate.server.backend.Metadata.TableRef;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Metadata that is SQLite's own: catalogs with one schema each, row numbers, generated columns. */
final class SqliteMetadataTest extends SqliteFixture {

  private static List<ColumnInfo> columns(BackendSession session, String table) {
    return session.metadata().tables(null, null, table, List.of(), true).get(0).columns();
  }

  @Test
  void catalogs_attachedAndTemp_areListed() {
    BackendSession session = session(open());
    assertThat(session.metadata().catalogs()).isEqualTo(List.of("main"));
    run(session, "ATTACH ':memory:' AS other", "CREATE TABLE other.a(x)", "CREATE TABLE a(y)");
    run(session, "CREATE TEMP TABLE a(z)");
    Metadata metadata = session.metadata();
    assertThat(metadata.catalogs()).containsExactly("main", "other", "temp");
    assertThat(metadata.schemas(null, null))
        .containsExactly(
            new SchemaInfo("main", ""), new SchemaInfo("other", ""), new SchemaInfo("temp", ""));
    assertThat(metadata.schemas("other", "%")).containsExactly(new SchemaInfo("other", ""));
    assertThat(metadata.schemas("other", "")).containsExactly(new SchemaInfo("other", ""));
    assertThat(metadata.schemas(null, "main")).isEmpty();
    assertThat(metadata.tables(null, null, "a", List.of(), true))
        .extracting(table -> table.catalog() + " " + table.columns().get(0).field().getName())
        .containsExactly("main y", "other x", "temp z");
    for (String schema : List.of("", "%")) {
      assertThat(metadata.tables("other", schema, null, List.of(), false)).hasSize(1);
    }
    assertThat(metadata.tables(null, "main", null, List.of(), false)).isEmpty();
  }

  @Test
  void columns_rowNumber_isAutoIncrementAndNotNullable() {
    BackendSession session = session(open());
    run(
        session,
        "CREATE TABLE a(id INTEGER PRIMARY KEY, x INT)",
        "CREATE TABLE b(id BIGINT PRIMARY KEY)",
        "CREATE TABLE c(id INTEGER PRIMARY KEY) WITHOUT ROWID",
        "CREATE TABLE d(id INTEGER PRIMARY KEY DESC)",
        "INSERT INTO d VALUES (NULL)");
    ColumnInfo id = columns(session, "a").get(0);
    assertThat(id.autoIncrement()).isTrue();
    assertThat(id.field().isNullable()).isFalse();
    assertThat(columns(session, "a").get(1).autoIncrement()).isFalse();
    assertThat(columns(session, "b").get(0).autoIncrement()).isFalse();
    assertThat(columns(session, "c").get(0).autoIncrement()).isFalse();
    assertThat(columns(session, "d").get(0).autoIncrement()).isFalse();
    assertThat(columns(session, "d").get(0).field().isNullable()).isTrue();
  }

  @Test
  void columns_generatedAndUndeclared_areDescribed() {
    BackendSession session = session(open());
    run(
        session,
        "CREATE TABLE a(x INTEGER, g INTEGER GENERATED ALWAYS AS (x + 1), u, s VARCHAR(20))",
        "INSERT INTO a(x, u) VALUES (1, 2.5)");
    List<ColumnInfo> columns = columns(session, "a");
    assertThat(columns).extracting(ColumnInfo::readOnly).containsExactly(false, true, false, false);
    assertThat(columns.get(2).field().getType()).isEqualTo(SqliteTypes.FLOAT64);
    assertThat(columns.get(3).precision()).isEqualTo(20);
  }

  @Test
  void tables_virtualAndInternal_areToldApart() {
    BackendSession session = session(open());
    run(
        session,
        "CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT)",
        "CREATE VIRTUAL TABLE f USING fts5(body)",
        "INSERT INTO f VALUES ('words')");
    assertThat(session.metadata().tables(null, null, null, List.of(), true))
        .extracting(TableInfo::table)
        .containsExactly("a", "f");
    assertThat(columns(session, "f")).extracting(c -> c.field().getName()).containsExactly("body");
  }

  @Test
  void foreignKeys_rulesAndImplicitParentColumns_areTold() {
    BackendSession session = session(open());
    run(
        session,
        "CREATE TABLE P(a INTEGER, b INTEGER, PRIMARY KEY (b, a))",
        "CREATE TABLE c(x INTEGER, y INTEGER, FOREIGN KEY (x, y) REFERENCES p"
            + " ON UPDATE CASCADE ON DELETE SET NULL)");
    List<ForeignKeyColumn> keys =
        session.metadata().foreignKeys(new TableRef("main", null, "P"), null);
    assertThat(keys)
        .extracting(
            key -> key.childColumn() + " " + key.parent().table() + "." + key.parentColumn())
        .containsExactly("x P.b", "y P.a");
    assertThat(keys.get(0).updateRule()).isEqualTo(Rule.CASCADE);
    assertThat(keys.get(0).deleteRule()).isEqualTo(Rule.SET_NULL);
    assertThat(session.metadata().foreignKeys(new TableRef("other", null, "P"), null)).isEmpty();
  }

  @Test
  void primaryKeys_ofABrokenView_areNone() {
    BackendSession session = session(open());
    run(session, "CREATE TABLE a(x)", "CREATE VIEW v AS SELECT x FROM a", "DROP TABLE a");
    assertThat(session.metadata().primaryKeys(null, null, "v")).isEmpty();
  }

  @Test
  void info_engine_isSqlite() {
    var info = open().info();
    assertThat(info.productName()).isEqualTo("SQLite");
    assertThat(info.productVersion()).matches("3\\.\\d+\\.\\d+");
    assertThat(info.can(Capability.SAVEPOINTS)).isTrue();
    assertThat(info.can(Capability.STRICT_TYPES)).isFalse();
  }
}
