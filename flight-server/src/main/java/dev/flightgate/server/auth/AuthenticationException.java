package dev.flightgate.server.auth;

/**
 * A credential was not good. The message may be shown to the client: for a wrong one it does not
 * say why exactly.
 */
public final class AuthenticationException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why a credential lets nobody in. */
  public enum Reason {
    /** It may be a guess, and counts against who sent it. */
    WRONG,
    /** It is genuine, but expired or of no use here. */
    REFUSED,
    /** It could not be looked at now; the same one may be good later. */
    UNAVAILABLE
  }

  private final Reason reason;

  /** A refusal of what may be a guess, with the sentence for the client. */
  public AuthenticationException(String message) {
    this(message, Reason.WRONG);
  }

  /** A refusal with the sentence for the client. */
  public AuthenticationException(String message, Reason reason) {
    super(message);
    this.reason = reason;
  }

  /** Why nobody is let in. */
  public Reason reason() {
    return reason;
  }
}
