package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.Prepared.handle;
import static dev.flightgate.server.flight.Prepared.queryOf;
import static dev.flightgate.server.flight.Prepared.updateOf;
import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import dev.flightgate.server.RunningGateway;
import java.util.List;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much memory a client may hold between its calls: bound parameters and kept results. */
class HeldMemoryTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        RunningGateway.builder()
            .set("sessions.per-user-bytes-max", 1_000_000)
            .set("sessions.bytes-max", 1_500_000)
            .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** Binds half a megabyte. */
  private static void bind(SqlClient client, Message command) throws Exception {
    try (VectorSchemaRoot root =
        Columns.root(Columns.utf8(client.allocator(), "1", "x".repeat(500_000)))) {
      new Upload(command, root).send(client, 1);
    }
  }

  private static void closeSession(SqlClient client) {
    client.sql().closeSession(new CloseSessionRequest(), client.options());
  }

  @Test
  void parameters_boundToManyStatements_areLimitedForEachUserAndInAll() throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", "lite");
        SqlClient again = SqlClient.login(gateway, "alice", "main");
        SqlClient bob = SqlClient.login(gateway, "bob", "main");
        SqlClient reader = SqlClient.login(gateway, "reader", "lite")) {
      Message first = queryOf(handle(alice, "select length(?)"));
      bind(alice, first);
      bind(alice, first);
      for (Message second :
          List.of(
              queryOf(handle(again, "select length(?)")),
              updateOf(handle(again, "select length(?)")))) {
        assertThatThrownBy(() -> bind(again, second))
            .hasStackTraceContaining("RESOURCE_EXHAUSTED")
            .hasStackTraceContaining("sessions.per-user-bytes-max");
      }
      bind(bob, queryOf(handle(bob, "select length(?)")));
      Message third = queryOf(handle(reader, "select length(?)"));
      assertThatThrownBy(() -> bind(reader, third))
          .hasStackTraceContaining("RESOURCE_EXHAUSTED")
          .hasStackTraceContaining("sessions.bytes-max");

      closeSession(alice);
      bind(reader, third);
      closeSession(bob);
      closeSession(reader);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          main | insert into kept select repeat('x', 400000) returning a
          lite | insert into kept select hex(zeroblob(200000)) returning a
          """)
  void keptResults_areLimited_andThoseFetchedMakeRoom(String database, String insert)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table kept(a varchar)");
      FlightInfo first = client.sql().execute(insert, client.options());
      FlightInfo second = client.sql().execute(insert, client.options());
      assertThat(
              failure(
                  FlightStatusCode.RESOURCE_EXHAUSTED,
                  () -> client.sql().execute(insert, client.options())))
          .hasMessageContaining("sessions.per-user-bytes-max");
      assertThat(client.query("select count(*) from kept")).isEqualTo(List.of(List.of(2L)));

      assertThat(client.rows(first)).hasSize(1);
      FlightInfo third = client.sql().execute(insert, client.options());
      assertThat(failure(FlightStatusCode.NOT_FOUND, () -> client.rows(first)))
          .hasMessageContaining("sessions.per-user-bytes-max");
      assertThat(client.rows(second)).hasSize(1);
      assertThat(client.rows(third)).hasSize(1);
      client.update("drop table kept");
      closeSession(client);
    }
  }
}
