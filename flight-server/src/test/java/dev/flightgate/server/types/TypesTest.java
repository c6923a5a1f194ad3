package dev.flightgate.server.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flightgate.server.flight.SqlClient;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.ExecuteIngestOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every value of every type is read as the engine in process says it is, through each client, and
 * written back so that the engine says the same of it.
 */
class TypesTest {

  private static final TableDefinitionOptions APPEND =
      TableDefinitionOptions.newBuilder()
          .setIfNotExist(TableNotExistOption.TABLE_NOT_EXIST_OPTION_FAIL)
          .setIfExists(TableExistsOption.TABLE_EXISTS_OPTION_APPEND)
          .build();

  private static SampledTables tables;

  @BeforeAll
  static void start() throws Exception {
    tables = new SampledTables();
  }

  @AfterAll
  static void stop() throws Exception {
    tables.close();
  }

  static List<SampledType> types() {
    List<SampledType> types = new ArrayList<>(SampledTables.TYPES);
    types.removeAll(DuckDbColumns.EDGES);
    return types;
  }

  static List<SampledType> allTypes() {
    return SampledTables.TYPES;
  }

  private static String select(SampledType type) {
    return SampledTables.select("v", SampledTables.table(type));
  }

  @ParameterizedTest
  @MethodSource("types")
  void arrowJava_everyValue_isTheEngines(SampledType type) throws Exception {
    Column column = SampledTables.query(tables.site(type).sql, select(type));
    assertThat(ArrowNames.of(column.field())).isEqualTo(type.arrow());
    assertPlain(column.field());
    assertThat(column.cells()).isEqualTo(tables.told(type));
  }

  @ParameterizedTest
  @MethodSource("types")
  void adbc_everyValue_isTheEngines(SampledType type) throws Exception {
    Column column = tables.site(type).adbc.query(select(type));
    assertThat(ArrowNames.of(column.field())).isEqualTo(type.arrow());
    assertThat(column.cells()).isEqualTo(tables.told(type));
  }

  @ParameterizedTest
  @MethodSource("allTypes")
  void arrowJava_boundAsRead_isTheSame(SampledType type) throws Exception {
    SqlClient client = tables.site(type).sql;
    String copy = copy(type, "bound");
    try (FlightSqlClient.PreparedStatement insert =
        client.sql().prepare("INSERT INTO " + copy + " VALUES (?, ?)", client.options())) {
      SampledTables.batches(
          tables.site(type).sql,
          rows(type),
          root -> {},
          root -> {
            insert.setParameters(root.slice(0)); // which clearParameters closes
            insert.executeUpdate(client.options());
            insert.clearParameters();
          });
      insert.close(client.options());
    }
    assertSame(type, copy);
  }

  @ParameterizedTest
  @MethodSource("allTypes")
  void arrowJava_ingestedAsRead_isTheSame(SampledType type) throws Exception {
    SqlClient client = tables.site(type).sql;
    String copy = copy(type, "ingested");
    ExecuteIngestOptions options = new ExecuteIngestOptions(copy, APPEND, false, null, null, null);
    SampledTables.batches(
        tables.site(type).sql,
        rows(type),
        root -> {},
        root -> client.sql().executeIngest(root, options, client.options()));
    assertSame(type, copy);
  }

  @ParameterizedTest
  @MethodSource("types")
  void adbc_boundAsRead_isTheSame(SampledType type) throws Exception {
    AdbcClient client = tables.site(type).adbc;
    String copy = copy(type, "adbc_bound");
    String insert = "INSERT INTO " + copy + " VALUES (?, ?)";
    client.batches(rows(type), root -> {}, root -> client.update(insert, root));
    assertSame(type, copy);
  }

  @ParameterizedTest
  @MethodSource("types")
  void jdbc_everyValue_isTheEnginesAsFarAsTheDriverCan(SampledType type) throws Exception {
    JdbcType expected = JdbcType.of(type.arrow());
    JdbcColumn.Reading read = new JdbcColumn(tables.site(type).jdbc, expected).read(select(type));
    assertThat(read.name()).isEqualTo(expected.name());
    assertThat(read.object()).isEqualTo(expected.object());
    List<String> told = tables.told(type);
    assertThat(read.objects())
        .isEqualTo(
            JdbcNested.OBJECTS.getOrDefault(
                type.declaration(), told.stream().map(expected.got()).toList()));
    assertThat(read.values().keySet()).containsExactlyInAnyOrderElementsOf(expected.getters());
    assertThat(read.values().values()).allSatisfy(values -> assertThat(values).isEqualTo(told));
  }

  @ParameterizedTest
  @MethodSource("types")
  void jdbc_setAsGot_isTheSameAsFarAsTheDriverCan(SampledType type) throws Exception {
    JdbcType expected = JdbcType.of(type.arrow());
    String refusal = expected.refusal();
    String copy = copy(type, "set");
    String insert = "INSERT INTO " + copy + " VALUES (?, ?)";
    if (refusal == null) {
      new JdbcColumn(tables.site(type).jdbc, expected).write(rows(type), insert);
      assertThat(stored(type, copy))
          .isEqualTo(tables.told(type).stream().map(expected.stored()).toList());
    } else {
      assertThatThrownBy(
              () -> {
                // Its own, as the driver leaks what it has refused.
                try (Connection own = tables.connect(type)) {
                  new JdbcColumn(own, expected).write(rows(type), insert);
                }
              })
          .hasMessageContaining(refusal);
    }
  }

  @Test
  void expression_withoutAnyValue_isTextInSqliteAndNullInDuckDb() throws Exception {
    SampledTables.Site duckDb = tables.site(DuckDbColumns.ALL.get(0));
    SampledTables.Site sqlite = tables.site(SqliteColumns.ALL.get(0));
    String query = "SELECT NULL AS v";
    assertThat(ArrowNames.of(SampledTables.query(duckDb.sql, query).field())).isEqualTo("null");
    assertThat(ArrowNames.of(SampledTables.query(sqlite.sql, query).field())).isEqualTo("utf8");
    for (SampledTables.Site site : List.of(duckDb, sqlite)) {
      assertThat(SampledTables.query(site.sql, query).cells()).containsExactly("NULL");
      try (Statement statement = site.jdbc.createStatement();
          ResultSet rows = statement.executeQuery(query)) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getObject(1)).isNull();
        assertThat(rows.getString(1)).isNull();
      }
    }
  }

  private static String rows(SampledType type) {
    return SampledTables.select("i, v", SampledTables.table(type));
  }

  private static String copy(SampledType type, String way) {
    String copy = SampledTables.table(type) + "_" + way;
    tables.site(type).sql.update(type.create(copy));
    return copy;
  }

  private static List<String> stored(SampledType type, String copy) throws Exception {
    String select = SampledTables.select(type.told(), copy);
    return SampledTables.query(tables.site(type).sql, select).cells();
  }

  private static void assertSame(SampledType type, String copy) throws Exception {
    assertThat(stored(type, copy)).isEqualTo(tables.told(type));
  }

  /** What clients are never sent, at any depth. */
  private static void assertPlain(Field field) {
    ArrowType type = field.getType();
    assertThat(field.getDictionary()).as("dictionary of %s", field).isNull();
    assertThat(field.getMetadata()).doesNotContainKey("ARROW:extension:name");
    assertThat(type).isNotInstanceOf(ArrowType.ExtensionType.class);
    assertThat(ArrowNames.of(field)).doesNotContain("view", "run_end", "float16", "large_");
    field.getChildren().forEach(TypesTest::assertPlain);
  }
}
