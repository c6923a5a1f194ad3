package dev.flightgate.server.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;

/**
 * Issues bearer tokens and recognises them: JWTs signed with HMAC-SHA-256 under a key of this
 * process. Claims: {@code iss} flightgate, {@code sub} the user, {@code sid} the session, {@code
 * roles} their names, {@code iat} and {@code exp}. Thread-safe.
 */
public final class TokenIssuer {

  private static final String ISSUER = "flightgate";
  private static final String SESSION = "sid";
  private static final String ROLES = "roles";
  private static final int SESSION_ID_BYTES = 16;

  private final SecureRandom random = new SecureRandom();
  private final MACSigner signer;
  private final MACVerifier verifier;
  private final Duration lifetime;
  private final Clock clock;
  private final Roles roles;

  /** Issues tokens of this lifetime, under a key made now. */
  public TokenIssuer(Duration lifetime, Clock clock, Roles roles) {
    byte[] key = new byte[32];
    random.nextBytes(key);
    try {
      this.signer = new MACSigner(key);
      this.verifier = new MACVerifier(key);
    } catch (JOSEException e) {
      throw new IllegalStateException("HMAC-SHA-256 takes a key of 32 bytes", e);
    }
    this.lifetime = lifetime;
    this.clock = clock;
    this.roles = roles;
  }

  /** A new token for the principal, and with it a new session id. */
  public String issue(Principal principal) {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .subject(principal.name())
            .claim(SESSION, newSessionId())
            .claim(ROLES, List.copyOf(principal.grants().roles()))
            .issueTime(Date.from(clock.instant()))
            .expirationTime(Date.from(clock.instant().plus(lifetime)))
            .build();
    SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("the token could not be signed", e);
    }
    return token.serialize();
  }

  /**
   * Who the token was issued to; empty if it is none of ours.
   *
   * @throws AuthenticationException if it is ours and has expired
   */
  public Optional<Identity> recognise(String text) throws AuthenticationException {
    try {
      SignedJWT token = SignedJWT.parse(text);
      if (!JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm()) || !token.verify(verifier)) {
        return Optional.empty();
      }
      JWTClaimsSet claims = token.getJWTClaimsSet();
      if (!ISSUER.equals(claims.getIssuer()) || claims.getSubject() == null) {
        return Optional.empty();
      }
      Date expiry = claims.getExpirationTime();
      if (expiry == null || !clock.instant().isBefore(expiry.toInstant())) {
        throw new AuthenticationException("the token has expired: log in again");
      }
      List<String> names = claims.getStringListClaim(ROLES);
      Grants grants = roles.grants(names == null ? List.of() : names);
      return Optional.of(
          new Identity(new Principal(claims.getSubject(), grants), claims.getStringClaim(SESSION)));
    } catch (ParseException | JOSEException e) {
      return Optional.empty();
    }
  }

  /** A session id that cannot be guessed: 128 random bits in URL-safe base64. */
  public String newSessionId() {
    byte[] id = new byte[SESSION_ID_BYTES];
    random.nextBytes(id);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
  }
}
