package dev.flightgate.client.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The page {@code /readyz} of a server's HTTP door. By the JDK's oldest client, which takes the
 * least time to start.
 */
final class ReadyPage {

  private static final int OK = 200;
  private static final int NOT_READY = 503;

  private ReadyPage() {}

  /** The server cannot be asked; the message says why. */
  static final class NoAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Whether the page says that the server is ready.
   *
   * @param door {@code http://host:port} or {@code https://host:port}
   * @param roots a PEM file of the certificates to trust; null for the JVM's, or anybody's if the
   *     door is on this machine
   */
  static boolean isReady(URI door, @Nullable Path roots, Duration patience) {
    String scheme = String.valueOf(door.getScheme());
    if (!scheme.matches("https?") || door.getHost() == null) {
      throw new UsageException("--http: must be http://host:port or https://host:port");
    }
    try {
      HttpURLConnection connection =
          (HttpURLConnection) door.resolve("/readyz").toURL().openConnection();
      connection.setConnectTimeout((int) patience.toMillis());
      connection.setReadTimeout((int) patience.toMillis());
      connection.setInstanceFollowRedirects(false);
      if (connection instanceof HttpsURLConnection encrypted) {
        secure(encrypted, door, roots);
      }
      int status = connection.getResponseCode();
      connection.disconnect();
      if (status != OK && status != NOT_READY) {
        throw new IOException("the answer is " + status + ", is this the HTTP door?");
      }
      return status == OK;
    } catch (IOException | GeneralSecurityException e) {
      throw new NoAnswerException(door + " cannot be asked: " + e.getMessage(), e);
    }
  }

  private static void secure(HttpsURLConnection connection, URI door, @Nullable Path roots)
      throws GeneralSecurityException, IOException {
    if (roots != null) {
      connection.setSSLSocketFactory(context(trusting(roots)).getSocketFactory());
    } else if (ConnectionOptions.isThisMachine(door)) {
      connection.setSSLSocketFactory(context(new Anybody()).getSocketFactory());
      connection.setHostnameVerifier((host, session) -> true);
    }
  }

  private static SSLContext context(TrustManager... trust) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust, null);
    return context;
  }

  private static TrustManager[] trusting(Path roots) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream pem = Files.newInputStream(roots)) {
      int number = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        store.setCertificateEntry("root-" + number++, one);
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  /** Lets any certificate pass: nothing secret is sent, and only this machine can answer. */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
