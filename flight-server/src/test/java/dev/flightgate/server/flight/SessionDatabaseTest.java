package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.apache.arrow.flight.SessionOptionValueFactory.makeEmptySessionOptionValue;
import static org.apache.arrow.flight.SessionOptionValueFactory.makeSessionOptionValue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.SetSessionOptionsResult.ErrorValue;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The session option {@code database}: one of two engines, and what is selected within it. */
class SessionDatabaseTest {

  private static final String WHO_IN_DUCKDB = "select 'duckdb' from duckdb_settings() limit 1";
  private static final String WHO_IN_SQLITE = "select 'sqlite' where sqlite_version() > '3'";

  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = RunningGateway.start();
    try (SqlClient bob = SqlClient.login(gateway, "bob", "main")) {
      bob.update("create schema sales");
      bob.update("create table sales.orders as select 1 as a");
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

  private static Map<String, SetSessionOptionsResult.Error> choose(SqlClient client, String name) {
    return set(client, Map.of("database", makeSessionOptionValue(name)));
  }

  private static Map<String, SetSessionOptionsResult.Error> refused(
      String option, ErrorValue error) {
    return Map.of(option, new SetSessionOptionsResult.Error(error));
  }

  private static Map<String, SessionOptionValue> options(SqlClient client) {
    return client
        .sql()
        .getSessionOptions(new GetSessionOptionsRequest(), client.options())
        .getSessionOptions();
  }

  private static void assertInDuckDb(SqlClient client) {
    assertThat(client.query(WHO_IN_DUCKDB)).isEqualTo(List.of(List.of("duckdb")));
  }

  private static void assertInSqlite(SqlClient client) {
    assertThat(client.query(WHO_IN_SQLITE)).isEqualTo(List.of(List.of("sqlite")));
  }

  @Test
  void database_chosen_isThatOfAllFurtherCalls() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      assertThat(options(client)).isEmpty();
      assertInDuckDb(client);
      assertThat(choose(client, "lite")).isEmpty();
      assertThat(options(client)).isEqualTo(Map.of("database", makeSessionOptionValue("lite")));
      assertInSqlite(client);
      client.update("create table chosen(a int)");
      try (PreparedStatement insert =
          client.sql().prepare("insert into chosen values (1)", client.options())) {
        assertThat(insert.executeUpdate(client.options())).isOne();
        insert.close(client.options());
      }
      Transaction transaction = client.sql().beginTransaction(client.options());
      client.sql().executeUpdate("drop table chosen", transaction, client.options());
      client.sql().commit(transaction, client.options());
      assertThat(client.rows(client.sql().getCatalogs(client.options())))
          .isEqualTo(List.of(List.of("main")));
      assertThat(set(client, Map.of("database", makeEmptySessionOptionValue()))).isEmpty();
      assertThat(options(client)).isEmpty();
      assertInDuckDb(client);
    }
  }

  @Test
  void database_ofOneClient_isNoOtherClients() throws Exception {
    try (SqlClient one = SqlClient.login(gateway, "alice");
        SqlClient other = SqlClient.login(gateway, "alice")) {
      assertThat(choose(one, "lite")).isEmpty();
      assertInDuckDb(other);
      assertThat(options(other)).isEmpty();
    }
  }

  @Test
  void database_unknownOrNoText_isRefusedAndLeavesTheSessionWhereItIs() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      assertThat(choose(client, "nowhere"))
          .isEqualTo(refused("database", ErrorValue.INVALID_VALUE));
      assertThat(set(client, Map.of("database", makeSessionOptionValue(7L))))
          .isEqualTo(refused("database", ErrorValue.INVALID_VALUE));
      assertThat(
              set(
                  client,
                  Map.of(
                      "database",
                      makeSessionOptionValue("nowhere"),
                      "schema",
                      makeSessionOptionValue("sales"))))
          .as("a schema is meant for the database that came with it")
          .isEqualTo(
              Map.of(
                  "database",
                  new SetSessionOptionsResult.Error(ErrorValue.INVALID_VALUE),
                  "schema",
                  new SetSessionOptionsResult.Error(ErrorValue.ERROR)));
      assertThat(options(client)).isEmpty();
      assertInDuckDb(client);
    }
  }

  @Test
  void database_whileATransactionIsOpen_isRefused() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      Transaction transaction = client.sql().beginTransaction(client.options());
      assertThat(choose(client, "lite")).isEqualTo(refused("database", ErrorValue.ERROR));
      assertThat(choose(client, "main")).as("it stays").isEmpty();
      client.sql().rollback(transaction, client.options());
      client.update("begin");
      assertThat(choose(client, "lite")).isEqualTo(refused("database", ErrorValue.ERROR));
      assertInDuckDb(client);
      client.update("rollback");
      assertThat(choose(client, "lite")).isEmpty();
    }
  }

  @Test
  void database_whileStatementsArePrepared_leavesThemWhereTheyWerePrepared() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice");
        PreparedStatement prepared = client.sql().prepare(WHO_IN_DUCKDB, client.options())) {
      FlightInfo planned = client.sql().execute(WHO_IN_DUCKDB, client.options());
      assertThat(choose(client, "lite")).isEmpty();
      assertThat(client.rows(planned)).hasSize(1);
      assertThat(client.rows(prepared.execute(client.options()))).hasSize(1);
      assertInSqlite(client);
      prepared.close(client.options());
    }
  }

  @Test
  void database_ofTheHeader_comesFirst() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "main")) {
      assertThat(choose(client, "lite")).isEqualTo(refused("database", ErrorValue.ERROR));
      assertThat(choose(client, "main")).isEmpty();
      assertInDuckDb(client);
    }
  }

  @Test
  void catalogAndSchema_setWithADatabase_areSelectedInIt() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      assertThat(
              set(
                  client,
                  Map.of(
                      "schema", makeSessionOptionValue("sales"),
                      "catalog", makeSessionOptionValue("memory"),
                      "database", makeSessionOptionValue("main"))))
          .isEmpty();
      assertThat(client.query("select a from orders")).isEqualTo(List.of(List.of(1)));
      assertThat(choose(client, "lite")).isEmpty();
      assertThat(options(client)).isEqualTo(Map.of("database", makeSessionOptionValue("lite")));
      assertThat(set(client, Map.of("catalog", makeSessionOptionValue("main")))).isEmpty();
      assertThat(set(client, Map.of("catalog", makeSessionOptionValue("memory"))))
          .as("DuckDB's, not SQLite's")
          .isEqualTo(refused("catalog", ErrorValue.INVALID_VALUE));
      assertThat(choose(client, "main")).isEmpty();
      assertThat(options(client)).as("as they were left").containsKeys("catalog", "schema");
    }
  }

  @Test
  void closeSession_forgetsTheDatabaseAndRollsBackInAllOfThem() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      assertThat(choose(client, "lite")).isEmpty();
      Transaction transaction = client.sql().beginTransaction(client.options());
      client.sql().closeSession(new CloseSessionRequest(), client.options());
      assertThat(options(client)).isEmpty();
      assertInDuckDb(client);
      failure(FlightStatusCode.NOT_FOUND, () -> client.sql().commit(transaction, client.options()));
    }
  }

  @Test
  void options_asked_makeNoSession() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "bob")) {
      int before = gateway.sessions();
      assertThat(options(client)).isEmpty();
      assertThat(gateway.sessions()).isEqualTo(before);
      assertThat(choose(client, "lite")).isEmpty();
      assertThat(gateway.sessions()).isGreaterThan(before);
    }
  }
}
