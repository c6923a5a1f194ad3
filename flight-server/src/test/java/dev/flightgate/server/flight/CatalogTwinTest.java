package dev.flightgate.server.flight;

import static dev.flightgate.server.EngineTwin.print;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.EngineTwin.Engine;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Catalogs, schemas and tables, cell by cell what the engine itself knows. */
class CatalogTwinTest {

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

  @ParameterizedTest
  @EnumSource
  void catalogs_attachedAndTemporary_areTheEngines(Engine engine) throws Exception {
    SqlClient client = twins.client(engine);
    assertThat(printed(engine, client.sql().getCatalogs(client.options())))
        .isEqualTo(print(twins.twin(engine).ask("catalogs")))
        .contains("other\nsecond db\ntemp\n");
  }

  static Stream<Arguments> schemaFilters() {
    return Stream.of(
            Arguments.of(null, null),
            Arguments.of("", null),
            Arguments.of("%", null),
            Arguments.of("other", null),
            Arguments.of("OTHER", null),
            Arguments.of("second db", "%"),
            Arguments.of("second_db", "%"),
            Arguments.of("main", ""),
            Arguments.of(null, ""),
            Arguments.of(null, "%%"),
            Arguments.of(null, "main"),
            Arguments.of("temp", null),
            Arguments.of("system", null),
            Arguments.of(null, "pla_n"),
            Arguments.of(null, "pla\\_n"),
            Arguments.of(null, "S.p a\\%c\\_e \"q\""),
            Arguments.of("other", "sel%"),
            Arguments.of(null, "information_schema"),
            Arguments.of(null, "_"))
        .flatMap(CatalogTwinTest::onEachEngine);
  }

  private static Stream<Arguments> onEachEngine(Arguments filters) {
    return Stream.of(Engine.values())
        .map(
            engine ->
                Arguments.of(Stream.concat(Stream.of(engine), Stream.of(filters.get())).toArray()));
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("schemaFilters")
  void schemas_filtered_areTheEngines(
      Engine engine, @Nullable String catalog, @Nullable String schema) throws Exception {
    SqlClient client = twins.client(engine);
    assertThat(printed(engine, client.sql().getSchemas(catalog, schema, client.options())))
        .isEqualTo(print(twins.twin(engine).ask("schemas", catalog, schema)));
  }

  static Stream<Arguments> tableFilters() {
    return Stream.of(
            Arguments.of(null, null, null, null),
            Arguments.of(null, null, null, "VIEW"),
            Arguments.of(null, null, null, "TABLE"),
            Arguments.of(null, null, null, "SYSTEM TABLE"),
            Arguments.of("other", null, null, null),
            Arguments.of("Other", null, null, null),
            Arguments.of("temp", null, "%", null),
            Arguments.of("temp", null, null, "VIEW"),
            Arguments.of("second db", null, "日_", null),
            Arguments.of("%", null, null, null),
            Arguments.of("", null, null, null),
            Arguments.of(null, "", null, null),
            Arguments.of(null, "%", "child%", null),
            Arguments.of(null, "main", null, null),
            Arguments.of(null, "pla_n", null, null),
            Arguments.of(null, "pla\\_n", null, null),
            Arguments.of(null, "S.p a\\%c\\_e \"q\"", "%", null),
            Arguments.of(null, null, "", null),
            Arguments.of(null, null, "broken%", null),
            Arguments.of(null, null, "t_ble", null),
            Arguments.of(null, null, "t\\_ble", null),
            Arguments.of(null, null, "T.a b\\%\\_l \"e\"", null),
            Arguments.of(null, null, "T.a b%\\_l%", "TABLE"),
            Arguments.of(null, null, "self\"ref", null),
            Arguments.of(null, null, "words%", null),
            Arguments.of("main", null, "%from", null))
        .flatMap(CatalogTwinTest::onEachEngine);
  }

  @ParameterizedTest(name = "{0} {1} {2} {3} {4}")
  @MethodSource("tableFilters")
  void tables_filtered_areTheEngines(
      Engine engine,
      @Nullable String catalog,
      @Nullable String schema,
      @Nullable String table,
      @Nullable String type)
      throws Exception {
    List<String> types = type == null ? null : List.of(type);
    SqlClient client = twins.client(engine);
    String expected = print(twins.twin(engine).ask("tables", catalog, schema, table, type));
    assertThat(
            printed(
                engine,
                client.sql().getTables(catalog, schema, table, types, false, client.options())))
        .isEqualTo(expected);
    List<List<Object>> withSchema =
        client.rows(client.sql().getTables(catalog, schema, table, types, true, client.options()));
    assertThat(print(withSchema.stream().map(row -> row.subList(0, 4)).toList()))
        .as("with schema")
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void tables_ofABackslashAtTheEnd_areThoseThatEndInOne(Engine engine) {
    SqlClient client = twins.client(engine);
    client.update("CREATE TABLE \"ends in\\\" (x INTEGER)");
    try {
      for (String pattern : List.of("ends in\\", "ends in\\\\", "ends%\\")) {
        assertThat(
                printed(
                    engine,
                    client.sql().getTables(null, null, pattern, null, false, client.options())))
            .as(pattern)
            .contains("|ends in\\|TABLE");
      }
      assertThat(client.rows(client.sql().getSchemas(null, "main\\", client.options()))).isEmpty();
    } finally {
      client.update("DROP TABLE \"ends in\\\"");
    }
  }

  @ParameterizedTest
  @EnumSource
  void tableTypes_areThoseOfTheTables(Engine engine) throws Exception {
    SqlClient client = twins.client(engine);
    List<String> types =
        twins.twin(engine).ask("tables", null, null, null, null).stream()
            .map(row -> String.valueOf(row.get(3)))
            .distinct()
            .sorted()
            .toList();
    assertThat(printed(engine, client.sql().getTableTypes(client.options())))
        .isEqualTo(String.join("\n", types) + "\n");
  }
}
