package dev.flightgate.server.auth;

/**
 * Tells who shows a credential. Thread-safe; called for every call without a token of our own.
 *
 * <p>A token is asked about on the transport's thread, which serves other calls too: the answer
 * must not block, on the network, a file or a lock held for long. A password is asked about on a
 * thread of the call's own, where the answer may take its time.
 */
public interface Authenticator {

  /**
   * The principal behind the credential.
   *
   * @throws AuthenticationException if there is none; the same message for a wrong user and a wrong
   *     password
   */
  Principal authenticate(Credential credential) throws AuthenticationException;
}
