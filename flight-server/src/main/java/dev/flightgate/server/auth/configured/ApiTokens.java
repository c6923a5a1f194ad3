package dev.flightgate.server.auth.configured;

import dev.flightgate.server.auth.AuthenticationException;
import dev.flightgate.server.auth.AuthenticationException.Reason;
import dev.flightgate.server.auth.Principal;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The static tokens of the configuration, by their SHA-256: the time of looking one up says nothing
 * about it. Immutable; quick.
 */
final class ApiTokens {

  /**
   * Who a token stands for.
   *
   * @param expires from when on it is good no more; null for never
   */
  record Bearer(Principal principal, @Nullable Instant expires) {}

  private final Map<String, Bearer> bearers;
  private final Clock clock;

  /**
   * @param bearers by the SHA-256 of the token, in lower case
   */
  ApiTokens(Map<String, Bearer> bearers, Clock clock) {
    this.bearers = Map.copyOf(bearers);
    this.clock = clock;
  }

  /**
   * Who bears the token; empty if it is none of these.
   *
   * @throws AuthenticationException if it has expired
   */
  Optional<Principal> authenticate(String token) throws AuthenticationException {
    Bearer bearer = bearers.get(Digests.sha256(token));
    if (bearer == null) {
      return Optional.empty();
    }
    if (bearer.expires() != null && !clock.instant().isBefore(bearer.expires())) {
      throw new AuthenticationException(
          "the token has expired: ask for another one", Reason.REFUSED);
    }
    return Optional.of(bearer.principal());
  }
}
