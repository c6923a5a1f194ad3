package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.auth2.BearerCredentialWriter;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that show a static token on every call, with no handshake: with cookies and without. */
class NamelessClientsTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        RunningGateway.builder()
            .database("main", "duckdb", ":memory:")
            .set("sessions.max", 5)
            .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static CredentialCallOption token() {
    return new CredentialCallOption(new BearerCredentialWriter(RunningGateway.TOKEN));
  }

  private static SqlClient withoutCookies() {
    SqlClient client = SqlClient.withoutLogin(gateway);
    client.addCredential(token());
    return client;
  }

  @Test
  void withoutCookies_anyNumberOfQueriesIsServedByFewSessions() throws Exception {
    try (SqlClient client = withoutCookies()) {
      for (int i = 0; i < 100; i++) {
        assertThat(client.query("select 1")).hasSize(1);
      }
      // Nobody fetches these; the oldest make room.
      for (int i = 0; i < 100; i++) {
        client.sql().execute("select 1", client.options());
      }
      assertThat(client.query("select 1")).hasSize(1);
    }
  }

  @Test
  void withoutCookies_aPreparedStatementOutlivesManyQueries() throws Exception {
    try (SqlClient client = withoutCookies();
        PreparedStatement statement = client.sql().prepare("select 42", client.options())) {
      for (int i = 0; i < 50; i++) {
        assertThat(client.query("select 1")).hasSize(1);
      }
      assertThat(client.rows(statement.execute(client.options()))).hasSize(1);
      statement.close(client.options());
    }
  }

  @Test
  void withoutCookies_handlesAndTransactionsWork() throws Exception {
    try (SqlClient client = withoutCookies()) {
      client.update("create table nameless(a int)");
      Transaction transaction = client.sql().beginTransaction(client.options());
      client.sql().executeUpdate("insert into nameless values (1)", transaction, client.options());
      client.sql().rollback(transaction, client.options());
      try (PreparedStatement statement =
          client.sql().prepare("select * from nameless", client.options())) {
        FlightInfo info = statement.execute(client.options());
        assertThat(client.rows(info)).isEmpty();
        statement.close(client.options());
      }
      client.update("drop table nameless");
    }
  }

  @Test
  void withoutCookies_whatNeedsASessionIsRefusedInsteadOfLost() throws Exception {
    try (SqlClient client = withoutCookies()) {
      for (String statement :
          new String[] {"begin", "set threads = 1", "create temp table gone(a int)"}) {
        assertThat(
                failure(FlightStatusCode.INVALID_ARGUMENT, () -> client.update(statement))
                    .getMessage())
            .contains("log in with a handshake, or keep the cookie");
      }
      assertThat(client.query("pragma database_list")).isNotEmpty();
    }
  }

  @Test
  void withCookies_theSessionIsKeptFromTheFirstCallOn() throws Exception {
    ClientCookieMiddleware.Factory cookies = new ClientCookieMiddleware.Factory();
    try (BufferAllocator allocator = new RootAllocator();
        FlightClient flight =
            FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", gateway.port()))
                .intercept(cookies)
                .build();
        FlightSqlClient sql = new FlightSqlClient(flight)) {
      sql.execute("select 1", token());
      sql.executeUpdate("create temp table mine(a int)", token());
      sql.executeUpdate("begin", token());
      sql.executeUpdate("insert into mine values (1)", token());
      sql.executeUpdate("rollback", token());
      sql.executeUpdate("insert into mine values (2)", token());
      FlightInfo info = sql.execute("select a from mine", token());
      try (var stream = sql.getStream(info.getEndpoints().get(0).getTicket(), token())) {
        assertThat(stream.next()).isTrue();
        assertThat(stream.getRoot().getVector(0).getObject(0)).isEqualTo(2);
      }
    }
  }
}
