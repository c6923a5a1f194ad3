package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlColumnMetadata;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.util.TableRef;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The metadata commands: their schemas, which clients read by position, and their answers. */
class MetadataTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = RunningGateway.start();
    for (String database : List.of("main", "lite")) {
      try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
        client.update(
            "create table parent(a int, b int, c varchar(7) not null, d decimal(10,2),"
                + " primary key (b, a))");
        client.update(
            "create table child(id bigint primary key, pa int, pb int, up bigint references"
                + " child(id), foreign key (pb, pa) references parent(b, a))");
        client.update("create table \"a_b\"(x int)");
        client.update("create table \"axb\"(x int)");
        client.update("create view seen as select c from parent");
        client.update("create table gone(x int)");
        client.update("create view broken as select x from gone");
        client.update("drop table gone");
      }
    }
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** A metadata command, both ways it can be asked. */
  private interface Command {
    FlightInfo info(FlightSqlClient client, CallOption... options);
  }

  private interface SchemaCommand {
    SchemaResult schema(FlightSqlClient client, CallOption... options);
  }

  private static Arguments command(
      String database, String name, Schema schema, Command info, SchemaCommand ofSchema) {
    return Arguments.of(database, name, schema, info, ofSchema);
  }

  static Stream<Arguments> commands() {
    TableRef table = TableRef.of(null, null, "parent");
    TableRef child = TableRef.of(null, null, "child");
    return Stream.of("main", "lite")
        .flatMap(
            database ->
                Stream.of(
                    command(
                        database,
                        "catalogs",
                        Schemas.GET_CATALOGS_SCHEMA,
                        FlightSqlClient::getCatalogs,
                        FlightSqlClient::getCatalogsSchema),
                    command(
                        database,
                        "schemas",
                        Schemas.GET_SCHEMAS_SCHEMA,
                        (client, options) -> client.getSchemas(null, null, options),
                        FlightSqlClient::getSchemasSchema),
                    command(
                        database,
                        "tables",
                        Schemas.GET_TABLES_SCHEMA_NO_SCHEMA,
                        (client, options) ->
                            client.getTables(null, null, null, null, false, options),
                        (client, options) -> client.getTablesSchema(false, options)),
                    command(
                        database,
                        "tables with schema",
                        Schemas.GET_TABLES_SCHEMA,
                        (client, options) ->
                            client.getTables(null, null, null, null, true, options),
                        (client, options) -> client.getTablesSchema(true, options)),
                    command(
                        database,
                        "table types",
                        Schemas.GET_TABLE_TYPES_SCHEMA,
                        FlightSqlClient::getTableTypes,
                        FlightSqlClient::getTableTypesSchema),
                    command(
                        database,
                        "primary keys",
                        Schemas.GET_PRIMARY_KEYS_SCHEMA,
                        (client, options) -> client.getPrimaryKeys(table, options),
                        FlightSqlClient::getPrimaryKeysSchema),
                    command(
                        database,
                        "exported keys",
                        Schemas.GET_EXPORTED_KEYS_SCHEMA,
                        (client, options) -> client.getExportedKeys(table, options),
                        FlightSqlClient::getExportedKeysSchema),
                    command(
                        database,
                        "imported keys",
                        Schemas.GET_IMPORTED_KEYS_SCHEMA,
                        (client, options) -> client.getImportedKeys(child, options),
                        FlightSqlClient::getImportedKeysSchema),
                    command(
                        database,
                        "cross reference",
                        Schemas.GET_CROSS_REFERENCE_SCHEMA,
                        (client, options) -> client.getCrossReference(table, child, options),
                        FlightSqlClient::getCrossReferenceSchema),
                    command(
                        database,
                        "type info",
                        Schemas.GET_TYPE_INFO_SCHEMA,
                        FlightSqlClient::getXdbcTypeInfo,
                        FlightSqlClient::getXdbcTypeInfoSchema),
                    command(
                        database,
                        "SQL info",
                        Schemas.GET_SQL_INFO_SCHEMA,
                        (client, options) -> client.getSqlInfo(new int[0], options),
                        FlightSqlClient::getSqlInfoSchema)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("commands")
  void schema_ofFlightInfoGetSchemaAndStream_isTheSpecifications(
      String database, String name, Schema schema, Command command, SchemaCommand ofSchema)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      FlightInfo info = command.info(client.sql(), client.options());
      assertThat(info.getSchemaOptional()).contains(schema);
      assertThat(ofSchema.schema(client.sql(), client.options()).getSchema()).isEqualTo(schema);
      assertThat(client.streamSchema(info)).isEqualTo(schema);
      assertThat(info.getEndpoints()).hasSize(1);
      assertThat(info.getEndpoints().get(0).getLocations()).isEmpty();
      List<List<Object>> rows = client.rows(info);
      assertThat(rows).as("rows").isNotEmpty();
      assertThat(client.rows(info)).as("again").hasSameSizeAs(rows);
    }
  }

  private static List<List<Object>> tables(
      SqlClient client,
      @Nullable String catalog,
      @Nullable String schema,
      @Nullable String table,
      @Nullable List<String> types) {
    return client.rows(
        client.sql().getTables(catalog, schema, table, types, false, client.options()));
  }

  private static List<String> names(List<List<Object>> tables) {
    return tables.stream().map(row -> String.valueOf(row.get(2))).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void tables_filters_followThePatternsAndTypes(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      assertThat(names(tables(client, null, null, "a_b", null))).containsExactly("a_b", "axb");
      assertThat(names(tables(client, null, null, "a\\_b", null))).containsExactly("a_b");
      assertThat(names(tables(client, null, null, "%ee%", null))).containsExactly("seen");
      assertThat(tables(client, null, null, "", null)).isEmpty();
      assertThat(names(tables(client, null, null, "%n", List.of("VIEW"))))
          .containsExactly("broken", "seen");
      assertThat(names(tables(client, null, null, "parent", List.of("BASE TABLE"))))
          .containsExactly("parent");
      assertThat(names(tables(client, null, null, "parent", List.of("VIEW", "TABLE"))))
          .containsExactly("parent");
      assertThat(tables(client, null, null, "parent", List.of("table"))).isEmpty();
      List<Object> parent = tables(client, null, null, "parent", null).get(0);
      String catalog = (String) parent.get(0);
      String schema = (String) parent.get(1);
      assertThat(parent.get(3)).isEqualTo("TABLE");
      assertThat(names(tables(client, catalog, schema, "parent", null))).containsExactly("parent");
      assertThat(tables(client, "%", null, "parent", null)).isEmpty();
      assertThat(tables(client, null, "nowhere", "parent", null)).isEmpty();
      assertThat(tables(client, "", null, "parent", null).isEmpty()).isEqualTo(catalog != null);
      assertThat(client.rows(client.sql().getTableTypes(client.options())).toString())
          .contains("TABLE", "VIEW")
          .doesNotContain("BASE");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void tables_withSchema_describeTheirColumns(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      FlightInfo info = client.sql().getTables(null, null, "parent", null, true, client.options());
      List<List<Object>> rows = client.rows(info);
      assertThat(rows).hasSize(1);
      Schema columns = schema(rows.get(0));
      assertThat(columns.getFields())
          .extracting(field -> field.getName())
          .containsExactly("a", "b", "c", "d");
      assertThat(columns.findField("c").isNullable()).isFalse();
      FlightSqlColumnMetadata decimal =
          new FlightSqlColumnMetadata(columns.findField("d").getMetadata());
      assertThat(decimal.getTableName()).isEqualTo("parent");
      assertThat(decimal.getTypeName()).isEqualToIgnoringCase("DECIMAL(10,2)");
      assertThat(decimal.getPrecision()).isEqualTo(10);
      assertThat(decimal.getScale()).isEqualTo(2);
      assertThat(decimal.isAutoIncrement()).isFalse();
      assertThat(decimal.isReadOnly()).isFalse();
      FlightInfo broken =
          client.sql().getTables(null, null, "broken", null, true, client.options());
      assertThat(schema(client.rows(broken).get(0)).getFields()).isEmpty();
    }
  }

  private static Schema schema(List<Object> table) throws Exception {
    byte[] bytes = (byte[]) table.get(4);
    return MessageSerializer.deserializeSchema(
        new ReadChannel(Channels.newChannel(new ByteArrayInputStream(bytes))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void schemasAndCatalogs_areThoseOfTheTables(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      List<Object> parent = tables(client, null, null, "parent", null).get(0);
      String catalog = (String) parent.get(0);
      String schema = (String) parent.get(1);
      List<List<Object>> catalogs = client.rows(client.sql().getCatalogs(client.options()));
      List<List<Object>> schemas =
          client.rows(client.sql().getSchemas(catalog, schema, client.options()));
      if (catalog != null) {
        assertThat(catalogs).contains(List.of(catalog));
      }
      if (schema != null) {
        assertThat(schemas).hasSize(1);
        assertThat(schemas.get(0)).containsExactly(catalog, schema);
      }
      assertThat(client.rows(client.sql().getSchemas("nowhere", null, client.options()))).isEmpty();
    }
  }
}
