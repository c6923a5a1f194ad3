package dev.flightgate.server.flight;

import static dev.flightgate.server.EngineTwin.print;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.EngineTwin.Engine;
import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The {@code table_schema} of GetTables: its metadata is, cell by cell, what the engine itself
 * knows, and its types are those of {@code SELECT *}.
 */
class ColumnTwinTest {

  private static final String KEY = "ARROW:FLIGHT:SQL:";

  private static final List<String> CELLS =
      List.of("TYPE_NAME", "PRECISION", "SCALE", "IS_AUTO_INCREMENT", "IS_READ_ONLY", "REMARKS");

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

  /** A table's place and its columns. */
  private record Table(List<@Nullable Object> place, Schema schema) {

    /** Its qualified name in SQL. */
    String sql() {
      return String.join(
          ".",
          place.subList(0, 3).stream()
              .filter(name -> name != null)
              .map(name -> '"' + String.valueOf(name).replace("\"", "\"\"") + '"')
              .toList());
    }
  }

  private static List<Table> tables(Engine engine) throws Exception {
    SqlClient client = twins.client(engine);
    List<Table> tables = new ArrayList<>();
    for (List<Object> row :
        client.rows(client.sql().getTables(null, null, null, null, true, client.options()))) {
      Schema schema =
          MessageSerializer.deserializeSchema(
              new ReadChannel(Channels.newChannel(new ByteArrayInputStream((byte[]) row.get(4)))));
      tables.add(new Table(row.subList(0, 3), schema));
    }
    return tables;
  }

  @ParameterizedTest
  @EnumSource
  void columns_described_areTheEngines(Engine engine) throws Exception {
    List<List<@Nullable Object>> described = new ArrayList<>();
    for (Table table : tables(engine)) {
      for (Field field : table.schema().getFields()) {
        List<@Nullable Object> row = new ArrayList<>(table.place());
        row.addAll(Arrays.asList(field.getName(), field.isNullable()));
        CELLS.forEach(cell -> row.add(field.getMetadata().get(KEY + cell)));
        described.add(row);
        assertThat(
                Arrays.asList(
                    field.getMetadata().get(KEY + "CATALOG_NAME"),
                    field.getMetadata().get(KEY + "DB_SCHEMA_NAME"),
                    field.getMetadata().get(KEY + "TABLE_NAME")))
            .isEqualTo(table.place());
        assertThat(field.getMetadata().get(KEY + "SCHEMA_NAME")).isEqualTo(table.place().get(1));
        assertThat(field.getMetadata().get(KEY + "IS_CASE_SENSITIVE"))
            .isEqualTo(field.getType() instanceof ArrowType.Utf8 ? "1" : "0");
      }
    }
    assertThat(print(described)).isEqualTo(print(twins.twin(engine).ask("columns")));
  }

  @ParameterizedTest
  @EnumSource
  void types_ofEveryTable_areThoseOfItsRows(Engine engine) throws Exception {
    SqlClient client = twins.client(engine);
    List<String> broken = new ArrayList<>();
    for (Table table : tables(engine)) {
      String sql = "SELECT * FROM " + table.sql();
      if (table.schema().getFields().isEmpty()) {
        broken.add(String.valueOf(table.place().get(2)));
        Assertions.assertThatExceptionOfType(FlightRuntimeException.class)
            .isThrownBy(() -> client.query(sql));
        continue;
      }
      Schema selected =
          client.sql().execute(sql, client.options()).getSchemaOptional().orElseThrow();
      assertThat(table.schema().getFields().stream().map(ColumnTwinTest::type).toList())
          .as(table.sql())
          .isEqualTo(selected.getFields().stream().map(ColumnTwinTest::type).toList());
    }
    assertThat(broken)
        .containsExactly(
            switch (engine) {
              case DUCKDB -> new String[] {"broken", "broken_column", "broken_too"};
              case SQLITE -> new String[] {"broken"};
            });
  }

  private static List<Object> type(Field field) {
    return List.of(field.getName(), field.getType(), field.getChildren());
  }
}
