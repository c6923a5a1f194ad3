package dev.flightgate.server.jdbc;

import static dev.flightgate.server.jdbc.JdbcFixture.query;
import static dev.flightgate.server.jdbc.JdbcFixture.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.RunningGateway;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * BEGIN, COMMIT and ROLLBACK as text: the driver's own commit() and rollback() do nothing, and it
 * does not end its session when it is closed.
 */
class JdbcTransactionTest {

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
  void begin_changes_areSeenByOthersOnlyAfterCommit(String database) throws Exception {
    try (Connection one = gateway.connect(database);
        Connection other = gateway.connect(database)) {
      update(one, "create table committed(a int)");
      update(one, "begin");
      update(one, "insert into committed values (1)");
      try (PreparedStatement insert = one.prepareStatement("insert into committed values (?)")) {
        insert.setInt(1, 2);
        assertThat(insert.executeUpdate()).isEqualTo(1);
      }
      assertThat(query(one, "select count(*) from committed")).isEqualTo("2");
      assertThat(query(other, "select count(*) from committed")).isEqualTo("0");
      update(one, "commit");
      assertThat(query(other, "select count(*) from committed")).isEqualTo("2");
      update(one, "drop table committed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void rollback_changesAndDefinitions_areUndone(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      update(connection, "create table kept(a int)");
      update(connection, "begin");
      update(connection, "insert into kept values (1)");
      update(connection, "create table undone(a int)");
      update(connection, "rollback");
      assertThat(query(connection, "select count(*) from kept")).isEqualTo("0");
      assertThatThrownBy(() -> query(connection, "select * from undone"))
          .isInstanceOf(SQLException.class);
      update(connection, "drop table kept");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void control_outOfOrder_isRefusedExceptForRollback(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      assertThatThrownBy(() -> update(connection, "commit"))
          .hasMessageContaining("no transaction is open");
      update(connection, "rollback");
      update(connection, "begin");
      assertThatThrownBy(() -> update(connection, "begin"))
          .hasMessageContaining("a transaction is already open");
      update(connection, "rollback");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void close_inATransaction_rollsBackWhenTheSessionExpires(String database) throws Exception {
    try (JdbcFixture impatient =
            new JdbcFixture(RunningGateway.builder().set("sessions.idle-timeout", "1s"));
        Connection other = impatient.connect(database)) {
      update(other, "create table abandoned(a int primary key)");
      Connection connection = impatient.connect(database);
      update(connection, "begin");
      update(connection, "insert into abandoned values (1)");
      connection.close();
      assertThat(connection.isClosed()).isTrue();
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> update(other, "insert into abandoned values (1)") == 1);
    }
  }
}
