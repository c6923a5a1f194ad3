package dev.flightgate.client;

import static dev.flightgate.client.Outcomes.assertStatus;
import static dev.flightgate.client.Outcomes.rows;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.arrow.flight.FlightStatusCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way in, and every way not in, to a real gateway with TLS, a token and two databases. */
final class ConnectionEndToEndTest {

  private static final Credentials TOKEN = Credentials.token("an-api-token-of-some-length");
  private static final Credentials ME = Credentials.password("me", "pass:word \u00e9");

  @TempDir private static Path folder;

  private static ServerProcess server;
  private static ClientOptions trusting;

  @BeforeAll
  static void start() throws Exception {
    Certificate certificate = Certificate.make(folder);
    trusting = ClientOptions.defaults().withTlsRoots(certificate.certificate());
    Path password = Files.writeString(folder.resolve("password"), "pass:word \u00e9\n");
    server =
        ServerProcess.start(
            folder,
            "--tls-cert",
            certificate.certificate().toString(),
            "--tls-key",
            certificate.key().toString(),
            "--user",
            "me",
            "--password-file",
            password.toString(),
            "--auth-token",
            "an-api-token-of-some-length",
            "--database",
            "main=duckdb::memory:",
            "--database",
            "legacy=sqlite::memory:");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test
  void password_overTls_logsIn() {
    try (FlightgateClient client = FlightgateClient.connect(server.uri(), ME, trusting)) {
      assertThat(rows(client.query("SELECT 1"))).containsExactly("1");
    }
  }

  @Test
  void token_overTls_isTakenAsItIs() {
    try (FlightgateClient client = FlightgateClient.connect(server.uri(), TOKEN, trusting)) {
      assertThat(rows(client.query("SELECT 1"))).containsExactly("1");
    }
  }

  @Test
  void credentials_wrongOrMissing_areRefusedAtConnect() {
    assertStatus(
        FlightStatusCode.UNAUTHENTICATED,
        () -> FlightgateClient.connect(server.uri(), Credentials.password("me", "no"), trusting));
    assertStatus(
        FlightStatusCode.UNAUTHENTICATED,
        () -> FlightgateClient.connect(server.uri(), Credentials.token("no"), trusting));
    assertStatus(
        FlightStatusCode.UNAUTHENTICATED,
        () -> FlightgateClient.connect(server.uri(), Credentials.none(), trusting));
  }

  @Test
  void database_asked_isTheOneSpokenTo() {
    try (FlightgateClient main = FlightgateClient.connect(server.uri(), ME, trusting);
        FlightgateClient legacy =
            FlightgateClient.connect(server.uri(), ME, trusting.withDatabase("legacy"))) {
      assertThat(rows(legacy.query("SELECT count(*) FROM sqlite_master"))).hasSize(1);
      assertThat(rows(main.query("SELECT count(*) FROM duckdb_settings()"))).hasSize(1);
      assertStatus(
          FlightStatusCode.NOT_FOUND,
          () -> legacy.query("SELECT count(*) FROM duckdb_settings()").close());
    }
  }

  @Test
  void certificate_notTrusted_isUnavailableWithTheReason() {
    assertStatus(FlightStatusCode.UNAVAILABLE, () -> FlightgateClient.connect(server.uri(), TOKEN))
        .withMessageStartingWith("cannot reach " + server.uri() + ": ")
        .withMessageContaining("certification path");
  }

  @Test
  void roots_unreadable_areNamed() {
    Path missing = folder.resolve("missing.pem");
    assertStatus(
            FlightStatusCode.INVALID_ARGUMENT,
            () -> FlightgateClient.connect(server.uri(), TOKEN, trusting.withTlsRoots(missing)))
        .withMessageStartingWith("cannot read the TLS roots " + missing);
  }

  @Test
  void plainText_toATlsServer_isUnavailable() {
    URI plain = URI.create("grpc://127.0.0.1:" + server.uri().getPort());
    assertStatus(
            FlightStatusCode.UNAVAILABLE,
            () ->
                FlightgateClient.connect(
                    plain, TOKEN, trusting.withConnectTimeout(Duration.ofSeconds(5))))
        .withMessageStartingWith("cannot reach " + plain);
  }

  @Test
  void connect_whereNothingListens_isUnavailable() {
    assertStatus(
            FlightStatusCode.UNAVAILABLE,
            () -> FlightgateClient.connect(URI.create("grpc://127.0.0.1:1"), ME))
        .withMessage("cannot reach grpc://127.0.0.1:1: Connection refused");
  }
}
