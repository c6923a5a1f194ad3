package dev.flightgate.server.tls;

import dev.flightgate.server.config.GatewayConfig.ClientIdentity;
import dev.flightgate.server.config.GatewayConfig.TlsConfig;
import dev.flightgate.server.files.FileVersions;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate, key and trusted clients of one door, read again when their files change.
 * Connections that are there keep what they began with. Thread-safe.
 */
public final class ServerTls {

  private static final Logger log = LoggerFactory.getLogger(ServerTls.class);

  private final TlsConfig config;
  private final List<Path> files;
  private FileVersions seen = new FileVersions(List.of());
  private UnaryOperator<SslContextBuilder> protocol = builder -> builder;
  private @Nullable CurrentContext current;

  /** Reads nothing yet. */
  public ServerTls(TlsConfig config) {
    this.config = config;
    this.files = new ArrayList<>(List.of(config.certificate(), config.key()));
    Path clientCa = config.clientCa();
    if (clientCa != null) {
      files.add(clientCa);
    }
  }

  /** Whether a client's certificate names its user. */
  public boolean namesUsers() {
    return config.clientIdentity() != ClientIdentity.NONE;
  }

  /**
   * What a door's connections are encrypted with, now and after each change. To be called once.
   *
   * @param protocol adds what the door's protocol asks for
   * @throws SSLException if the files cannot be read, or the key is not the certificate's
   */
  public synchronized SslContext context(UnaryOperator<SslContextBuilder> protocol)
      throws SSLException {
    this.protocol = protocol;
    seen = FileVersions.of(files);
    CurrentContext context = new CurrentContext(build());
    current = context;
    return context;
  }

  /**
   * Reads the files again if one changed; what cannot be used, such as half of a new pair, leaves
   * everything as it was, and one line in the log. To be called every now and then.
   */
  public synchronized void refresh() {
    FileVersions now = FileVersions.of(files);
    if (current == null || now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      current.replace(build());
      log.info("{} and its key were read again; new connections see them", config.certificate());
    } catch (SSLException | RuntimeException e) {
      log.warn(
          "{} and its key changed and cannot be used, the old ones stay: {}",
          config.certificate(),
          e.getMessage());
    }
  }

  private SslContext build() throws SSLException {
    KeyPairFiles pair = KeyPairFiles.read(config.certificate(), config.key());
    SslContextBuilder builder = SslContextBuilder.forServer(pair.key(), pair.certificates());
    Path clientCa = config.clientCa();
    if (clientCa != null) {
      builder
          .trustManager(KeyPairFiles.certificates(clientCa))
          .clientAuth(config.clientOptional() ? ClientAuth.OPTIONAL : ClientAuth.REQUIRE);
    }
    return protocol.apply(builder).build();
  }
}
