package dev.flightgate.server.auth;

/**
 * Tells who shows a credential; a program that embeds the gateway may bring its own. Thread-safe;
 * called for every call that shows no token of the gateway's own.
 *
 * <p>Calls are asked about on a thread of their own, where the answer may take its time, unless
 * {@link #blocks} says that it takes none. What it throws beside {@link AuthenticationException} is
 * logged, and the client told to try again.
 */
@FunctionalInterface
public interface Authenticator {

  /**
   * The principal behind the credential.
   *
   * @throws AuthenticationException if there is none; the same message for a wrong user and a wrong
   *     password
   */
  Principal authenticate(Credential credential) throws AuthenticationException;

  /**
   * Whether looking at the credential may wait, for the network, a file or a lock, or take more
   * than some microseconds. If not, it may be done on the transport's thread, which serves others
   * too. Asked there itself.
   */
  default boolean blocks(Credential credential) {
    return true;
  }

  /**
   * What tokens that the gateway issues to the principal stand on, such as the user's password and
   * roles: once it is another text, tokens issued before are refused. Quick, as it is asked with
   * each call; the text is not shown to anybody. Replicas have to say the same.
   */
  default String standing(Principal principal) {
    return "";
  }
}
