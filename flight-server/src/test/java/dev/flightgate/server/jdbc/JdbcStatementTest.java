package dev.flightgate.server.jdbc;

import static dev.flightgate.server.jdbc.JdbcFixture.print;
import static dev.flightgate.server.jdbc.JdbcFixture.query;
import static dev.flightgate.server.jdbc.JdbcFixture.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Statement}: each way to execute, exactly once, and what is said about mistakes. */
class JdbcStatementTest {

  private static JdbcFixture gateway;

  @BeforeAll
  static void start() {
    gateway = new JdbcFixture();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void executeUpdate_definitionsAndChanges_happenOnceAndAreCounted(String database)
      throws Exception {
    try (Connection connection = gateway.connect(database);
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("create table counted(a int, b varchar)")).isZero();
      assertThat(statement.executeUpdate("insert into counted values (1, 'x'), (2, null)"))
          .isEqualTo(2);
      assertThat(statement.executeLargeUpdate("update counted set a = a + 1")).isEqualTo(2);
      assertThat(statement.executeUpdate("delete from counted where a = 2")).isEqualTo(1);
      assertThat(query(connection, "select * from counted")).isEqualTo("3|null");
      assertThat(statement.executeUpdate("drop table counted")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void execute_anything_saysWhetherThereAreRows(String database) throws Exception {
    try (Connection connection = gateway.connect(database);
        Statement statement = connection.createStatement()) {
      assertThat(statement.execute("create table anything(a int)")).isFalse();
      assertThat(statement.execute("insert into anything values (1), (2)")).isFalse();
      assertThat(statement.getUpdateCount()).isEqualTo(2);
      assertThat(statement.getResultSet()).isNull();
      assertThat(statement.execute("select a from anything order by a")).isTrue();
      assertThat(statement.getUpdateCount()).isEqualTo(-1);
      assertThat(print(statement.getResultSet())).isEqualTo("1\n2");
      statement.execute("drop table anything");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void executeQuery_ofTheGatewaysOwnTables_isAnsweredBesideEveryEngine(String database)
      throws Exception {
    try (Connection connection = gateway.connect(database)) {
      assertThat(
              query(
                  connection,
                  "select name, value from flightgate.settings where name like 'queries.r%-max'"
                      + " and name like '%rows%'"))
          .isEqualTo("queries.result-rows-max|0");
      assertThat(
              query(
                  connection,
                  "select distinct user_name, database_name from \"flightgate\".\"main\".\"queries\""
                      + " where sql like '%main%queries%'"))
          .isEqualTo("alice|" + database);
      assertThatThrownBy(() -> query(connection, "call flightgate.cancel('123456789')"))
          .hasMessageContaining("there is no statement '123456789' now");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void executeQuery_returning_changesOnce(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      update(connection, "create table returned(a int)");
      assertThat(query(connection, "insert into returned values (1), (2) returning a + 10 as b"))
          .isEqualTo("11\n12");
      assertThat(query(connection, "select count(*) from returned")).isEqualTo("2");
      update(connection, "drop table returned");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void executeUpdate_severalStatements_runOnceInOrder(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      assertThat(
              update(
                  connection, "create table script(a int); insert into script values (1), (2); "))
          .isEqualTo(2);
      assertThat(query(connection, "select count(*) from script; -- the end")).isEqualTo("2");
      update(connection, "drop table script");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void execute_severalStatements_showsTheLastOnesRows(String database) throws Exception {
    try (Connection connection = gateway.connect(database);
        Statement statement = connection.createStatement()) {
      update(connection, "create table told(a int)");
      assertThat(statement.execute("insert into told values (5); select a + 1 as b from told"))
          .isTrue();
      assertThat(print(statement.getResultSet())).isEqualTo("6");
      update(connection, "drop table told");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void executeQuery_twoAtOnce_areReadIndependently(String database) throws Exception {
    try (Connection connection = gateway.connect(database);
        Statement first = connection.createStatement();
        Statement second = connection.createStatement();
        ResultSet one = first.executeQuery("select 1 as a union all select 2 order by 1");
        ResultSet other = second.executeQuery("select 11 as a union all select 12 order by 1")) {
      assertThat(one.next()).isTrue();
      assertThat(other.next()).isTrue();
      assertThat(one.getInt("a")).isEqualTo(1);
      assertThat(print(other)).isEqualTo("12");
      assertThat(print(one)).isEqualTo("2");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void executeQuery_twoAtOnceInATransaction_areReadIndependently(String database) throws Exception {
    try (Connection connection = gateway.connect(database);
        Statement first = connection.createStatement();
        Statement second = connection.createStatement()) {
      update(connection, "begin");
      try (ResultSet one = first.executeQuery("select 1 as a union all select 2 order by 1");
          ResultSet other = second.executeQuery("select 11 as a union all select 12 order by 1")) {
        assertThat(print(one)).isEqualTo("1\n2");
        assertThat(print(other)).isEqualTo("11\n12");
      }
      update(connection, "commit");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void executeQuery_mistakes_haveTheEnginesWords(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      assertThatThrownBy(() -> query(connection, "selec 1"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("syntax error")
          .hasMessageContaining("near \"selec\"");
      assertThatThrownBy(() -> query(connection, "select * from no_such_table"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("no_such_table");
      update(connection, "create table mistaken(a int primary key)");
      update(connection, "insert into mistaken values (1)");
      assertThatThrownBy(() -> update(connection, "insert into mistaken values (1)"))
          .isInstanceOf(SQLException.class)
          .message()
          .containsIgnoringCase("constraint");
      assertThatThrownBy(() -> update(connection, "create table mistaken(a int)"))
          .hasMessageContaining("already exists");
      assertThat(query(connection, "select * from mistaken")).isEqualTo("1");
      update(connection, "drop table mistaken");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void executeBatch_ofAStatement_failsInTheDriver(String database) throws Exception {
    try (Connection connection = gateway.connect(database);
        Statement statement = connection.createStatement()) {
      statement.addBatch("create table batched(a int)");
      // Driver 18.3.0 has not implemented it: prepareAndExecuteBatch answers null.
      assertThatThrownBy(statement::executeBatch).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> query(connection, "select * from batched"))
          .hasMessageContaining("batched");
    }
  }
}
