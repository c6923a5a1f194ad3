package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Changes that come to an end before their time: they leave nothing, unless a client's transaction
 * says so.
 */
class InterruptedChangesTest {

  private static final String FAILS_AT_THE_SECOND =
      "insert into cut values (1); insert into no_such_table values (2);"
          + " insert into cut values (3)";

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** The ways to send a statement, each to its end. */
  private static Stream<Sending> ways() {
    return Stream.of(
        (client, sql, options) -> client.sql().execute(sql, options),
        (client, sql, options) -> client.sql().executeUpdate(sql, options),
        (client, sql, options) -> {
          try (PreparedStatement statement = client.sql().prepare(sql, client.options())) {
            statement.execute(options);
          }
        },
        (client, sql, options) -> {
          try (PreparedStatement statement = client.sql().prepare(sql, client.options())) {
            statement.executeUpdate(options);
          }
        });
  }

  private interface Sending {
    void send(SqlClient client, String sql, CallOption[] options) throws Exception;
  }

  private static long count(SqlClient client) {
    return (Long) client.query("select count(*) from cut").get(0).get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aText_whoseSecondStatementFails_leavesNothing(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table cut(a int)");
      for (Sending way : ways().toList()) {
        failure(
            FlightStatusCode.NOT_FOUND,
            () -> way.send(client, FAILS_AT_THE_SECOND, client.options()));
        assertThat(count(client)).isZero();
      }
      client.update("drop table cut");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aText_thatFailsInATransaction_leavesItsFirstPartWhereTheEngineGoesOn(String database)
      throws Exception {
    boolean goesOn = database.equals("lite");
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table cut(a int)");
      Transaction transaction = client.sql().beginTransaction(client.options());
      failure(
          FlightStatusCode.NOT_FOUND,
          () -> client.sql().executeUpdate(FAILS_AT_THE_SECOND, transaction, client.options()));
      if (goesOn) {
        client.sql().commit(transaction, client.options());
      } else {
        failure(
            FlightStatusCode.INVALID_ARGUMENT,
            () -> client.sql().commit(transaction, client.options()));
      }
      assertThat(count(client)).isEqualTo(goesOn ? 1 : 0);
      client.update("begin");
      failure(FlightStatusCode.NOT_FOUND, () -> client.update(FAILS_AT_THE_SECOND));
      client.update("rollback");
      assertThat(count(client)).isEqualTo(goesOn ? 1 : 0);
      client.update("drop table cut");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aChange_whoseCallHasADeadline_isStoppedAndLeavesNothing(String database) throws Exception {
    String endless =
        database.equals("main")
            ? "insert into cut select count(*) from range(10000000) a, range(10000000) b"
            : "insert into cut with recursive r(i) as (select 1 union all select i + 1 from r)"
                + " select i from r";
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table cut(a bigint)");
      CallOption[] hurried =
          Stream.concat(
                  Stream.of(client.options()),
                  Stream.of(CallOptions.timeout(100, TimeUnit.MILLISECONDS)))
              .toArray(CallOption[]::new);
      for (Sending way : ways().toList()) {
        failure(FlightStatusCode.TIMED_OUT, () -> way.send(client, endless, hurried));
        assertThat(client.update("insert into cut values (7)")).as("nobody is in its way").isOne();
        assertThat(client.query("select a from cut")).isEqualTo(List.of(List.of(7L)));
        client.update("delete from cut");
      }
      client.update("drop table cut");
    }
  }
}
