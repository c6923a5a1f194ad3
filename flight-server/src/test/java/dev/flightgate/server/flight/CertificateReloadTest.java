package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.config.GatewayConfig.TlsConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and keys that change on disk while the gateway runs. */
final class CertificateReloadTest {

  private static final String PASSWORD = RunningGateway.password("alice");

  @TempDir Path folder;

  private static void copy(Path from, Path to) throws Exception {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static int rows(RunningGateway gateway, Authority trusted, Certificate own)
      throws Exception {
    try (TlsClient client = new TlsClient(gateway, trusted.certificate(), own)) {
      return client.rows(
          "select 1", client.flight().authenticateBasicToken("alice", PASSWORD).orElseThrow());
    }
  }

  private static boolean isReached(RunningGateway gateway, Authority trusted, Certificate own)
      throws Exception {
    try {
      return rows(gateway, trusted, own) == 1;
    } catch (FlightRuntimeException e) {
      return false;
    }
  }

  @Test
  void newFiles_areSeenByNewConnections_andHalfAPairIsNot() throws Exception {
    Authority old = Authority.make(folder.resolve("old"));
    Authority young = Authority.make(folder.resolve("young"));
    Path certificate = folder.resolve("server.pem");
    Path key = folder.resolve("server.key");
    Path clientCa = folder.resolve("clients.pem");
    Certificate first = old.server();
    copy(first.certificate(), certificate);
    copy(first.key(), key);
    copy(old.certificate(), clientCa);
    Certificate oldClient = old.sign("CN=a client");
    Certificate youngClient = young.sign("CN=a client");
    try (RunningGateway gateway =
            RunningGateway.builder()
                .database("lite", "sqlite", ":memory:")
                .tls(new TlsConfig(certificate, key, clientCa))
                .start();
        TlsClient early = new TlsClient(gateway, old.certificate(), oldClient)) {
      var token = early.flight().authenticateBasicToken("alice", PASSWORD).orElseThrow();

      Certificate second = young.server();
      copy(second.certificate(), certificate);
      // The gateway looks each second, and so has seen half of the pair meanwhile.
      await()
          .during(Duration.ofMillis(1_500))
          .atMost(Duration.ofSeconds(20))
          .until(() -> isReached(gateway, old, oldClient));
      Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nhalf of");
      copy(second.key(), key);
      copy(young.certificate(), clientCa);

      await().atMost(Duration.ofSeconds(20)).until(() -> isReached(gateway, young, youngClient));
      failure(FlightStatusCode.UNAVAILABLE, () -> rows(gateway, old, oldClient));
      failure(FlightStatusCode.UNAVAILABLE, () -> rows(gateway, young, oldClient));
      assertThat(early.rows("select 1", token)).isEqualTo(1);
    }
  }
}
