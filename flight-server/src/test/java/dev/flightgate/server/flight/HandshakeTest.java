package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import dev.flightgate.server.config.GatewayConfig.Secret;
import dev.flightgate.server.config.GatewayConfig.UserConfig;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.apache.arrow.flight.impl.Flight;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Handshake, message by message and header by header. */
class HandshakeTest {

  private static final String PASSWORD = "a:b:c ü";

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.builder().auth(HandshakeTest::withColons).start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static AuthConfig withColons(AuthConfig a) {
    UserConfig carol = new UserConfig("carol", new Secret(PASSWORD), false);
    return new AuthConfig(a.disabled(), List.of(carol), a.tokens(), a.tokenLifetime(), List.of());
  }

  private static String basic(boolean padded) {
    Base64.Encoder encoder = padded ? Base64.getEncoder() : Base64.getEncoder().withoutPadding();
    byte[] pair = ("carol:" + PASSWORD).getBytes(StandardCharsets.UTF_8);
    return "Basic " + encoder.encodeToString(pair);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPassword_withColonsAndWithOrWithoutPadding_givesABearerInTheResponseHeaders(boolean padded)
      throws Exception {
    try (RawFlight client = new RawFlight(gateway, "carol")) {
      client.header("authorization", basic(padded));
      assertThat(client.handshake()).as("responses").hasSizeLessThanOrEqualTo(1);
      assertThat(client.bearers()).hasSize(1);
      client.header("authorization", client.bearers().get(0));
      client.calls().listActions(Flight.Empty.getDefaultInstance()).forEachRemaining(a -> {});
    }
  }

  @Test
  void aHandshake_thatShowsAValidBearer_succeeds() throws Exception {
    try (RawFlight client = new RawFlight(gateway, "carol")) {
      client.header("authorization", basic(true));
      client.handshake();
      client.header("authorization", client.bearers().get(0));
      assertThat(client.handshake()).hasSizeLessThanOrEqualTo(1);
      client.header("authorization", "Bearer " + RunningGateway.TOKEN);
      assertThat(client.handshake()).hasSizeLessThanOrEqualTo(1);
    }
  }
}
