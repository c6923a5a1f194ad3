package dev.flightgate.server.jdbc;

import static dev.flightgate.server.jdbc.JdbcFixture.update;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link DatabaseMetaData}: every getter answers, and what it says of tables and keys. */
class JdbcMetaDataTest {

  /** Avatica's, which throw "todo: implement this method" without asking the server. */
  private static final Set<String> NOT_IN_THE_DRIVER =
      Set.of(
          "deletesAreDetected",
          "insertsAreDetected",
          "updatesAreDetected",
          "othersDeletesAreVisible",
          "othersInsertsAreVisible",
          "othersUpdatesAreVisible",
          "ownDeletesAreVisible",
          "ownInsertsAreVisible",
          "ownUpdatesAreVisible",
          "supportsResultSetHoldability");

  private static JdbcFixture gateway;

  @BeforeAll
  static void start() throws SQLException {
    gateway = new JdbcFixture();
    for (String database : List.of("main", "lite")) {
      try (Connection connection = gateway.connect(database)) {
        update(
            connection,
            "create table parent(a int, b int, name varchar not null, price decimal(10,2),"
                + " primary key(a, b))");
        update(
            connection,
            "create table child(id integer primary key, pa int, pb int,"
                + " boss int references child(id),"
                + " foreign key(pa, pb) references parent(a, b))");
        update(connection, "create table \"odd \"\" näme\"(\"a b\" int, \"%\" varchar)");
        update(connection, "create view seen as select a, name from parent");
      }
    }
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void everyGetter_called_answers(String database) throws Exception {
    Set<String> failed = new TreeSet<>();
    try (Connection connection = gateway.connect(database)) {
      DatabaseMetaData metaData = connection.getMetaData();
      for (Method method : DatabaseMetaData.class.getMethods()) {
        try {
          if (method.invoke(metaData, arguments(method)) instanceof ResultSet rows) {
            rows.close();
          }
        } catch (InvocationTargetException e) {
          failed.add(method.getName());
        }
      }
    }
    assertThat(failed).containsExactlyInAnyOrderElementsOf(NOT_IN_THE_DRIVER);
  }

  private static @Nullable Object[] arguments(Method method) {
    List<@Nullable Object> arguments = new ArrayList<>();
    for (Class<?> type : method.getParameterTypes()) {
      if (type == int.class) {
        arguments.add(ResultSet.TYPE_FORWARD_ONLY);
      } else if (type == boolean.class) {
        arguments.add(true);
      } else {
        arguments.add(type == Class.class ? DatabaseMetaData.class : null);
      }
    }
    if (method.getName().equals("supportsTransactionIsolationLevel")) {
      arguments.set(0, Connection.TRANSACTION_SERIALIZABLE);
    }
    if (method.getName().matches("get(Primary|Imported|Exported)Keys")) {
      arguments.set(2, "child");
    }
    if (method.getName().equals("getCrossReference")) {
      arguments.set(2, "parent");
      arguments.set(5, "child");
    }
    return arguments.toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void features_ofTheGateway_areTold(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      DatabaseMetaData metaData = connection.getMetaData();
      assertThat(metaData.getDatabaseProductName()).isEqualTo("Flightgate");
      assertThat(metaData.isReadOnly()).isFalse();
      assertThat(metaData.supportsTransactions()).isTrue();
      assertThat(metaData.supportsBatchUpdates()).isTrue();
      assertThat(metaData.supportsResultSetType(ResultSet.TYPE_FORWARD_ONLY)).isTrue();
      assertThat(metaData.getDefaultTransactionIsolation())
          .isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
      assertThat(metaData.supportsTransactionIsolationLevel(Connection.TRANSACTION_SERIALIZABLE))
          .isTrue();
      assertThat(metaData.getIdentifierQuoteString()).isEqualTo("\"");
      assertThat(metaData.getSearchStringEscape()).isEqualTo("\\");
      assertThat(metaData.getSQLKeywords()).contains("LIMIT");
      assertThat(metaData.getStringFunctions()).contains("concat");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void getTables_patternsAndTypes_filter(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      DatabaseMetaData metaData = connection.getMetaData();
      assertThat(print(metaData.getTables(null, null, "%", null), "TABLE_NAME", "TABLE_TYPE"))
          .isEqualTo("child|TABLE\nodd \" näme|TABLE\nparent|TABLE\nseen|VIEW");
      String[] views = {"VIEW"};
      assertThat(print(metaData.getTables(null, null, null, views), "TABLE_NAME"))
          .isEqualTo("seen");
      assertThat(print(metaData.getTables(null, null, "_arent", null), "TABLE_NAME"))
          .isEqualTo("parent");
      assertThat(print(metaData.getTables(null, null, "par\\_nt", null))).isEmpty();
      assertThat(print(metaData.getTables("nowhere", null, "%", null))).isEmpty();
      assertThat(print(metaData.getTableTypes(), "TABLE_TYPE")).isEqualTo("TABLE\nVIEW");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void getCatalogsAndSchemas_ofTheEngine_areItsOwn(String database) throws Exception {
    boolean duck = database.equals("main");
    try (Connection connection = gateway.connect(database)) {
      DatabaseMetaData metaData = connection.getMetaData();
      assertThat(print(metaData.getCatalogs(), "TABLE_CAT")).isEqualTo(duck ? "memory" : "main");
      assertThat(print(metaData.getSchemas(), "TABLE_SCHEM", "TABLE_CATALOG"))
          .isEqualTo(duck ? "main|memory" : "|main");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void getColumns_ofATable_areInOrder(String database) throws Exception {
    boolean duck = database.equals("main");
    String number = duck ? "4|INTEGER|10|0" : "-5|INT|19|0";
    // A primary key of several columns does not forbid NULL in SQLite.
    String key = duck ? "NO" : "YES";
    try (Connection connection = gateway.connect(database)) {
      DatabaseMetaData metaData = connection.getMetaData();
      assertThat(columns(metaData, "parent"))
          .isEqualToIgnoringCase(
              String.join(
                  "\n",
                  "a|" + number + "|1|" + key,
                  "b|" + number + "|2|" + key,
                  "name|12|VARCHAR|65536|null|3|NO",
                  "price|3|DECIMAL(10,2)|10|2|4|YES"));
      assertThat(columns(metaData, "odd \" näme"))
          .isEqualToIgnoringCase("a b|" + number + "|1|YES\n%|12|VARCHAR|65536|null|2|YES");
      assertThat(print(metaData.getColumns(null, null, "seen", "na%"), "COLUMN_NAME"))
          .isEqualTo("name");
      assertThat(
              print(
                  metaData.getColumns(null, null, "child", "id"),
                  "IS_NULLABLE",
                  "IS_AUTOINCREMENT"))
          .isEqualTo(duck ? "NO|NO" : "NO|YES");
    }
  }

  private static String columns(DatabaseMetaData metaData, String table) throws SQLException {
    return print(
        metaData.getColumns(null, null, table, "%"),
        "COLUMN_NAME",
        "DATA_TYPE",
        "TYPE_NAME",
        "COLUMN_SIZE",
        "DECIMAL_DIGITS",
        "ORDINAL_POSITION",
        "IS_NULLABLE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void getKeys_ofSeveralColumnsAndOfItself_areInSequence(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      DatabaseMetaData metaData = connection.getMetaData();
      assertThat(print(metaData.getPrimaryKeys(null, null, "parent"), "COLUMN_NAME", "KEY_SEQ"))
          .isEqualTo("a|1\nb|2");
      String ofParent = "parent|a|child|pa|1|3\nparent|b|child|pb|2|3";
      assertThat(keys(metaData.getImportedKeys(null, null, "child")))
          .isEqualTo("child|id|child|boss|1|3\n" + ofParent);
      assertThat(keys(metaData.getExportedKeys(null, null, "parent"))).isEqualTo(ofParent);
      assertThat(keys(metaData.getCrossReference(null, null, "parent", null, null, "child")))
          .isEqualTo(ofParent);
      assertThat(keys(metaData.getImportedKeys(null, null, "parent"))).isEmpty();
    }
  }

  private static String keys(ResultSet rows) throws SQLException {
    return print(
        rows,
        "PKTABLE_NAME",
        "PKCOLUMN_NAME",
        "FKTABLE_NAME",
        "FKCOLUMN_NAME",
        "KEY_SEQ",
        "DELETE_RULE");
  }

  private static String print(ResultSet rows, String... columns) throws SQLException {
    StringJoiner lines = new StringJoiner("\n");
    try (rows) {
      while (rows.next()) {
        StringJoiner line = new StringJoiner("|");
        for (String column : columns) {
          line.add(String.valueOf(rows.getObject(column)));
        }
        lines.add(line.toString());
      }
    }
    return lines.toString();
  }
}
