package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.config.GatewayConfig.ClientIdentity;
import dev.flightgate.server.config.GatewayConfig.TlsConfig;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightStatusCode;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients whose certificate, signed by a private authority, says who they are. */
final class ClientIdentityTest {

  private static final String WRITE = "create or replace table written (i int)";

  @TempDir private static Path folder;

  private static Authority authority;
  private static Authority stranger;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    authority = Authority.make(folder.resolve("authority"));
    stranger = Authority.make(folder.resolve("stranger"));
    gateway =
        RunningGateway.builder()
            .database("main", "duckdb", ":memory:")
            .tls(tls(ClientIdentity.SUBJECT_CN))
            .start();
  }

  private static TlsConfig tls(ClientIdentity identity) throws Exception {
    Certificate server = authority.server();
    return new TlsConfig(
        server.certificate(),
        server.key(),
        authority.certificate(),
        identity,
        true,
        List.of("reader"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static TlsClient client(@Nullable Certificate own) throws Exception {
    return new TlsClient(gateway, authority.certificate(), own);
  }

  @Test
  void aCertificateOfAConfiguredUser_isThatUserWithTheirRoles() throws Exception {
    try (TlsClient alice = client(authority.sign("CN=alice,O=Example"));
        TlsClient reader = client(authority.sign("CN=reader"))) {
      assertThat(alice.update(WRITE)).isNotNegative();
      assertThat(reader.rows("select 1")).isEqualTo(1);
      failure(FlightStatusCode.UNAUTHORIZED, () -> reader.update(WRITE));
    }
  }

  @Test
  void aCertificateOfSomebodyElse_hasTheRolesOfStrangers() throws Exception {
    try (TlsClient carol = client(authority.sign("CN=carol"))) {
      assertThat(carol.rows("select 1")).isEqualTo(1);
      failure(FlightStatusCode.UNAUTHORIZED, () -> carol.update(WRITE));
    }
  }

  @Test
  void aHandshakeByCertificate_givesATokenThatIsGoodWithoutIt() throws Exception {
    CallOption token;
    try (TlsClient alice = client(authority.sign("CN=alice"))) {
      token = alice.handshake();
    }
    try (TlsClient without = client(null)) {
      assertThat(without.update(WRITE, token)).isNotNegative();
    }
  }

  @Test
  void aLogin_comesBeforeTheCertificate_andNeedsNone() throws Exception {
    try (TlsClient alice = client(authority.sign("CN=alice"));
        TlsClient nobody = client(null)) {
      for (TlsClient client : List.of(alice, nobody)) {
        CallOption reader =
            client
                .flight()
                .authenticateBasicToken("reader", RunningGateway.password("reader"))
                .orElseThrow();
        assertThat(client.rows("select 1", reader)).isEqualTo(1);
        failure(FlightStatusCode.UNAUTHORIZED, () -> client.update(WRITE, reader));
      }
      failure(
          FlightStatusCode.UNAUTHENTICATED,
          () -> alice.rows("select 1", TlsClient.header("authorization", "Bearer nonsense")));
      failure(FlightStatusCode.UNAUTHENTICATED, () -> nobody.rows("select 1"));
    }
  }

  @Test
  void aCertificateThatNamesNobody_orWasSignedByAStranger_isRefused() throws Exception {
    try (TlsClient nameless = client(authority.sign("O=Example"));
        TlsClient twice = client(authority.sign("CN=alice,CN=bob"));
        TlsClient forged = client(stranger.sign("CN=alice"))) {
      assertThat(failure(FlightStatusCode.UNAUTHENTICATED, () -> nameless.rows("select 1")))
          .hasMessageContaining("does not name one user as its subject-cn");
      failure(FlightStatusCode.UNAUTHENTICATED, () -> twice.rows("select 1"));
      // The server says whose certificates it trusts, and the client keeps the other one back.
      failure(FlightStatusCode.UNAUTHENTICATED, () -> forged.rows("select 1"));
    }
  }

  @Test
  void anAlternativeName_mayNameTheUser() throws Exception {
    GeneralName uri =
        new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://example/alice");
    try (RunningGateway byUri =
            RunningGateway.builder()
                .database("lite", "sqlite", ":memory:")
                .tls(tls(ClientIdentity.SAN_URI))
                .start();
        TlsClient workload =
            new TlsClient(byUri, authority.certificate(), authority.sign("CN=alice", uri));
        TlsClient other =
            new TlsClient(byUri, authority.certificate(), authority.sign("CN=alice"))) {
      assertThat(workload.rows("select 1")).isEqualTo(1);
      failure(FlightStatusCode.UNAUTHENTICATED, () -> other.rows("select 1"));
    }
  }
}
