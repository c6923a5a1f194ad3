package dev.flightgate.server.auth;

/** What a client shows to prove who it is. Never logged: {@code toString} hides the secret. */
public sealed interface Credential {

  /** Where the client connects from. */
  Peer peer();

  /** A user name and a password. */
  record Password(String user, String password, Peer peer) implements Credential {
    @Override
    public String toString() {
      return "Password[user=" + user + ", peer=" + peer + "]";
    }
  }

  /** A bearer token: one this gateway issued, or a static API token. */
  record Token(String token, Peer peer) implements Credential {
    @Override
    public String toString() {
      return "Token[peer=" + peer + "]";
    }
  }
}
