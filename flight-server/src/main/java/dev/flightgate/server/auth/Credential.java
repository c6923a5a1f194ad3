package dev.flightgate.server.auth;

/** What a client shows to prove who it is. Never logged: {@code toString} hides the secret. */
public sealed interface Credential {

  /** Where the client connects from, for the log. */
  String peer();

  /** A user name and a password. */
  record Password(String user, String password, String peer) implements Credential {
    @Override
    public String toString() {
      return "Password[user=" + user + ", peer=" + peer + "]";
    }
  }

  /** A bearer token: one this gateway issued, or a static API token. */
  record Token(String token, String peer) implements Credential {
    @Override
    public String toString() {
      return "Token[peer=" + peer + "]";
    }
  }
}
