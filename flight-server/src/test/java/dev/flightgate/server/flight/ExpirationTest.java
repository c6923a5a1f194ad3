package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.time.Duration;
import java.time.Instant;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.RenewFlightEndpointRequest;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Tickets say until when they are good, can be renewed, and say why they are gone. */
class ExpirationTest {

  private static RunningGateway.Builder lifetime(Duration lifetime) {
    return RunningGateway.builder()
        .database("lite", "sqlite", ":memory:")
        .set("sessions.result-lifetime", lifetime);
  }

  /** arrow-java 19 adds the seconds of an expiration time twice when it reads one. */
  private static Instant sent(FlightEndpoint endpoint) {
    return Instant.ofEpochSecond(endpoint.getExpirationTime().orElseThrow().getEpochSecond() / 2);
  }

  @Test
  void endpoint_saysUntilWhenItIsGood_andRenewPutsThatOff() throws Exception {
    try (RunningGateway gateway = lifetime(Duration.ofMinutes(5)).start();
        SqlClient client = SqlClient.login(gateway, "alice")) {
      Instant before = Instant.now();
      FlightInfo info = client.sql().execute("select 1", client.options());
      FlightEndpoint endpoint = info.getEndpoints().get(0);
      Instant expiry = sent(endpoint);
      assertThat(expiry).isBetween(before.plusSeconds(290), before.plusSeconds(310));
      FlightEndpoint renewed =
          client
              .flight()
              .renewFlightEndpoint(new RenewFlightEndpointRequest(endpoint), client.options());
      assertThat(renewed.getTicket()).isEqualTo(endpoint.getTicket());
      assertThat(sent(renewed)).isAfterOrEqualTo(expiry);
      assertThat(client.rows(renewed.getTicket())).hasSize(1);
    }
  }

  @Test
  void ticket_afterItsLifetime_isNotFoundAndSaysWhy() throws Exception {
    try (RunningGateway gateway = lifetime(Duration.ofSeconds(1)).start();
        SqlClient client = SqlClient.login(gateway, "alice")) {
      FlightInfo info = client.sql().execute("select 1", client.options());
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(
                          failure(FlightStatusCode.NOT_FOUND, () -> client.rows(info)).getMessage())
                      .contains("sessions.result-lifetime")
                      .contains("run the query again"));
      failure(
          FlightStatusCode.NOT_FOUND,
          () ->
              client
                  .flight()
                  .renewFlightEndpoint(
                      new RenewFlightEndpointRequest(info.getEndpoints().get(0)),
                      client.options()));
    }
  }
}
