package dev.flightgate.server.auth;

/** Tells who shows a credential. Thread-safe; called for every call without a token of our own. */
public interface Authenticator {

  /**
   * The principal behind the credential.
   *
   * @throws AuthenticationException if there is none; the same message for a wrong user and a wrong
   *     password
   */
  Principal authenticate(Credential credential) throws AuthenticationException;
}
