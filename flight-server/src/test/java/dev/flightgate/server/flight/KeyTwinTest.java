package dev.flightgate.server.flight;

import static dev.flightgate.server.EngineTwin.print;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.EngineTwin.Engine;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.sql.util.TableRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Keys of every table there is, cell by cell what the engine itself knows: composite ones, those of
 * a table to itself, two to the same parent, and those whose author wrote a name in another case.
 */
class KeyTwinTest {

  @TempDir private static Path folder;
  private static TwinFixture twins;

  @BeforeAll
  static void start() throws Exception {
    twins = new TwinFixture(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    twins.close();
  }

  private static String printed(Engine engine, FlightInfo info) {
    return print(twins.client(engine).rows(info));
  }

  private static List<TableRef> tables(Engine engine) throws Exception {
    return twins.twin(engine).ask("tables", null, null, null, null).stream()
        .map(row -> TableRef.of(row.get(0), row.get(1), String.valueOf(row.get(2))))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void primaryKeys_ofEveryTable_areTheEngines(Engine engine) throws Exception {
    SqlClient client = twins.client(engine);
    int keys = 0;
    for (TableRef table : tables(engine)) {
      List<List<@Nullable String>> expected =
          twins
              .twin(engine)
              .ask("primary-keys", table.getCatalog(), table.getDbSchema(), table.getTable());
      assertThat(printed(engine, client.sql().getPrimaryKeys(table, client.options())))
          .as(table.getTable())
          .isEqualTo(print(expected));
      keys += expected.size();
    }
    assertThat(keys).isGreaterThan(10);
  }

  @ParameterizedTest
  @EnumSource
  void importedKeys_ofEveryTable_areTheEngines(Engine engine) throws Exception {
    SqlClient client = twins.client(engine);
    List<List<@Nullable String>> known = twins.twin(engine).foreignKeysByParent();
    assertThat(known).hasSizeGreaterThan(10);
    for (TableRef table : tables(engine)) {
      assertThat(printed(engine, client.sql().getImportedKeys(table, client.options())))
          .as(table.getTable())
          .isEqualTo(print(known.stream().filter(key -> isChild(key, table)).toList()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void exportedKeys_ofEveryTable_areTheEngines(Engine engine) throws Exception {
    SqlClient client = twins.client(engine);
    List<List<@Nullable String>> known = twins.twin(engine).foreignKeysByChild();
    for (TableRef table : tables(engine)) {
      assertThat(printed(engine, client.sql().getExportedKeys(table, client.options())))
          .as(table.getTable())
          .isEqualTo(print(known.stream().filter(key -> isParent(key, table)).toList()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void crossReference_ofRelatedTables_areTheEngines(Engine engine) throws Exception {
    SqlClient client = twins.client(engine);
    List<List<@Nullable String>> known = twins.twin(engine).foreignKeysByParent();
    List<TableRef> related =
        tables(engine).stream()
            .filter(table -> table.getTable().matches("(?i).*(parent|child|self).*"))
            .toList();
    assertThat(related).hasSizeGreaterThan(5);
    for (TableRef parent : related) {
      for (TableRef child : related) {
        List<List<@Nullable String>> keys =
            known.stream().filter(key -> isParent(key, parent) && isChild(key, child)).toList();
        assertThat(printed(engine, client.sql().getCrossReference(parent, child, client.options())))
            .as(parent.getTable() + " " + child.getTable())
            .isEqualTo(print(keys));
      }
    }
  }

  private static boolean isParent(List<@Nullable String> key, TableRef table) {
    return key.subList(0, 3).equals(place(table));
  }

  private static boolean isChild(List<@Nullable String> key, TableRef table) {
    return key.subList(4, 7).equals(place(table));
  }

  private static List<@Nullable String> place(TableRef table) {
    return Arrays.asList(table.getCatalog(), table.getDbSchema(), table.getTable());
  }
}
