package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.auth2.BearerCredentialWriter;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logging in: clients.md, "Logging in". */
class LoginTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.builder().database("lite", "sqlite", ":memory:").start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void handshake_withBasic_returnsABearerThatIsAccepted() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      assertThat(client.query("select 1")).hasSize(1);
    }
  }

  @Test
  void handshake_withTheProtobufPayload_returnsATokenThatIsAccepted() throws Exception {
    try (SqlClient client = SqlClient.withoutLogin(gateway)) {
      client.flight().authenticateBasic("alice", RunningGateway.password("alice"));
      assertThat(client.query("select 1")).hasSize(1);
    }
  }

  @Test
  void basic_onEveryCallWithOrWithoutPadding_isAccepted() throws Exception {
    String pair = "alice:" + RunningGateway.password("alice");
    for (Base64.Encoder encoder :
        new Base64.Encoder[] {Base64.getEncoder(), Base64.getEncoder().withoutPadding()}) {
      String encoded = encoder.encodeToString(pair.getBytes(StandardCharsets.UTF_8));
      try (SqlClient client = SqlClient.withoutLogin(gateway)) {
        client.addCredential(
            new CredentialCallOption(h -> h.insert("authorization", "Basic " + encoded)));
        assertThat(client.query("select 1")).hasSize(1);
      }
    }
  }

  @Test
  void staticToken_withoutHandshake_isAccepted() throws Exception {
    try (SqlClient client = SqlClient.withoutLogin(gateway)) {
      client.addCredential(
          new CredentialCallOption(new BearerCredentialWriter(RunningGateway.TOKEN)));
      assertThat(client.query("select 1")).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer nonsense",
        "Basic nonsense",
        "Basic YWxpY2U6d3Jvbmc",
        "Basic bm9ib2R5Og==",
        "Digest x"
      })
  void wrongCredentials_areUnauthenticatedOnEveryKindOfCall(String authorization) throws Exception {
    CallOption[] options =
        authorization.isEmpty() ? new CallOption[0] : new CallOption[] {header(authorization)};
    try (SqlClient client = SqlClient.withoutLogin(gateway)) {
      FlightStatusCode unauthenticated = FlightStatusCode.UNAUTHENTICATED;
      failure(unauthenticated, () -> client.sql().execute("select 1", options));
      failure(unauthenticated, () -> client.sql().executeUpdate("select 1", options));
      failure(
          unauthenticated,
          () -> client.flight().getSchema(FlightDescriptor.command(new byte[0]), options));
      failure(
          unauthenticated,
          () -> {
            try (var stream = client.flight().getStream(new Ticket(new byte[0]), options)) {
              stream.next();
            }
          });
      failure(
          unauthenticated,
          () -> client.flight().doAction(new Action("CloseSession"), options).hasNext());
      failure(unauthenticated, () -> client.flight().listActions(options).iterator().hasNext());
    }
  }

  @Test
  void handshake_withAWrongPassword_isUnauthenticatedAndTheServerGoesOn() throws Exception {
    try (SqlClient client = SqlClient.withoutLogin(gateway)) {
      String told =
          failure(
                  FlightStatusCode.UNAUTHENTICATED,
                  () -> client.flight().authenticateBasicToken("alice", "wrong"))
              .getMessage();
      assertThat(told)
          .isEqualTo(
              failure(
                      FlightStatusCode.UNAUTHENTICATED,
                      () -> client.flight().authenticateBasicToken("nobody", "wrong"))
                  .getMessage());
      failure(
          FlightStatusCode.UNAUTHENTICATED,
          () -> client.flight().authenticateBasic("alice", "wrong"));
    }
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      assertThat(client.query("select 1")).hasSize(1);
    }
  }

  @Test
  void passwords_guessedOften_areRefusedAndOthersAreNot() throws Exception {
    try (RunningGateway guessed =
            RunningGateway.builder().database("lite", "sqlite", ":memory:").start();
        SqlClient client = SqlClient.withoutLogin(guessed)) {
      CallOption wrong = header("Basic YWxpY2U6d3Jvbmc");
      for (int attempt = 0; attempt < 20; attempt++) {
        failure(FlightStatusCode.UNAUTHENTICATED, () -> client.sql().execute("select 1", wrong));
      }
      String alice = RunningGateway.password("alice");
      assertThat(
              failure(
                  FlightStatusCode.UNAUTHENTICATED,
                  () -> client.flight().authenticateBasicToken("alice", alice)))
          .hasMessageMatching("too many failed logins, try again in \\d+ s");
      try (SqlClient bob = SqlClient.login(guessed, "bob")) {
        assertThat(bob.query("select 1")).hasSize(1);
      }
    }
  }

  @Test
  void token_afterItsLifetime_isRefusedWithTheReason() throws Exception {
    try (RunningGateway shortLived =
            RunningGateway.builder()
                .database("lite", "sqlite", ":memory:")
                .auth(
                    a ->
                        new AuthConfig(
                            false, a.users(), a.tokens(), Duration.ofSeconds(1), List.of()))
                .start();
        SqlClient client = SqlClient.login(shortLived, "alice")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  assertThat(
                          failure(FlightStatusCode.UNAUTHENTICATED, () -> client.query("select 1"))
                              .getMessage())
                      .contains("expired: log in again"));
    }
  }

  @Test
  void token_ofAnotherServer_isRefused() throws Exception {
    try (RunningGateway other =
            RunningGateway.builder().database("lite", "sqlite", ":memory:").start();
        SqlClient elsewhere = SqlClient.login(other, "alice");
        SqlClient client = SqlClient.withoutLogin(gateway)) {
      failure(
          FlightStatusCode.UNAUTHENTICATED,
          () -> client.sql().execute("select 1", elsewhere.options()));
    }
  }

  @Test
  void unknownHeaders_areTolerated() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      CallOption[] options = java.util.Arrays.copyOf(client.options(), 2);
      CallHeaders headers = new FlightCallHeaders();
      headers.insert("x-anything", "at all");
      options[1] = new HeaderCallOption(headers);
      assertThat(client.rows(client.sql().execute("select 1", options))).hasSize(1);
    }
  }

  private static HeaderCallOption header(String authorization) {
    CallHeaders headers = new FlightCallHeaders();
    headers.insert("authorization", authorization);
    return new HeaderCallOption(headers);
  }
}
