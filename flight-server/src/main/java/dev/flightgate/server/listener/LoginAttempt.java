package dev.flightgate.server.listener;

/**
 * What a client shows to prove who it is, without what is secret of it.
 *
 * @param method what kind it is
 * @param user the name that it claims; empty if it claims none
 */
public record LoginAttempt(Method method, String user) {

  /** Kinds of credentials. */
  public enum Method {
    /** A user and a password, in a header or a handshake. */
    PASSWORD,
    /** A token that the gateway issued when its bearer logged in. */
    SESSION_TOKEN,
    /** Any other token. */
    TOKEN,
    /** A certificate, at the TLS handshake. */
    CERTIFICATE,
    /** Nothing, or nothing that can be read. */
    NONE
  }
}
