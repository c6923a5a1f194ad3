package dev.flightgate.server.auth;

import dev.flightgate.server.auth.AuthenticationException.Reason;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in for every door: a credential becomes an identity. Thread-safe.
 *
 * <p>Tokens that the gateway issued are recognised by their signature; everything else is for the
 * {@link Authenticator}.
 */
public final class Login {

  private static final Logger log = LoggerFactory.getLogger(Login.class);

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

  /** Lets everybody in, as the user "anonymous" who may do everything, whatever they show. */
  public static Login open(TokenIssuer tokens) {
    Principal anonymous = Principal.of("anonymous", Roles.ADMIN);
    return new Login(
        c -> anonymous,
        tokens,
        new LoginThrottle(Clock.systemUTC()),
        Optional.of(new Identity(anonymous, null)));
  }

  /** Whether a token says that the gateway issued it, which is not proven yet. Quick. */
  public boolean issued(String token) {
    return tokens.claims(token);
  }

  /** Whether {@link #authenticate} may wait, and so is not for the transport's thread. Quick. */
  public boolean blocks(Credential credential) {
    boolean ours = credential instanceof Credential.Token token && issued(token.token());
    return anybody.isEmpty() && !ours && authenticator.blocks(credential);
  }

  /**
   * Who shows the credential.
   *
   * @throws AuthenticationException if nobody known does, or too many attempts failed before
   */
  public Identity authenticate(Credential credential) throws AuthenticationException {
    if (credential instanceof Credential.Token token) {
      Optional<Identity> issued = tokens.recognise(token.token(), authenticator::standing);
      if (issued.isPresent()) {
        return issued.get();
      }
    }
    try (LoginThrottle.Attempt attempt = throttle.begin(credential)) {
      try {
        Principal principal = authenticator.authenticate(credential);
        attempt.succeeded();
        return new Identity(principal, null);
      } catch (AuthenticationException e) {
        if (e.reason() == Reason.WRONG) {
          attempt.failed();
        }
        throw e;
      } catch (RuntimeException e) {
        log.error("a login from {} could not be checked", credential.peer(), e);
        throw new AuthenticationException(
            "the login cannot be checked now, try again later", Reason.UNAVAILABLE);
      }
    }
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
    return tokens.issue(principal, authenticator.standing(principal));
  }

  /** A session id that cannot be guessed. */
  public String newSessionId() {
    return tokens.newSessionId();
  }
}
