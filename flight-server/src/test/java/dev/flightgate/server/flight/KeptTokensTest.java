package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.config.GatewayConfig.Secret;
import dev.flightgate.server.config.GatewayConfig.UserConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bearer tokens of gateways that share their key: replicas, or one before and after a restart. */
final class KeptTokensTest {

  @TempDir Path folder;
  private Path key;

  @BeforeEach
  void writeKey() throws Exception {
    key = Files.writeString(folder.resolve("key"), "0123456789abcdef0123456789abcdef\n");
  }

  private RunningGateway start(String alicesPassword) {
    UserConfig alice =
        new UserConfig("alice", new Secret(alicesPassword), null, false, List.of("admin"));
    return RunningGateway.builder()
        .database("main", "duckdb", ":memory:")
        .auth(a -> a.withUsers(List.of(alice)).withSigningKeyFile(key))
        .start();
  }

  private static CredentialCallOption login(SqlClient client, String password) {
    CredentialCallOption token =
        client.flight().authenticateBasicToken("alice", password).orElseThrow();
    client.addCredential(token);
    return token;
  }

  @Test
  void aToken_isGoodAfterARestart_andItsSessionIsANewOne() throws Exception {
    CredentialCallOption token;
    Ticket ticket;
    try (RunningGateway before = start("secret");
        SqlClient client = SqlClient.withoutLogin(before)) {
      token = login(client, "secret");
      client.update("create temp table mine (i int)");
      ticket =
          client
              .sql()
              .execute("select * from mine", client.options())
              .getEndpoints()
              .get(0)
              .getTicket();
    }
    try (RunningGateway after = start("secret");
        SqlClient client = SqlClient.withoutLogin(after)) {
      client.addCredential(token);
      assertThat(client.query("select 1")).hasSize(1);
      assertThat(failure(FlightStatusCode.NOT_FOUND, () -> client.rows(ticket)))
          .hasMessageContaining("expired");
      failure(FlightStatusCode.NOT_FOUND, () -> client.query("select * from mine"));
    }
  }

  @Test
  void aToken_isRefusedOnceThePasswordChanged_orUnderAnotherKey() throws Exception {
    CredentialCallOption token;
    try (RunningGateway before = start("secret");
        SqlClient client = SqlClient.withoutLogin(before)) {
      token = login(client, "secret");
    }
    try (RunningGateway after = start("another");
        SqlClient client = SqlClient.withoutLogin(after)) {
      assertThat(
              failure(
                  FlightStatusCode.UNAUTHENTICATED, () -> client.sql().execute("select 1", token)))
          .hasMessage("the user has changed since the token was issued: log in again");
      assertThat(login(client, "another")).isNotNull();
    }
    Files.writeString(key, "another key 0123456789abcdef0123456789abcdef\n");
    try (RunningGateway stranger = start("secret");
        SqlClient client = SqlClient.withoutLogin(stranger)) {
      assertThat(
              failure(
                  FlightStatusCode.UNAUTHENTICATED, () -> client.sql().execute("select 1", token)))
          .hasMessage("the token is not valid: log in again");
    }
  }
}
