package dev.flightgate.server.auth;

import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/** What a client shows to prove who it is. Never logged: {@code toString} hides the secret. */
public sealed interface Credential {

  /** Where the client connects from. */
  Peer peer();

  /** The database that the client asks for; null for the default one, and not known to exist. */
  @Nullable String database();

  /** A user name and a password. */
  record Password(String user, String password, Peer peer, @Nullable String database)
      implements Credential {

    /** For the default database. */
    public Password(String user, String password, Peer peer) {
      this(user, password, peer, null);
    }

    @Override
    public String toString() {
      return "Password[user=" + user + ", peer=" + peer + "]";
    }
  }

  /** A bearer token: one this gateway issued, a static API token, or one of another issuer. */
  record Token(String token, Peer peer, @Nullable String database) implements Credential {

    /** For the default database. */
    public Token(String token, Peer peer) {
      this(token, peer, null);
    }

    @Override
    public String toString() {
      return "Token[peer=" + peer + "]";
    }
  }

  /**
   * The certificate of a client that shows nothing else. TLS has proven that the client has its
   * key, and that one of those signed it who are trusted.
   */
  record Certificate(X509Certificate certificate, Peer peer, @Nullable String database)
      implements Credential {

    @Override
    public String toString() {
      return "Certificate[" + certificate.getSubjectX500Principal() + ", peer=" + peer + "]";
    }
  }
}
