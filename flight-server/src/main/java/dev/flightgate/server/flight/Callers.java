package dev.flightgate.server.flight;

import dev.flightgate.server.auth.AuthenticationException;
import dev.flightgate.server.auth.Credential;
import dev.flightgate.server.auth.Identity;
import dev.flightgate.server.auth.Login;
import dev.flightgate.server.auth.Peer;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Who makes a call: what its headers show, or else the certificate of its connection. Thread-safe.
 */
final class Callers {

  private final Login login;
  private final boolean byCertificate;

  /**
   * @param byCertificate whether a client's certificate names its user
   */
  Callers(Login login, boolean byCertificate) {
    this.login = login;
    this.byCertificate = byCertificate;
  }

  Login login() {
    return login;
  }

  /** What the call shows of its own accord; empty if that is nothing, or cannot be read. */
  Optional<Credential> credential(ServerCall<?, ?> call, Metadata headers) {
    Peer peer = peer(call);
    Optional<Credential> shown = Credentials.read(headers, peer);
    return shown.isPresent() || !byCertificate ? shown : certificate(call, headers, peer);
  }

  private static Optional<Credential> certificate(
      ServerCall<?, ?> call, Metadata headers, Peer peer) {
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null) {
      return Optional.empty();
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate certificate
          ? Optional.of(
              new Credential.Certificate(certificate, peer, Credentials.database(headers)))
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty(); // the client showed none
    }
  }

  /**
   * Whether telling who calls may wait, and so needs a thread of the call's own. Quick; on the
   * transport's thread.
   */
  boolean blocks(ServerCall<?, ?> call, Metadata headers) {
    String token = Credentials.token(headers);
    if (token != null && login.issued(token)) {
      return false;
    }
    Optional<Credential> credential = credential(call, headers);
    return credential.isPresent() && login.blocks(credential.get());
  }

  /** Who makes the call. */
  Identity identify(ServerCall<?, ?> call, Metadata headers) throws AuthenticationException {
    Optional<Identity> anybody = login.withoutCredential();
    if (anybody.isPresent()) {
      return anybody.get();
    }
    Optional<Credential> credential = credential(call, headers);
    if (credential.isEmpty()) {
      throw new AuthenticationException(
          "no credentials: send 'authorization: Basic …' or 'Bearer …'");
    }
    return login.authenticate(credential.get());
  }

  /** What a client is told that is not let in. */
  static Status status(AuthenticationException refusal) {
    Status status =
        switch (refusal.reason()) {
          case WRONG, REFUSED -> Status.UNAUTHENTICATED;
          case UNAVAILABLE -> Status.UNAVAILABLE;
        };
    return status.withDescription(refusal.getMessage());
  }

  static Peer peer(ServerCall<?, ?> call) {
    return Peer.of(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
  }

  static String reason(AuthenticationException refusal) {
    return String.valueOf(refusal.getMessage());
  }
}
