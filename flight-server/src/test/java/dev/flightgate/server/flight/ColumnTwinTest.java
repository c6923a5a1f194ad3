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

  /** Columns by number; DuckDB remembers those of broken views. */
  private static final String DUCKDB_COLUMNS =
      """
      SELECT database_name, schema_name, table_name, column_name, is_nullable,
        if(data_type = '"NULL"', 'NULL', data_type),
        CASE WHEN data_type LIKE 'DECIMAL(%' THEN numeric_precision
          WHEN data_type LIKE '%HUGEINT' THEN 38 END,
        CASE WHEN data_type LIKE 'DECIMAL(%' THEN numeric_scale
          WHEN data_type LIKE '%HUGEINT' THEN 0 END,
        CASE WHEN table_name = 'defaults' AND column_name IN ('id', 'odd') THEN 1 ELSE 0 END,
        is_generated::INTEGER, comment
      FROM duckdb_columns()
      WHERE NOT internal AND table_name NOT LIKE 'broken%'
        AND (table_name, column_name) <> ('shrunk', 'y')
      ORDER BY database_name, schema_name, table_name, column_index
      """;

  /** Types without a name are by value: those of tables without rows are texts. */
  private static final String SQLITE_COLUMNS =
      """
      WITH sized(type, digits, decimals) AS (VALUES
          ('DECIMAL(10, 2)', 10, 2), ('NUMERIC(38)', 38, 0), ('DECIMAL_TEXT(30,4)', 30, 4),
          ('VARCHAR(255)', 255, NULL), ('NATIVE CHARACTER(70)', 70, NULL),
          ('CHARACTER(20)', 20, NULL), ('DECIMAL(99, 2)', 15, NULL)),
        numbered(name) AS (VALUES
          ('main.numbered.id'), ('main.rowid_alias.I d'), ('main.strict_one.id'),
          ('main.defaults.id'), ('main.child.id'), ('other.from.where'), ('other.parent.a'),
          ('temp.temp table.id'))
      SELECT t.schema, NULL, t.name, c.name, iif(c."notnull" OR n.name IS NOT NULL, 'false', 'true'),
        CASE WHEN c.type <> '' THEN c.type WHEN c.name = 'one' THEN 'INTEGER' ELSE 'TEXT' END,
        CASE WHEN s.type IS NOT NULL THEN s.digits
          WHEN c.type LIKE '%INT%' OR c.name = 'one' THEN 19
          WHEN c.type IN ('REAL', 'DOUBLE', 'DOUBLE PRECISION', 'FLOAT', 'DECIMAL', 'NUMERIC')
            THEN 15 END,
        CASE WHEN s.type IS NOT NULL THEN s.decimals
          WHEN c.type LIKE '%INT%' OR c.name = 'one' THEN 0 END,
        n.name IS NOT NULL, c.hidden > 1, NULL
      FROM pragma_table_list AS t, pragma_table_xinfo(t.name, t.schema) AS c
        LEFT JOIN numbered AS n ON n.name = t.schema || '.' || t.name || '.' || c.name
        LEFT JOIN sized AS s ON s.type = c.type
      WHERE t.type <> 'shadow' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        AND t.name <> 'broken' AND c.hidden <> 1
      ORDER BY t.schema, t.name, c.cid
      """;

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
    String known =
        switch (engine) {
          case DUCKDB -> DUCKDB_COLUMNS;
          case SQLITE -> SQLITE_COLUMNS;
        };
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
                    field.getMetadata().get(KEY + "SCHEMA_NAME"),
                    field.getMetadata().get(KEY + "TABLE_NAME")))
            .isEqualTo(table.place());
      }
    }
    assertThat(print(described)).isEqualTo(print(twins.twin(engine).rows(known)));
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
