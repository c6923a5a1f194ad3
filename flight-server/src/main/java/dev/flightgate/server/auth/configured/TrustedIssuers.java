package dev.flightgate.server.auth.configured;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.flightgate.server.auth.AuthenticationException;
import dev.flightgate.server.auth.AuthenticationException.Reason;
import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.auth.Roles;
import dev.flightgate.server.config.ConfigException;
import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import dev.flightgate.server.config.IssuerConfig;
import dev.flightgate.server.config.IssuerConfig.JwtConfig;
import dev.flightgate.server.config.IssuerConfig.OidcConfig;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tokens (JWT) of others who are trusted to name users. A token is taken if the key of the issuer
 * that it names signed it, by an algorithm for that kind of key; only then are its claims believed.
 * Thread-safe; may wait for the network, where an issuer's keys are fetched.
 */
final class TrustedIssuers {

  /**
   * @param hasKeys whether there are keys to look at a token with
   */
  private record Issuer(
      DefaultJWTProcessor<SecurityContext> processor, Claims claims, BooleanSupplier hasKeys) {}

  private final Map<String, Issuer> issuers = new HashMap<>();

  /**
   * @param interval in which the keys of an OpenID provider are fetched twice at most
   * @throws ConfigException if a key cannot be used, or an issuer is named twice
   */
  TrustedIssuers(AuthConfig config, Roles roles, Duration interval) {
    for (int i = 0; i < config.jwt().size(); i++) {
      JwtConfig jwt = config.jwt().get(i);
      String place = "auth.jwt[" + i + "]";
      add(jwt, place, TokenKeys.of(jwt, place), () -> true, roles);
    }
    for (int i = 0; i < config.oidc().size(); i++) {
      OidcConfig oidc = config.oidc().get(i);
      OidcKeys keys = new OidcKeys(oidc.issuer());
      add(
          oidc,
          "auth.oidc[" + i + "]",
          new JWSVerificationKeySelector<>(TokenKeys.WITH_PUBLIC_KEYS, keys.kept(interval)),
          keys::wereFetched,
          roles);
    }
  }

  private void add(
      IssuerConfig config,
      String place,
      JWSKeySelector<SecurityContext> keys,
      BooleanSupplier hasKeys,
      Roles roles) {
    ConfiguredRoles.require(roles, config.roles(), place + ".roles");
    ConfiguredRoles.require(roles, config.roleMapping().values(), place + ".role-mapping");
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new DefaultJWTClaimsVerifier<>(
            config.audience(),
            new JWTClaimsSet.Builder().issuer(config.issuer()).build(),
            Set.of("exp"));
    claims.setMaxClockSkew((int) config.clockSkew().toSeconds());
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(keys);
    processor.setJWTClaimsSetVerifier(claims);
    Issuer issuer = new Issuer(processor, new Claims(config, roles), hasKeys);
    if (issuers.put(config.issuer(), issuer) != null) {
      throw new ConfigException(place + ".issuer", "is already taken: \"" + config.issuer() + "\"");
    }
  }

  /** Whether there is none. */
  boolean isEmpty() {
    return issuers.isEmpty();
  }

  /**
   * Who bears the token; empty if it is none of these issuers', or forged.
   *
   * @throws AuthenticationException if it is genuine but not good, or cannot be looked at now
   */
  Optional<Principal> authenticate(String text) throws AuthenticationException {
    SignedJWT token;
    @Nullable Issuer issuer;
    try {
      token = SignedJWT.parse(text);
      String name = token.getJWTClaimsSet().getIssuer();
      issuer = name == null ? null : issuers.get(name);
    } catch (ParseException e) {
      return Optional.empty();
    }
    if (issuer == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(issuer.claims().principal(issuer.processor().process(token, null)));
    } catch (BadJWTException e) {
      // The signature was right: who has the token may know what is wrong with it.
      throw new AuthenticationException(
          "the token is not good here: " + e.getMessage(), Reason.REFUSED);
    } catch (KeySourceException e) {
      if (e instanceof RateLimitReachedException && issuer.hasKeys().getAsBoolean()) {
        return Optional.empty(); // none of the keys that were fetched a moment ago
      }
      throw new AuthenticationException(
          "the keys of the token's issuer cannot be fetched now, try again later",
          Reason.UNAVAILABLE);
    } catch (BadJOSEException | JOSEException e) {
      return Optional.empty();
    }
  }
}
