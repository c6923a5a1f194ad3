package dev.flightgate.client;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a client connects. Immutable: each {@code with…} returns a changed copy of {@link
 * #defaults()}.
 *
 * @param database the database to speak to, or null for the server's default
 * @param tlsRoots a PEM file of the certificates to trust, or null for those of the JVM; used with
 *     {@code grpc+tls} only
 * @param connectTimeout how long reaching the server and logging in may take together
 */
public record ClientOptions(
    @Nullable String database, @Nullable Path tlsRoots, Duration connectTimeout) {

  /** Refuses a timeout that is not positive. */
  public ClientOptions {
    if (connectTimeout.isZero() || connectTimeout.isNegative()) {
      throw new IllegalArgumentException("connectTimeout: must be positive, was " + connectTimeout);
    }
  }

  /** The server's default database, the JVM's certificates, ten seconds. */
  public static ClientOptions defaults() {
    return new ClientOptions(null, null, Duration.ofSeconds(10));
  }

  /** With a database of that name. */
  public ClientOptions withDatabase(@Nullable String name) {
    return new ClientOptions(name, tlsRoots, connectTimeout);
  }

  /** Trusting the certificates of a PEM file, and no others. */
  public ClientOptions withTlsRoots(@Nullable Path pem) {
    return new ClientOptions(database, pem, connectTimeout);
  }

  /** With that much time to connect and log in. */
  public ClientOptions withConnectTimeout(Duration timeout) {
    return new ClientOptions(database, tlsRoots, timeout);
  }
}
