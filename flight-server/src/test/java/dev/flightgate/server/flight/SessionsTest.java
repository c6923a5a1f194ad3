package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.apache.arrow.flight.SessionOptionValueFactory.makeEmptySessionOptionValue;
import static org.apache.arrow.flight.SessionOptionValueFactory.makeSessionOptionValue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.SetSessionOptionsResult.ErrorValue;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Session options, the end of a session, and which client may redeem what. */
class SessionsTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = RunningGateway.start();
    try (SqlClient bob = SqlClient.login(gateway, "bob", "main")) {
      bob.update("create schema sales");
      bob.update("create table sales.orders as select 1 as a");
      bob.update("attach ':memory:' as other");
      bob.update("create schema other.deep");
      bob.update("create table other.deep.things as select 2 as a");
    }
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static Map<String, SetSessionOptionsResult.Error> set(
      SqlClient client, Map<String, SessionOptionValue> options) {
    return client
        .sql()
        .setSessionOptions(new SetSessionOptionsRequest(options), client.options())
        .getErrors();
  }

  private static Map<String, SessionOptionValue> options(SqlClient client) {
    return client
        .sql()
        .getSessionOptions(new GetSessionOptionsRequest(), client.options())
        .getSessionOptions();
  }

  private static CloseSessionResult.Status close(SqlClient client) {
    return client.sql().closeSession(new CloseSessionRequest(), client.options()).getStatus();
  }

  @Test
  void schema_set_isWhatUnqualifiedNamesMean() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "main")) {
      failure(FlightStatusCode.NOT_FOUND, () -> client.query("select a from orders"));
      assertThat(set(client, Map.of("schema", makeSessionOptionValue("sales")))).isEmpty();
      assertThat(options(client)).containsEntry("schema", makeSessionOptionValue("sales"));
      assertThat(client.query("select a from orders")).isEqualTo(List.of(List.of(1)));
      assertThat(set(client, Map.of("schema", makeEmptySessionOptionValue()))).isEmpty();
      assertThat(options(client)).doesNotContainKey("schema");
      failure(FlightStatusCode.NOT_FOUND, () -> client.query("select a from orders"));
    }
  }

  @Test
  void catalogAndSchema_setTogether_areBothTaken() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "main")) {
      Map<String, SessionOptionValue> both =
          Map.of(
              "catalog", makeSessionOptionValue("other"), "schema", makeSessionOptionValue("deep"));
      assertThat(set(client, both)).isEmpty();
      assertThat(options(client)).isEqualTo(both);
      assertThat(client.query("select a from things")).isEqualTo(List.of(List.of(2)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void options_thatCannotBe_failOneByOne(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      Map<String, SetSessionOptionsResult.Error> errors =
          set(
              client,
              Map.of(
                  "colour", makeSessionOptionValue("blue"),
                  "catalog", makeSessionOptionValue("no_such_catalog"),
                  "schema", makeSessionOptionValue(7L)));
      assertThat(errors)
          .isEqualTo(
              Map.of(
                  "colour", new SetSessionOptionsResult.Error(ErrorValue.INVALID_NAME),
                  "catalog", new SetSessionOptionsResult.Error(ErrorValue.INVALID_VALUE),
                  "schema", new SetSessionOptionsResult.Error(ErrorValue.INVALID_VALUE)));
      for (SessionOptionValue value :
          List.of(
              makeSessionOptionValue(true),
              makeSessionOptionValue(1.5),
              makeSessionOptionValue(new String[] {"a"}))) {
        assertThat(set(client, Map.of("catalog", value)))
            .containsEntry("catalog", new SetSessionOptionsResult.Error(ErrorValue.INVALID_VALUE));
      }
      assertThat(options(client)).isEmpty();
      assertThat(client.query("select 1")).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void closeSession_any_numberOfTimes_answersAndFreesWhatItHeld(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      assertThat(close(client)).isEqualTo(CloseSessionResult.Status.CLOSED);
      PreparedStatement statement = client.sql().prepare("select 1", client.options());
      FlightInfo planned = statement.execute(client.options());
      assertThat(close(client)).isEqualTo(CloseSessionResult.Status.CLOSED);
      assertThat(close(client)).isEqualTo(CloseSessionResult.Status.CLOSED);
      failure(FlightStatusCode.NOT_FOUND, () -> client.rows(planned));
      failure(FlightStatusCode.NOT_FOUND, () -> statement.execute(client.options()));
      statement.close(client.options());
      assertThat(client.query("select 1")).as("a new session").hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aHandle_isRedeemedByItsUserOnAnyChannelAndByNobodyElse(String database) throws Exception {
    try (SqlClient here = SqlClient.login(gateway, "alice", database);
        SqlClient there = SqlClient.login(gateway, "alice", database);
        SqlClient elsewhere = SqlClient.login(gateway, "alice");
        SqlClient bob = SqlClient.login(gateway, "bob", database)) {
      FlightInfo query = here.sql().execute("select 1", here.options());
      failure(FlightStatusCode.UNAUTHORIZED, () -> bob.rows(query));
      assertThat(there.rows(query)).hasSize(1);
      assertThat(elsewhere.rows(query)).as("without the header 'database'").hasSize(1);
      assertThat(here.rows(query)).hasSize(1);
      var transaction = here.sql().beginTransaction(here.options());
      assertThat(there.rows(there.sql().execute("select 1", transaction, there.options())))
          .hasSize(1);
      there.sql().commit(transaction, there.options());
    }
  }

  @Test
  void anUnknownDatabase_isNotFoundWithTheNamesThereAre() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "nowhere")) {
      assertThat(failure(FlightStatusCode.NOT_FOUND, () -> client.query("select 1")))
          .hasMessageContaining("nowhere")
          .hasMessageContaining("main, lite");
      failure(FlightStatusCode.NOT_FOUND, () -> client.update("select 1"));
      FlightInfo catalogs = client.sql().getCatalogs(client.options());
      failure(FlightStatusCode.NOT_FOUND, () -> client.rows(catalogs));
    }
  }

  @Test
  void sessions_moreThanAllowed_makeRoomOnlyWhereNoWorkIsLost() throws Exception {
    try (RunningGateway small = RunningGateway.builder().set("sessions.max", 1).start();
        SqlClient bob = SqlClient.login(small, "bob", "main");
        SqlClient alice = SqlClient.login(small, "alice", "main")) {
      for (int i = 0; i < 3; i++) {
        assertThat(options(alice)).isEmpty();
      }
      bob.update("begin");
      assertThat(options(alice)).isEmpty();
      assertThat(failure(FlightStatusCode.RESOURCE_EXHAUSTED, () -> alice.query("select 1")))
          .hasMessageContaining("sessions.max");
      bob.update("commit");
      assertThat(alice.query("select 1")).hasSize(1);
      assertThat(bob.query("select 1")).hasSize(1);
      assertThat(set(bob, Map.of("schema", makeSessionOptionValue("main")))).isEmpty();
      failure(FlightStatusCode.RESOURCE_EXHAUSTED, () -> alice.query("select 1"));
      assertThat(options(bob)).as("not lost silently").containsKey("schema");
    }
  }

  @Test
  void closeSession_action_isAnsweredWithOneResult() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "main")) {
      Iterator<Result> results =
          client.flight().doAction(new Action("CloseSession", new byte[0]), client.options());
      assertThat(results.next().getBody()).isNotEmpty();
      assertThat(results.hasNext()).isFalse();
    }
  }
}
