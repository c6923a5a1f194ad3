package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.time.Duration;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.auth2.BearerCredentialWriter;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What is in use stays known to whoever may end it, however many use it and through what. */
class HeldOnTest {

  @Test
  void aTicketFetchedTwice_isCancelledInBothFetches() throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        SqlClient client = SqlClient.login(gateway, "alice")) {
      FlightInfo info =
          client.sql().execute("select range from range(1000000000000)", client.options());
      Ticket ticket = info.getEndpoints().get(0).getTicket();
      try (FlightStream first = client.sql().getStream(ticket, client.options())) {
        assertThat(first.next()).isTrue();
        try (FlightStream second = client.sql().getStream(ticket, client.options())) {
          assertThat(second.next()).isTrue();
          second.cancel("enough", null);
        }
        client.sql().cancelFlightInfo(new CancelFlightInfoRequest(info), client.options());
        failure(
            FlightStatusCode.CANCELLED,
            () -> {
              while (first.next()) {
                assertThat(first.getRoot().getRowCount()).isPositive();
              }
            });
      }
    }
  }

  @Test
  void aTransactionInUse_outlivesTheSessionOfANamelessClient() throws Exception {
    try (RunningGateway gateway =
            RunningGateway.builder().set("sessions.result-lifetime", "1s").start();
        SqlClient client = SqlClient.withoutLogin(gateway)) {
      client.addCredential(
          new CredentialCallOption(new BearerCredentialWriter(RunningGateway.TOKEN)));
      client.update("create table used(i int)");
      Transaction transaction = client.sql().beginTransaction(client.options());
      Awaitility.await()
          .during(Duration.ofSeconds(4))
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  client
                          .sql()
                          .executeUpdate(
                              "insert into used values (1)", transaction, client.options())
                      == 1);
      client.sql().commit(transaction, client.options());
      assertThat((Long) client.query("select count(*) from used").get(0).get(0)).isPositive();
    }
  }
}
