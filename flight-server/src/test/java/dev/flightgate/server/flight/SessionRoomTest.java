package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.util.Map;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.junit.jupiter.api.Test;

/** What a login at {@code sessions.max} may cost others: nothing that they would miss. */
class SessionRoomTest {

  @Test
  void aLoginAtTheLimit_costsNoTicketThatWasNotFetchedAndNoOption() throws Exception {
    try (RunningGateway gateway = RunningGateway.builder().set("sessions.max", 4).start();
        SqlClient waiting = SqlClient.login(gateway, "alice");
        SqlClient chosen = SqlClient.login(gateway, "alice");
        SqlClient idle = SqlClient.login(gateway, "bob")) {
      FlightInfo planned = waiting.sql().execute("select 42", waiting.options());
      chosen.update("create schema chosen");
      chosen
          .sql()
          .setSessionOptions(
              new SetSessionOptionsRequest(
                  Map.of("schema", SessionOptionValueFactory.makeSessionOptionValue("chosen"))),
              chosen.options());
      assertThat(idle.query("select 1")).hasSize(1);

      for (int i = 0; i < 6; i++) {
        try (SqlClient other = SqlClient.login(gateway, "alice")) {
          assertThat(other.query("select 1")).hasSize(1);
        }
      }

      assertThat(chosen.query("select current_schema()").toString()).isEqualTo("[[chosen]]");
      assertThat(waiting.rows(planned).toString()).isEqualTo("[[42]]");
    }
  }

  @Test
  void aLogin_whereEverySessionHoldsATicket_isRefused() throws Exception {
    try (RunningGateway gateway = RunningGateway.builder().set("sessions.max", 1).start();
        SqlClient waiting = SqlClient.login(gateway, "alice");
        SqlClient late = SqlClient.login(gateway, "alice")) {
      FlightInfo planned = waiting.sql().execute("select 42", waiting.options());
      assertThat(failure(FlightStatusCode.RESOURCE_EXHAUSTED, () -> late.query("select 1")))
          .hasMessageContaining("sessions.max");
      assertThat(waiting.rows(planned).toString()).isEqualTo("[[42]]");
      assertThat(late.query("select 1")).hasSize(1);
    }
  }
}
