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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of a gateway that asks for their certificate; here each signs its own. */
final class ClientCertificateTest {

  @TempDir private static Path folder;

  private static Certificate server;
  private static Certificate trusted;
  private static Certificate stranger;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    server = Certificate.make(Files.createDirectory(folder.resolve("server")));
    trusted = Certificate.make(Files.createDirectory(folder.resolve("trusted")));
    stranger = Certificate.make(Files.createDirectory(folder.resolve("stranger")));
    gateway =
        RunningGateway.builder()
            .flight(
                plain ->
                    new FlightConfig(
                        plain.host(),
                        plain.port(),
                        new TlsConfig(server.certificate(), server.key(), trusted.certificate()),
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
  }

  private static int endpoints(@Nullable Certificate own, String password) throws Exception {
    try (BufferAllocator allocator = new RootAllocator();
        InputStream roots = Files.newInputStream(server.certificate());
        InputStream chain = own == null ? roots : Files.newInputStream(own.certificate());
        InputStream key = own == null ? roots : Files.newInputStream(own.key())) {
      FlightClient.Builder builder =
          FlightClient.builder(allocator, Location.forGrpcTls("127.0.0.1", gateway.port()))
              .useTls()
              .trustedCertificates(roots);
      if (own != null) {
        builder.clientCertificate(chain, key);
      }
      FlightClient flight = builder.build();
      try (FlightSqlClient client = new FlightSqlClient(flight)) {
        CredentialCallOption token = flight.authenticateBasicToken("alice", password).orElseThrow();
        return client.execute("select 1", token).getEndpoints().size();
      }
    }
  }

  @Test
  void aClient_withATrustedCertificate_comesInAndLogsIn() throws Exception {
    assertThat(endpoints(trusted, RunningGateway.password("alice"))).isEqualTo(1);
    assertThatExceptionOfType(FlightRuntimeException.class)
        .isThrownBy(() -> endpoints(trusted, "wrong"))
        .satisfies(e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAUTHENTICATED));
  }

  @Test
  void aClient_withoutOrWithAnotherCertificate_isNotLetIn() {
    for (Certificate own : new @Nullable Certificate[] {null, stranger}) {
      assertThatExceptionOfType(FlightRuntimeException.class)
          .isThrownBy(() -> endpoints(own, RunningGateway.password("alice")))
          .satisfies(e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAVAILABLE));
    }
  }
}
