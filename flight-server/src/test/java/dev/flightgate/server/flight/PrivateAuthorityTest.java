package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.config.GatewayConfig.FlightConfig;
import dev.flightgate.server.config.GatewayConfig.TlsConfig;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway and clients whose certificates one private authority has signed, and impostors. */
final class PrivateAuthorityTest {

  @TempDir private static Path folder;

  private static Authority authority;
  private static Authority other;
  private static RunningGateway gateway;
  private static RunningGateway expired;

  @BeforeAll
  static void start() throws Exception {
    authority = Authority.make(Files.createDirectory(folder.resolve("ours")));
    other = Authority.make(Files.createDirectory(folder.resolve("theirs")));
    gateway = gateway(authority.server());
    expired =
        gateway(
            authority.signExpired(
                "CN=127.0.0.1", new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
  }

  private static RunningGateway gateway(Certificate own) throws Exception {
    Path clients = authority.certificate();
    return RunningGateway.builder()
        .database("lite", "sqlite", ":memory:")
        .flight(
            plain ->
                new FlightConfig(
                    plain.host(),
                    plain.port(),
                    new TlsConfig(own.certificate(), own.key(), clients),
                    plain.insecure(),
                    plain.messageBytesMax(),
                    plain.headerBytesMax(),
                    plain.batchBytes(),
                    plain.batchRowsMax(),
                    plain.reflection(),
                    plain.connections()))
        .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    expired.close();
  }

  /** How many endpoints the answer to a query has, for a client that shows its own certificate. */
  private static int ask(RunningGateway server, Path trusted, @Nullable Certificate own)
      throws Exception {
    try (BufferAllocator allocator = new RootAllocator();
        InputStream roots = Files.newInputStream(trusted);
        InputStream chain = Files.newInputStream(own == null ? trusted : own.certificate());
        InputStream key = Files.newInputStream(own == null ? trusted : own.key())) {
      FlightClient.Builder builder =
          FlightClient.builder(allocator, Location.forGrpcTls("127.0.0.1", server.port()))
              .useTls()
              .trustedCertificates(roots);
      if (own != null) {
        builder.clientCertificate(chain, key);
      }
      FlightClient flight = builder.build();
      try (FlightSqlClient client = new FlightSqlClient(flight)) {
        CredentialCallOption token =
            flight.authenticateBasicToken("alice", RunningGateway.password("alice")).orElseThrow();
        return client.execute("select 1", token).getEndpoints().size();
      }
    }
  }

  private static void assertNoConnection(ThrowingCallable ask) {
    assertThatExceptionOfType(FlightRuntimeException.class)
        .isThrownBy(ask)
        .satisfies(e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAVAILABLE));
  }

  @Test
  void aClient_ofTheSameAuthority_comesIn() throws Exception {
    assertThat(ask(gateway, authority.certificate(), authority.sign("CN=client"))).isEqualTo(1);
  }

  @Test
  void aClient_ofAnotherAuthority_orOfNone_isNotLetIn() throws Exception {
    Certificate stranger = other.sign("CN=client-of-others");
    assertNoConnection(() -> ask(gateway, authority.certificate(), stranger));
    assertNoConnection(() -> ask(gateway, authority.certificate(), null));
  }

  @Test
  void aClient_whoseCertificateHasExpired_isNotLetIn() throws Exception {
    Certificate late = authority.signExpired("CN=late-client");
    assertNoConnection(() -> ask(gateway, authority.certificate(), late));
  }

  @Test
  void aClient_thatTrustsAnotherAuthority_orMeetsAnExpiredServer_doesNotTalkToIt()
      throws Exception {
    Certificate own = authority.sign("CN=careful-client");
    assertNoConnection(() -> ask(gateway, other.certificate(), own));
    assertNoConnection(() -> ask(expired, authority.certificate(), own));
  }
}
