package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import dev.flightgate.server.RunningGateway;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.sql.FlightSqlClient.SubstraitPlan;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is implemented, and that the rest says so. */
class ActionsTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static void run(SqlClient client, String type) {
    client
        .flight()
        .doAction(new Action(type, new byte[0]), client.options())
        .forEachRemaining(result -> {});
  }

  @ParameterizedTest
  @CsvSource({"main, false", "lite, true"})
  void listActions_listsWhatIsImplementedAndNoMore(String database, boolean savepoints)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      List<String> types = new ArrayList<>();
      for (ActionType type : client.flight().listActions(client.options())) {
        types.add(type.getType());
      }
      assertThat(types.contains("BeginSavepoint")).isEqualTo(savepoints);
      assertThat(types.contains("EndSavepoint")).isEqualTo(savepoints);
      types.removeAll(List.of("BeginSavepoint", "EndSavepoint"));
      assertThat(types)
          .containsExactlyInAnyOrder(
              "BeginTransaction",
              "EndTransaction",
              "CreatePreparedStatement",
              "ClosePreparedStatement",
              "CancelQuery",
              "CancelFlightInfo",
              "RenewFlightEndpoint",
              "SetSessionOptions",
              "GetSessionOptions",
              "CloseSession");
    }
  }

  /** Only the ticket tells which query it is. */
  @SuppressWarnings("deprecation") // CancelQuery is, and older clients send it.
  @ParameterizedTest
  @CsvSource({
    "main, CancelFlightInfo",
    "main, CancelQuery",
    "lite, CancelFlightInfo",
    "lite, CancelQuery"
  })
  void cancel_ofAFlightInfoWithoutItsDescriptor_cancels(String database, String type)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      FlightInfo info = client.sql().execute("select 1", client.options());
      Flight.FlightInfo bare =
          Flight.FlightInfo.parseFrom(info.serialize()).toBuilder().clearFlightDescriptor().build();
      byte[] body =
          type.equals("CancelQuery")
              ? Any.pack(
                      FlightSql.ActionCancelQueryRequest.newBuilder()
                          .setInfo(bare.toByteString())
                          .build())
                  .toByteArray()
              : Flight.CancelFlightInfoRequest.newBuilder().setInfo(bare).build().toByteArray();
      client
          .flight()
          .doAction(new Action(type, body), client.options())
          .forEachRemaining(result -> assertThat(result.getBody()).isNotEmpty());
      failure(FlightStatusCode.CANCELLED, () -> client.rows(info));
    }
  }

  @Test
  void cancel_withoutAFlightInfo_isInvalid() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      assertThat(failure(FlightStatusCode.INVALID_ARGUMENT, () -> run(client, "CancelFlightInfo")))
          .hasMessageContaining("has no FlightInfo");
    }
  }

  @Test
  void actions_notListed_areUnimplemented() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      for (String type : List.of("CreatePreparedSubstraitPlan", "NoSuchAction", "")) {
        failure(FlightStatusCode.UNIMPLEMENTED, () -> run(client, type));
      }
      assertThat(client.query("select 1")).hasSize(1);
    }
  }

  @Test
  void substrait_isUnimplementedInEveryForm() throws Exception {
    SubstraitPlan plan = new SubstraitPlan(new byte[] {1}, "0.1");
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      failure(
          FlightStatusCode.UNIMPLEMENTED,
          () -> client.sql().executeSubstrait(plan, client.options()));
      failure(
          FlightStatusCode.UNIMPLEMENTED,
          () -> client.sql().getExecuteSubstraitSchema(plan, client.options()));
      failure(
          FlightStatusCode.UNIMPLEMENTED,
          () -> client.sql().executeSubstraitUpdate(plan, client.options()));
      failure(FlightStatusCode.UNIMPLEMENTED, () -> client.sql().prepare(plan, client.options()));
    }
  }

  @Test
  void listFlightsAndDoExchange_areUnimplemented() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      failure(
          FlightStatusCode.UNIMPLEMENTED,
          () -> {
            for (FlightInfo flight : client.flight().listFlights(Criteria.ALL, client.options())) {
              assertThat(flight).isNull();
            }
          });
      try (FlightClient.ExchangeReaderWriter exchange =
              client
                  .flight()
                  .doExchange(FlightDescriptor.command(new byte[] {1}), client.options());
          VectorSchemaRoot rows = VectorSchemaRoot.of()) {
        exchange.getWriter().start(rows);
        exchange.getWriter().completed();
        failure(FlightStatusCode.UNIMPLEMENTED, () -> exchange.getReader().next());
      }
    }
  }
}
