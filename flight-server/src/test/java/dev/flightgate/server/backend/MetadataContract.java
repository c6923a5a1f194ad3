package dev.flightgate.server.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.Metadata.ColumnInfo;
import dev.flightgate.server.backend.Metadata.ForeignKeyColumn;
import dev.flightgate.server.backend.Metadata.PrimaryKeyColumn;
import dev.flightgate.server.backend.Metadata.TableInfo;
import dev.flightgate.server.backend.Metadata.TableRef;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a database says it contains. */
interface MetadataContract extends ContractFixture {

  private List<TableInfo> tables(@Nullable String pattern, String... types) {
    return session().metadata().tables(null, null, pattern, List.of(types), true);
  }

  private TableInfo table(String name) {
    List<TableInfo> found = tables(name);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static List<String> names(List<TableInfo> tables) {
    return tables.stream().map(TableInfo::table).toList();
  }

  private static TableRef ref(String table) {
    return new TableRef(null, null, table);
  }

  @Test
  default void tables_types_areToldApart() {
    run("CREATE TABLE a(x BIGINT)", "CREATE VIEW v AS SELECT x FROM a");
    assertThat(session().metadata().tableTypes())
        .contains("TABLE", "VIEW")
        .doesNotContain("BASE TABLE");
    assertThat(table("a").type()).isEqualTo("TABLE");
    assertThat(table("v").type()).isEqualTo("VIEW");
    assertThat(names(tables("_", "TABLE"))).containsExactly("a");
    assertThat(names(tables("_", "VIEW"))).containsExactly("v");
    assertThat(names(tables("_", "VIEW", "TABLE"))).containsExactly("a", "v");
    assertThat(tables("_", "NO SUCH TYPE")).isEmpty();
    assertThat(tables("_", "table")).isEmpty();
  }

  @Test
  default void tables_columns_areThoseASelectYields() {
    run("CREATE TABLE a(x BIGINT NOT NULL, t VARCHAR(20), d DECIMAL(10,2) DEFAULT 1.5)");
    List<ColumnInfo> columns = table("a").columns();
    assertThat(columns).extracting(c -> c.field().getName()).containsExactly("x", "t", "d");
    assertThat(columns).extracting(c -> c.field().isNullable()).containsExactly(false, true, true);
    assertThat(columns).extracting(ColumnInfo::readOnly).containsOnly(false);
    assertThat(columns.get(0).defaultValue()).isNull();
    assertThat(columns.get(2).defaultValue()).contains("1.5");
    assertThat(columns.get(2).precision()).isEqualTo(10);
    assertThat(columns.get(2).scale()).isEqualTo(2);
    assertThat(columns.get(2).typeName()).isEqualTo("DECIMAL(10,2)");
    try (PreparedQuery query = session().prepare("SELECT * FROM a")) {
      List<Field> fields = query.resultSchema().getFields();
      for (int i = 0; i < fields.size(); i++) {
        assertThat(columns.get(i).field().getName()).isEqualTo(fields.get(i).getName());
        assertThat(columns.get(i).field().getType()).isEqualTo(fields.get(i).getType());
        assertThat(columns.get(i).field().getChildren()).isEqualTo(fields.get(i).getChildren());
        assertThat(columns.get(i).field().getMetadata()).isEqualTo(fields.get(i).getMetadata());
      }
    }
  }

  @Test
  default void tables_withoutColumns_haveNone() {
    run("CREATE TABLE a(x BIGINT)");
    assertThat(session().metadata().tables(null, null, "a", List.of(), false))
        .singleElement()
        .satisfies(table -> assertThat(table.columns()).isEmpty());
  }

  @Test
  default void tables_viewBroken_hasNoColumnsAndHurtsNobody() {
    run(
        "CREATE TABLE gone(x BIGINT)",
        "CREATE TABLE kept(x BIGINT)",
        "CREATE VIEW broken AS SELECT x FROM gone",
        "CREATE VIEW sound AS SELECT x FROM kept",
        "DROP TABLE gone");
    assertThat(table("broken").columns()).isEmpty();
    assertThat(table("sound").columns()).hasSize(1);
    assertThat(names(tables(null))).contains("broken", "kept", "sound");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a_b    | a%b a_b axb",
        "a\\_b  | a_b",
        "a\\%b  | a%b",
        "a%b    | a%b a_b axb axxb",
        "%b     | a%b a_b axb axxb",
        "axb    | axb",
        "x      | ''",
        "''     | ''",
      })
  default void tables_pattern_followsLike(String pattern, String expected) {
    for (String name : List.of("axxb", "axb", "a_b", "a%b")) {
      run("CREATE TABLE \"" + name + "\"(q BIGINT)");
    }
    assertThat(String.join(" ", names(tables(pattern)))).isEqualTo(expected);
  }

  @Test
  default void tables_quotedNames_areTakenToTheLetter() {
    String name = "it's \"hard\"; -- é😀";
    String quoted = "\"" + name.replace("\"", "\"\"") + "\"";
    run("CREATE TABLE " + quoted + "(\"sel\"\"ect\" BIGINT PRIMARY KEY, \" \" TEXT)");
    TableInfo found = table(name);
    assertThat(found.table()).isEqualTo(name);
    assertThat(found.columns())
        .extracting(c -> c.field().getName())
        .containsExactly("sel\"ect", " ");
    assertThat(session().metadata().primaryKeys(null, null, name))
        .extracting(PrimaryKeyColumn::column)
        .containsExactly("sel\"ect");
  }

  @Test
  default void tables_catalogAndSchema_areFiltersOfTheirOwnAnswers() {
    run("CREATE TABLE a(x BIGINT)");
    Metadata metadata = session().metadata();
    TableInfo a = table("a");
    assertThat(names(metadata.tables(a.catalog(), a.schema(), "a", List.of(), false)))
        .containsExactly("a");
    assertThat(metadata.tables("nowhere", null, "a", List.of(), false)).isEmpty();
    assertThat(metadata.tables(null, "nowhere", "a", List.of(), false)).isEmpty();
    assertThat(metadata.tables("", null, "a", List.of(), false).isEmpty())
        .isEqualTo(a.catalog() != null);
    if (a.catalog() != null) {
      assertThat(metadata.catalogs()).contains(a.catalog());
      assertThat(metadata.tables("%", null, "a", List.of(), false)).isEmpty();
    }
    if (a.schema() != null) {
      assertThat(metadata.schemas(a.catalog(), a.schema()))
          .containsExactly(new Metadata.SchemaInfo(a.catalog(), a.schema()));
      assertThat(metadata.schemas(a.catalog(), null)).extracting("schema").contains(a.schema());
      assertThat(metadata.schemas("nowhere", null)).isEmpty();
    }
  }

  @Test
  default void tables_uncommitted_areSeenByTheirSessionOnly() {
    BackendSession other = openSession();
    session().begin();
    run("CREATE TABLE a(x BIGINT)");
    assertThat(tables("a")).hasSize(1);
    assertThat(other.metadata().tables(null, null, "a", List.of(), true)).isEmpty();
    session().rollback();
  }

  @Test
  default void primaryKeys_composite_areInKeyOrder() {
    run(
        "CREATE TABLE a(x BIGINT, y BIGINT, z BIGINT, PRIMARY KEY (z, x))",
        "CREATE TABLE b(x BIGINT PRIMARY KEY)",
        "CREATE TABLE c(x BIGINT)");
    List<PrimaryKeyColumn> keys = session().metadata().primaryKeys(null, null, "a");
    assertThat(keys).extracting(PrimaryKeyColumn::column).containsExactly("z", "x");
    assertThat(keys).extracting(PrimaryKeyColumn::sequence).containsExactly(1, 2);
    assertThat(session().metadata().primaryKeys(null, null, "b")).hasSize(1);
    assertThat(session().metadata().primaryKeys(null, null, "c")).isEmpty();
    assertThat(session().metadata().primaryKeys(null, null, "missing")).isEmpty();
  }

  private void createFamily() {
    run(
        "CREATE TABLE p(x BIGINT PRIMARY KEY)",
        "CREATE TABLE q(x BIGINT, y BIGINT, PRIMARY KEY (x, y))",
        "CREATE TABLE c(i BIGINT, px BIGINT REFERENCES p(x), qy BIGINT, qx BIGINT,"
            + " FOREIGN KEY (qx, qy) REFERENCES q(x, y))",
        "CREATE TABLE s(x BIGINT PRIMARY KEY, up BIGINT REFERENCES s(x))");
  }

  private static List<String> columns(List<ForeignKeyColumn> keys) {
    return keys.stream()
        .map(
            key ->
                key.child().table()
                    + "."
                    + key.childColumn()
                    + " -> "
                    + key.parent().table()
                    + "."
                    + key.parentColumn()
                    + " "
                    + key.sequence())
        .sorted()
        .toList();
  }

  @Test
  default void foreignKeys_parentAndChild_filter() {
    createFamily();
    Metadata metadata = session().metadata();
    List<String> toP = List.of("c.px -> p.x 1");
    List<String> toQ = List.of("c.qx -> q.x 1", "c.qy -> q.y 2");
    List<String> toS = List.of("s.up -> s.x 1");
    assertThat(columns(metadata.foreignKeys(ref("p"), null))).isEqualTo(toP);
    assertThat(columns(metadata.foreignKeys(ref("q"), null))).isEqualTo(toQ);
    assertThat(columns(metadata.foreignKeys(ref("q"), ref("c")))).isEqualTo(toQ);
    assertThat(columns(metadata.foreignKeys(null, ref("c"))))
        .containsExactly(toP.get(0), toQ.get(0), toQ.get(1));
    assertThat(columns(metadata.foreignKeys(ref("s"), ref("s")))).isEqualTo(toS);
    assertThat(columns(metadata.foreignKeys(null, ref("s")))).isEqualTo(toS);
    assertThat(metadata.foreignKeys(ref("p"), ref("s"))).isEmpty();
    assertThat(metadata.foreignKeys(null, ref("p"))).isEmpty();
    assertThat(metadata.foreignKeys(null, null)).hasSize(4);
  }

  @Test
  default void foreignKeys_withoutRules_takeNoAction() {
    createFamily();
    assertThat(session().metadata().foreignKeys(ref("p"), null))
        .singleElement()
        .satisfies(
            key -> {
              assertThat(key.deleteRule()).isEqualTo(Metadata.Rule.NO_ACTION);
              assertThat(key.updateRule()).isEqualTo(Metadata.Rule.NO_ACTION);
            });
  }

  @Test
  default void types_engine_namesItsOwn() {
    assertThat(session().metadata().types()).isNotEmpty().allMatch(type -> !type.name().isBlank());
  }
}
