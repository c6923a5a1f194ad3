package dev.flightgate.server.flight;

import static dev.flightgate.server.EngineTwin.print;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.EngineTwin;
import dev.flightgate.server.EngineTwin.Engine;
import java.nio.file.Path;
import java.sql.SQLException;
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

  private static final String DUCKDB_TABLES =
      "SELECT DISTINCT table_catalog, table_schema, table_name FROM information_schema.tables"
          + " WHERE table_catalog <> 'system' ORDER BY ALL";

  private static final String SQLITE_TABLES =
      "SELECT schema, NULL, name FROM pragma_table_list WHERE type <> 'shadow' AND name NOT LIKE"
          + " 'sqlite%' ORDER BY schema, name";

  private static final String DUCKDB_PRIMARY_KEYS =
      """
      SELECT k.table_catalog, k.table_schema, k.table_name, c.column_name, k.ordinal_position,
        k.constraint_name
      FROM information_schema.key_column_usage AS k
        JOIN information_schema.table_constraints AS t USING (
          constraint_catalog, constraint_schema, constraint_name)
        JOIN information_schema.columns AS c ON c.table_catalog = k.table_catalog
          AND c.table_schema = k.table_schema AND c.table_name = k.table_name
          AND lower(c.column_name) = lower(k.column_name)
      WHERE t.constraint_type = 'PRIMARY KEY' AND k.table_catalog = $1 AND k.table_schema = $2
        AND k.table_name = $3
      ORDER BY k.ordinal_position
      """;

  private static final String SQLITE_PRIMARY_KEYS =
      """
      SELECT t.schema, ?2, t.name, c.name, c.pk, NULL
      FROM pragma_table_list AS t, pragma_table_info(t.name, t.schema) AS c
      WHERE t.type <> 'view' AND t.schema = ?1 AND t.name = ?3 AND c.pk > 0
      ORDER BY c.pk
      """;

  /** A key that fits both a primary key and the same columns' UNIQUE is listed twice by DuckDB. */
  private static final String DUCKDB_FOREIGN_KEYS =
      """
      SELECT p.table_catalog AS pc, p.table_schema AS ps, p.table_name AS pt, p.column_name,
        c.table_catalog AS cc, c.table_schema AS cs, c.table_name AS ct, c.column_name,
        f.ordinal_position AS sequence, f.constraint_name AS name,
        r.unique_constraint_name AS parent_name, 3, 3
      FROM information_schema.referential_constraints AS r
        JOIN information_schema.key_column_usage AS f USING (
          constraint_catalog, constraint_schema, constraint_name)
        JOIN information_schema.key_column_usage AS k
          ON k.constraint_catalog = r.unique_constraint_catalog
          AND k.constraint_schema = r.unique_constraint_schema
          AND k.constraint_name = r.unique_constraint_name
          AND k.ordinal_position = f.position_in_unique_constraint
        JOIN information_schema.columns AS p ON p.table_catalog = k.table_catalog
          AND p.table_schema = k.table_schema AND p.table_name = k.table_name
          AND lower(p.column_name) = lower(k.column_name)
        JOIN information_schema.columns AS c ON c.table_catalog = f.table_catalog
          AND c.table_schema = f.table_schema AND c.table_name = f.table_name
          AND lower(c.column_name) = lower(f.column_name)
      WHERE r.unique_constraint_name <> 'parent_b_a_key'
      """;

  private static final String SQLITE_FOREIGN_KEYS =
      """
      SELECT * FROM (
        SELECT t.schema AS pc, NULL AS ps, coalesce(p.name, k."table") AS pt,
          coalesce(c.name, d.name, k."to", k."from"), t.schema AS cc, NULL AS cs, t.name AS ct,
          own.name, k.seq + 1 AS sequence, NULL AS name, NULL AS parent_name,
          CASE k.on_update WHEN 'CASCADE' THEN 0 WHEN 'RESTRICT' THEN 1 WHEN 'SET NULL' THEN 2
            WHEN 'NO ACTION' THEN 3 WHEN 'SET DEFAULT' THEN 4 END,
          CASE k.on_delete WHEN 'CASCADE' THEN 0 WHEN 'RESTRICT' THEN 1 WHEN 'SET NULL' THEN 2
            WHEN 'NO ACTION' THEN 3 WHEN 'SET DEFAULT' THEN 4 END, k.id AS id
        FROM pragma_table_list AS t, pragma_foreign_key_list(t.name, t.schema) AS k
          JOIN pragma_table_info(t.name, t.schema) AS own ON own.name = k."from" COLLATE NOCASE
          LEFT JOIN pragma_table_list AS p
            ON p.schema = t.schema AND p.name = k."table" COLLATE NOCASE
          LEFT JOIN pragma_table_info(p.name, p.schema) AS c ON c.name = k."to" COLLATE NOCASE
          LEFT JOIN pragma_table_info(p.name, p.schema) AS d
            ON k."to" IS NULL AND d.pk = k.seq + 1
        WHERE t.type = 'table') WHERE true
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

  private static String printed(Engine engine, FlightInfo info) {
    return print(twins.client(engine).rows(info));
  }

  private static List<TableRef> tables(Engine engine) throws SQLException {
    String known =
        switch (engine) {
          case DUCKDB -> DUCKDB_TABLES;
          case SQLITE -> SQLITE_TABLES;
        };
    return twins.twin(engine).rows(known).stream()
        .map(row -> TableRef.of(row.get(0), row.get(1), String.valueOf(row.get(2))))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void primaryKeys_ofEveryTable_areTheEngines(Engine engine) throws Exception {
    String known =
        switch (engine) {
          case DUCKDB -> DUCKDB_PRIMARY_KEYS;
          case SQLITE -> SQLITE_PRIMARY_KEYS;
        };
    SqlClient client = twins.client(engine);
    int keys = 0;
    for (TableRef table : tables(engine)) {
      List<List<@Nullable String>> expected =
          twins.twin(engine).rows(known, table.getCatalog(), table.getDbSchema(), table.getTable());
      assertThat(printed(engine, client.sql().getPrimaryKeys(table, client.options())))
          .as(table.getTable())
          .isEqualTo(print(expected));
      keys += expected.size();
    }
    assertThat(keys).isGreaterThan(10);
  }

  /** What the engine knows of the keys between two tables; null for any. */
  private static String foreignKeys(
      Engine engine, @Nullable TableRef parent, @Nullable TableRef child, String order)
      throws SQLException {
    EngineTwin twin = twins.twin(engine);
    String condition =
        (parent == null ? "" : " AND pc = '" + parent.getCatalog() + "' AND pt = " + text(parent))
            + (child == null
                ? ""
                : " AND cc = '" + child.getCatalog() + "' AND ct = " + text(child));
    return switch (engine) {
      case DUCKDB -> print(twin.rows(DUCKDB_FOREIGN_KEYS + condition + " ORDER BY " + order));
      case SQLITE ->
          print(
              twin.rows(SQLITE_FOREIGN_KEYS + condition + " ORDER BY " + order).stream()
                  .map(row -> row.subList(0, 13))
                  .toList());
    };
  }

  private static String text(TableRef table) {
    return "'" + table.getTable().replace("'", "''") + "'";
  }

  private static String byChild(Engine engine) {
    return engine == Engine.DUCKDB ? "cc, cs, ct, name, sequence" : "cc, ct, id DESC, sequence";
  }

  private static String byParent(Engine engine) {
    return engine == Engine.DUCKDB
        ? "pc, ps, pt, parent_name, sequence, cc, cs, ct, name"
        : "pc, pt, cc, ct, id DESC, sequence";
  }

  @ParameterizedTest
  @EnumSource
  void importedKeys_ofEveryTable_areTheEngines(Engine engine) throws Exception {
    SqlClient client = twins.client(engine);
    int rows = 0;
    for (TableRef table : tables(engine)) {
      String expected = foreignKeys(engine, null, table, byParent(engine));
      assertThat(printed(engine, client.sql().getImportedKeys(table, client.options())))
          .as(table.getTable())
          .isEqualTo(expected);
      rows += expected.split("\n", -1).length - 1;
    }
    assertThat(rows).isGreaterThan(10);
  }

  @ParameterizedTest
  @EnumSource
  void exportedKeys_ofEveryTable_areTheEngines(Engine engine) throws Exception {
    SqlClient client = twins.client(engine);
    for (TableRef table : tables(engine)) {
      assertThat(printed(engine, client.sql().getExportedKeys(table, client.options())))
          .as(table.getTable())
          .isEqualTo(foreignKeys(engine, table, null, byChild(engine)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void crossReference_ofRelatedTables_areTheEngines(Engine engine) throws Exception {
    SqlClient client = twins.client(engine);
    List<TableRef> related =
        tables(engine).stream()
            .filter(table -> table.getTable().matches("(?i).*(parent|child|self).*"))
            .toList();
    assertThat(related).hasSizeGreaterThan(5);
    for (TableRef parent : related) {
      for (TableRef child : related) {
        assertThat(printed(engine, client.sql().getCrossReference(parent, child, client.options())))
            .as(parent.getTable() + " " + child.getTable())
            .isEqualTo(foreignKeys(engine, parent, child, byParent(engine)));
      }
    }
  }
}
