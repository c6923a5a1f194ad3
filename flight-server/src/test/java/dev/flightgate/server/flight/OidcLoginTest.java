package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.auth.configured.OidcIssuer;
import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import dev.flightgate.server.config.IssuerConfig.OidcConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.junit.jupiter.api.Test;

/** Tokens of an OpenID provider, on their way through the door. */
final class OidcLoginTest {

  private static RunningGateway trusting(OidcIssuer issuer) {
    OidcConfig oidc =
        new OidcConfig(
            issuer.uri(),
            OidcIssuer.AUDIENCE,
            "preferred_username",
            "groups",
            Map.of("analysts", "reader", "engineers", "admin"),
            List.of(),
            Duration.ofSeconds(60));
    return RunningGateway.builder()
        .auth(
            a ->
                new AuthConfig(
                    false,
                    a.users(),
                    a.tokens(),
                    a.tokenLifetime(),
                    List.of(),
                    null,
                    null,
                    List.of(),
                    List.of(oidc)))
        .start();
  }

  private static CallOption bearer(OidcIssuer issuer, String group) {
    return TlsClient.header(
        "authorization",
        "Bearer "
            + issuer.token(
                "id-4711",
                c -> c.claim("preferred_username", "ann").claim("groups", List.of(group))));
  }

  @Test
  void aToken_ofTheProvider_hasTheRolesOfItsGroups() throws Exception {
    try (OidcIssuer issuer = new OidcIssuer();
        RunningGateway gateway = trusting(issuer);
        SqlClient client = SqlClient.withoutLogin(gateway)) {
      String write = "create table if not exists written (i int)";
      assertThat(client.sql().executeUpdate(write, bearer(issuer, "engineers"))).isNotNegative();
      CallOption analyst = bearer(issuer, "analysts");
      assertThat(client.sql().execute("select 1", analyst).getEndpoints()).hasSize(1);
      failure(FlightStatusCode.UNAUTHORIZED, () -> client.sql().executeUpdate(write, analyst));
      assertThat(
              failure(
                  FlightStatusCode.UNAUTHENTICATED,
                  () -> client.sql().execute("select 1", bearer(issuer, "others"))))
          .hasMessageContaining("has no role here: none is in its claim 'groups'");
      // Several ways in are on together.
      try (SqlClient alice = SqlClient.login(gateway, "alice")) {
        assertThat(alice.query("select 1")).hasSize(1);
      }
    }
  }

  @Test
  void aProviderThatHangs_holdsUpNobodyElseOnTheConnection() throws Exception {
    try (OidcIssuer issuer = new OidcIssuer();
        RunningGateway gateway = trusting(issuer);
        SqlClient client = SqlClient.login(gateway, "alice")) {
      issuer.hang();
      CallOption engineer = bearer(issuer, "engineers");
      CompletableFuture<FlightStatusCode> waiting =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  client.sql().execute("select 1", engineer);
                  return FlightStatusCode.OK;
                } catch (FlightRuntimeException e) {
                  return e.status().code();
                }
              });
      for (int call = 0; call < 3; call++) {
        assertThat(client.query("select 1")).hasSize(1);
      }
      assertThat(waiting).isNotDone();
      assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(FlightStatusCode.UNAVAILABLE);
    }
  }
}
