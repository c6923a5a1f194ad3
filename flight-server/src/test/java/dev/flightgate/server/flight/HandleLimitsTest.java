package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.RunningGateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may hold: so much, and for so long. */
class HandleLimitsTest {

  private static final Duration LONG = Duration.ofHours(1);

  private static RunningGateway gateway(Duration idle, int held, Duration resultLifetime) {
    return RunningGateway.builder()
        .set("sessions.idle-timeout", idle)
        .set("sessions.statements-max", held)
        .set("sessions.transactions-max", held)
        .set("sessions.results-max", held)
        .set("sessions.result-lifetime", resultLifetime)
        .start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void preparedStatements_moreThanAllowed_pushOutTheOneUnusedForLongest(String database)
      throws Exception {
    try (RunningGateway gateway = gateway(LONG, 3, LONG);
        SqlClient client = SqlClient.login(gateway, "alice", database)) {
      List<PreparedStatement> open = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        open.add(client.sql().prepare("select 1", client.options()));
      }
      assertThat(client.rows(open.get(0).execute(client.options()))).hasSize(1);
      open.add(client.sql().prepare("select 1", client.options()));
      assertThat(client.rows(open.get(0).execute(client.options()))).hasSize(1);
      assertThat(failure(FlightStatusCode.NOT_FOUND, () -> open.get(1).execute(client.options())))
          .hasMessageContaining("sessions.statements-max")
          .hasMessageContaining("prepare it again");
      for (PreparedStatement statement : open) {
        statement.close(client.options());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void results_nobodyFetches_arePushedOutByNewerOnes(String database) throws Exception {
    try (RunningGateway gateway = gateway(LONG, 5, LONG);
        SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table kept(a int)");
      List<FlightInfo> planned = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        planned.add(client.sql().execute("select " + i, client.options()));
        planned.add(client.sql().execute("insert into kept values (1)", client.options()));
      }
      failure(FlightStatusCode.NOT_FOUND, () -> client.rows(planned.get(0)));
      assertThat(client.rows(planned.get(199))).isEqualTo(List.of(List.of(1L)));
      assertThat(client.rows(planned.get(198))).hasSize(1);
      assertThat(client.query("select count(*) from kept")).isEqualTo(List.of(List.of(100L)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aTicket_notUsedInTime_hasExpiredAndSaysSo(String database) throws Exception {
    try (RunningGateway gateway = gateway(LONG, 5, Duration.ofSeconds(1));
        SqlClient client = SqlClient.login(gateway, "alice", database)) {
      FlightInfo planned = client.sql().execute("select 1", client.options());
      assertThat(client.rows(planned)).hasSize(1);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(failure(FlightStatusCode.NOT_FOUND, () -> client.rows(planned)))
                      .hasMessageContaining("sessions.result-lifetime"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void anIdleSession_isClosedAndItsTransactionsRolledBack(String database) throws Exception {
    try (RunningGateway gateway = gateway(Duration.ofSeconds(1), 5, LONG);
        SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient bob = SqlClient.login(gateway, "bob", database)) {
      bob.update("create table abandoned(a int)");
      alice.update("begin");
      alice.update("insert into abandoned values (1)");
      // On SQLite the open transaction keeps others from writing until it is gone.
      await()
          .ignoreExceptions()
          .atMost(Duration.ofSeconds(30))
          .until(() -> bob.update("insert into abandoned values (2)") == 1);
      await()
          .pollInterval(Duration.ofMillis(2_500))
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> failure(FlightStatusCode.INVALID_ARGUMENT, () -> alice.update("commit")));
      assertThat(bob.query("select a from abandoned").toString()).isEqualTo("[[2]]");
    }
  }
}
