package dev.flightgate.server.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.EngineTwin;
import dev.flightgate.server.EngineTwin.Engine;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A crawl of everything, in the order of SchemaCrawler: catalogs, their schemas, their tables, and
 * of each table its columns and keys. What it finds is what the engine itself knows.
 */
class JdbcCrawlTest {

  @TempDir private static Path folder;
  private static JdbcFixture gateway;

  @BeforeAll
  static void start() {
    gateway = new JdbcFixture();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** A connection whose session has made its twin of the engine's. */
  private static Connection connect(Engine engine) throws Exception {
    Connection connection = gateway.connect(engine.database());
    for (String sql : engine.script(folder.resolve(engine + " served"))) {
      JdbcFixture.update(connection, sql);
    }
    return connection;
  }

  @ParameterizedTest
  @EnumSource
  void crawl_ofTheDriver_findsWhatTheEngineKnows(Engine engine) throws Exception {
    try (Connection connection = connect(engine);
        EngineTwin twin = new EngineTwin(engine, folder.resolve(engine + " direct"))) {
      List<String> known = known(twin);
      assertThat(crawl(connection.getMetaData())).isEqualTo(known);
      assertThat(known).hasSizeGreaterThan(100);
    }
  }

  private static List<String> crawl(DatabaseMetaData metaData) throws SQLException {
    List<String> found = new ArrayList<>();
    for (List<@Nullable String> catalog : rows(metaData.getCatalogs(), "TABLE_CAT")) {
      String name = Objects.requireNonNull(catalog.get(0));
      found.add(line("catalog", catalog));
      for (List<@Nullable String> schema :
          rows(metaData.getSchemas(name, null), "TABLE_CATALOG", "TABLE_SCHEM")) {
        found.add(line("schema", schema));
        String pattern = escaped(metaData, schema.get(1));
        for (List<@Nullable String> table :
            rows(
                metaData.getTables(name, pattern, "%", null),
                "TABLE_CAT",
                "TABLE_SCHEM",
                "TABLE_NAME",
                "TABLE_TYPE")) {
          found.add(line("table", table));
          String tableName = Objects.requireNonNull(table.get(2));
          crawlColumns(metaData, name, pattern, escaped(metaData, tableName), found);
          crawlKeys(metaData, name, schema.get(1), tableName, found);
        }
      }
    }
    return found;
  }

  private static String escaped(DatabaseMetaData metaData, @Nullable String name)
      throws SQLException {
    String escape = metaData.getSearchStringEscape();
    return String.valueOf(name)
        .replace(escape, escape + escape)
        .replace("%", escape + "%")
        .replace("_", escape + "_");
  }

  private static void crawlColumns(
      DatabaseMetaData metaData, String catalog, String schema, String table, List<String> found)
      throws SQLException {
    for (List<@Nullable String> column :
        rows(
            metaData.getColumns(catalog, schema, table, null),
            "TABLE_CAT",
            "TABLE_SCHEM",
            "TABLE_NAME",
            "COLUMN_NAME",
            "ORDINAL_POSITION",
            "IS_NULLABLE",
            "TYPE_NAME",
            "IS_AUTOINCREMENT")) {
      found.add(line("column", column));
    }
  }

  private static void crawlKeys(
      DatabaseMetaData metaData,
      String catalog,
      @Nullable String schema,
      String table,
      List<String> found)
      throws SQLException {
    for (List<@Nullable String> key :
        rows(
            metaData.getPrimaryKeys(catalog, schema, table),
            "TABLE_CAT",
            "TABLE_SCHEM",
            "TABLE_NAME",
            "COLUMN_NAME",
            "KEY_SEQ",
            "PK_NAME")) {
      found.add(line("primary key", key));
    }
    for (List<@Nullable String> key :
        foreignKeys(metaData.getImportedKeys(catalog, schema, table))) {
      found.add(line("imported key", key));
    }
    for (List<@Nullable String> key :
        foreignKeys(metaData.getExportedKeys(catalog, schema, table))) {
      found.add(line("exported key", key));
    }
  }

  private static List<List<@Nullable String>> foreignKeys(ResultSet keys) throws SQLException {
    return rows(
        keys,
        "PKTABLE_CAT",
        "PKTABLE_SCHEM",
        "PKTABLE_NAME",
        "PKCOLUMN_NAME",
        "FKTABLE_CAT",
        "FKTABLE_SCHEM",
        "FKTABLE_NAME",
        "FKCOLUMN_NAME",
        "KEY_SEQ",
        "FK_NAME",
        "PK_NAME",
        "UPDATE_RULE",
        "DELETE_RULE");
  }

  private static List<String> known(EngineTwin twin) throws Exception {
    List<String> known = new ArrayList<>();
    List<List<@Nullable String>> columns = twin.ask("columns");
    Keys keys = Keys.of(twin);
    for (List<@Nullable String> catalog : twin.ask("catalogs")) {
      known.add(line("catalog", catalog));
      for (List<@Nullable String> schema : twin.ask("schemas", catalog.get(0), null)) {
        known.add(line("schema", schema));
        for (List<@Nullable String> table : twin.ask("tables", catalog.get(0), null, null, null)) {
          if (!String.valueOf(schema.get(1)).equals(Objects.requireNonNullElse(table.get(1), ""))) {
            continue;
          }
          known.add(line("table", table));
          List<@Nullable String> place = table.subList(0, 3);
          int position = 0;
          for (List<@Nullable String> column : columns) {
            if (column.subList(0, 3).equals(place)) {
              position++;
              known.add(line("column", described(column, position)));
            }
          }
          keys.addTo(known, place);
        }
      }
    }
    return known;
  }

  private static List<@Nullable String> described(List<@Nullable String> column, int position) {
    List<@Nullable String> described = new ArrayList<>(column.subList(0, 4));
    described.add(Integer.toString(position));
    described.add("true".equals(column.get(4)) ? "YES" : "NO");
    described.add(column.get(5));
    described.add("1".equals(column.get(8)) ? "YES" : "NO");
    return described;
  }

  /**
   * The keys of a table, picked out of all there are, as DuckDB takes its time for each question.
   */
  private record Keys(
      EngineTwin twin,
      List<List<@Nullable String>> byParent,
      List<List<@Nullable String>> byChild) {

    static Keys of(EngineTwin twin) throws Exception {
      return new Keys(twin, twin.foreignKeysByParent(), twin.foreignKeysByChild());
    }

    void addTo(List<String> known, List<@Nullable String> place) throws Exception {
      for (List<@Nullable String> key :
          twin.ask("primary-keys", place.get(0), place.get(1), place.get(2))) {
        known.add(line("primary key", key));
      }
      byParent.stream()
          .filter(key -> key.subList(4, 7).equals(place))
          .forEach(key -> known.add(line("imported key", key)));
      byChild.stream()
          .filter(key -> key.subList(0, 3).equals(place))
          .forEach(key -> known.add(line("exported key", key)));
    }
  }

  private static String line(String what, List<@Nullable String> cells) {
    return cells.stream().map(String::valueOf).collect(Collectors.joining("|", what + " ", ""));
  }

  private static List<List<@Nullable String>> rows(ResultSet result, String... columns)
      throws SQLException {
    List<List<@Nullable String>> rows = new ArrayList<>();
    try (result) {
      while (result.next()) {
        List<@Nullable String> row = new ArrayList<>();
        for (String column : columns) {
          row.add(result.getString(column));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** What Flight SQL has no command for, and the driver answers with nothing. */
  @ParameterizedTest
  @EnumSource
  void crawl_ofWhatFlightSqlLacks_findsNothing(Engine engine) throws Exception {
    try (Connection connection = gateway.connect(engine.database())) {
      DatabaseMetaData metaData = connection.getMetaData();
      for (ResultSet result :
          Stream.of(
                  metaData.getIndexInfo(null, null, "parent", false, false),
                  metaData.getProcedures(null, null, null),
                  metaData.getFunctions(null, null, null),
                  metaData.getTablePrivileges(null, null, null),
                  metaData.getBestRowIdentifier(null, null, "parent", 0, true))
              .toList()) {
        assertThat(rows(result)).isEmpty();
      }
    }
  }
}
