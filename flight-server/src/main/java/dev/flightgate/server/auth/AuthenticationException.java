package dev.flightgate.server.auth;

/**
 * A credential was not good. The message may be shown to the client: it does not say why exactly.
 */
public final class AuthenticationException extends Exception {

  private static final long serialVersionUID = 1L;

  /** A refusal with the sentence for the client. */
  public AuthenticationException(String message) {
    super(message);
  }
}
