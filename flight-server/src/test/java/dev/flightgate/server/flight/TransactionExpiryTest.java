package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.RunningGateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions that their client forgets, or begins too many of. */
class TransactionExpiryTest {

  private static final int TRANSACTIONS_MAX = 3;

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        RunningGateway.builder()
            .set("sessions.transactions-max", TRANSACTIONS_MAX)
            .set("sessions.transaction-idle-timeout", "1s")
            .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void anIdleTransaction_isRolledBackAndItsClientToldWhy(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table idle(a int)");
      Transaction transaction = client.sql().beginTransaction(client.options());
      client.sql().executeUpdate("insert into idle values (1)", transaction, client.options());
      // Each poll uses the transaction, so the pause between two is longer than the timeout.
      await()
          .pollDelay(Duration.ofMillis(2_500))
          .pollInterval(Duration.ofMillis(2_500))
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                FlightRuntimeException failure =
                    failure(
                        FlightStatusCode.NOT_FOUND,
                        () -> client.sql().execute("select 1", transaction, client.options()));
                assertThat(failure)
                    .hasMessageContaining("idle for longer than 1 s")
                    .hasMessageContaining("rolled back");
              });
      failure(FlightStatusCode.NOT_FOUND, () -> client.sql().commit(transaction, client.options()));
      assertThat(client.query("select count(*) from idle")).isEqualTo(List.of(List.of(0L)));
      client.update("insert into idle values (2)");
      client.update("drop table idle");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "main, 1h, sessions.transaction-idle-timeout", // the transaction expires
    "lite, 1h, sessions.transaction-idle-timeout",
    "main, 1s, sessions.idle-timeout" // the session does, with its transaction
  })
  void anIdleTransactionOfText_isRolledBackAndTheNextCallToldWhy_notRunOutsideOfIt(
      String database, String sessionIdle, String setting) throws Exception {
    try (RunningGateway other =
            RunningGateway.builder()
                .set("sessions.transaction-idle-timeout", sessionIdle.equals("1h") ? "1s" : "1h")
                .set("sessions.idle-timeout", sessionIdle)
                .start();
        SqlClient alice = SqlClient.login(other, "alice", database);
        SqlClient bob = SqlClient.login(other, "bob", database)) {
      alice.update("create table textual(a int)");
      alice.update("begin");
      alice.update("insert into textual values (1)");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  bob.query(
                          "select coalesce(sum(transactions), 0) from flightgate.sessions where user_name ="
                              + " 'alice'")
                      .get(0)
                      .get(0),
              open -> open.toString().equals("0"));
      assertThat(
              failure(
                  FlightStatusCode.NOT_FOUND, () -> alice.update("insert into textual values (2)")))
          .hasMessageContaining(setting);
      assertThat(alice.query("select count(*) from textual")).isEqualTo(List.of(List.of(0L)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void tooManyTransactions_areRefusedWithTheLimitsName(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      List<Transaction> open = new ArrayList<>();
      for (int i = 0; i < TRANSACTIONS_MAX; i++) {
        open.add(client.sql().beginTransaction(client.options()));
      }
      assertThat(
              failure(
                  FlightStatusCode.RESOURCE_EXHAUSTED,
                  () -> client.sql().beginTransaction(client.options())))
          .hasMessageContaining("sessions.transactions-max");
      for (Transaction transaction : open) {
        client.sql().rollback(transaction, client.options());
      }
      Transaction another = client.sql().beginTransaction(client.options());
      client.sql().rollback(another, client.options());
    }
  }
}
