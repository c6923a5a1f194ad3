package dev.flightgate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.config.GatewayConfig.TlsConfig;
import dev.flightgate.server.flight.Certificate;
import dev.flightgate.server.health.Readiness;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The door under TLS, where clients of the Flight door need a certificate of their own. */
class HttpDoorTlsTest {

  private static final char[] SECRET = "changeit".toCharArray();

  @TempDir private static Path folder;
  private static HttpDoor door;
  private static SSLContext stranger;
  private static SSLContext known;

  @BeforeAll
  static void open() throws Exception {
    Certificate own = Certificate.make(folder);
    door =
        HttpDoor.open(
            new HttpDoor.Address(
                "127.0.0.1", 0, new TlsConfig(own.certificate(), own.key(), own.certificate())),
            new HttpDoor.Parts(
                new Readiness(List.of("main")), "1", () -> "a_metric 1\n", Runnable::run));
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream keys = Files.newInputStream(folder.resolve("keys.p12"))) {
      store.load(keys, SECRET);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, SECRET);
    stranger = context(store, null);
    known = context(store, keys.getKeyManagers());
  }

  private static SSLContext context(KeyStore store, KeyManager @Nullable [] keys) throws Exception {
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    roots.setCertificateEntry("root", store.getCertificate("server"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, trust.getTrustManagers(), null);
    return context;
  }

  @AfterAll
  static void close() {
    door.close();
  }

  private static int status(SSLContext client, String path) throws IOException {
    URI uri = URI.create("https://127.0.0.1:" + door.port() + path);
    HttpsURLConnection connection = (HttpsURLConnection) uri.toURL().openConnection();
    connection.setSSLSocketFactory(client.getSocketFactory());
    connection.setReadTimeout(10_000);
    int status = connection.getResponseCode();
    connection.disconnect();
    return status;
  }

  @ParameterizedTest
  @CsvSource({
    "/healthz, 200, 200",
    "/readyz, 503, 503",
    "/metrics, 403, 200",
    "/version, 403, 200",
    "/none, 404, 404"
  })
  void pages_ofTheOperator_needACertificateOthersDoNot(
      String path, int withoutCertificate, int withCertificate) throws Exception {
    assertThat(status(stranger, path)).isEqualTo(withoutCertificate);
    assertThat(status(known, path)).isEqualTo(withCertificate);
  }

  @Test
  void plainText_isHungUpOn() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write("GET /healthz HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
          .doesNotContain("HTTP/1.1 200");
    }
    assertThat(status(stranger, "/healthz")).isEqualTo(200);
  }
}
