package dev.flightgate.server.auth;

import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * The way in for every door: a credential becomes an identity. Thread-safe.
 *
 * <p>Tokens that the gateway issued are recognised by their signature; everything else is for the
 * {@link Authenticator}.
 */
public final class Login {

  private final Authenticator authenticator;
  private final TokenIssuer tokens;
  private final LoginThrottle throttle;
  private final Optional<Identity> anybody;
  private final LongAdder refusals = new LongAdder();

  /** Asks for credentials, and bars whoever guesses. */
  public Login(Authenticator authenticator, TokenIssuer tokens, LoginThrottle throttle) {
    this(authenticator, tokens, throttle, Optional.empty());
  }

  private Login(
      Authenticator authenticator,
      TokenIssuer tokens,
      LoginThrottle throttle,
      Optional<Identity> anybody) {
    this.authenticator = authenticator;
    this.tokens = tokens;
    this.throttle = throttle;
    this.anybody = anybody;
  }

  /** Lets everybody in, as the user "anonymous", whatever they show. */
  public static Login open(TokenIssuer tokens) {
    Principal anonymous = new Principal("anonymous", false);
    return new Login(
        c -> anonymous,
        tokens,
        new LoginThrottle(Clock.systemUTC()),
        Optional.of(new Identity(anonymous, null)));
  }

  /**
   * Who shows the credential.
   *
   * @throws AuthenticationException if nobody known does, or too many attempts failed before
   */
  public Identity authenticate(Credential credential) throws AuthenticationException {
    if (credential instanceof Credential.Token token) {
      Optional<Identity> issued = tokens.recognise(token.token());
      if (issued.isPresent()) {
        return issued.get();
      }
    }
    throttle.check(credential);
    Principal principal;
    try {
      principal = authenticator.authenticate(credential);
    } catch (AuthenticationException e) {
      throttle.failed(credential);
      throw e;
    }
    throttle.succeeded(credential);
    return new Identity(principal, null);
  }

  /** Says that a call was refused for its credentials, or for want of them. */
  public void refused() {
    refusals.increment();
  }

  /** How many calls were refused so far. */
  public long refusals() {
    return refusals.sum();
  }

  /** Who calls without any credential; empty where one is needed. */
  public Optional<Identity> withoutCredential() {
    return anybody;
  }

  /** A bearer token for the principal. */
  public String issueToken(Principal principal) {
    return tokens.issue(principal);
  }

  /** A session id that cannot be guessed. */
  public String newSessionId() {
    return tokens.newSessionId();
  }
}
