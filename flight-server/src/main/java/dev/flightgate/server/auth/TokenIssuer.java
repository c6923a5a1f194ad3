package dev.flightgate.server.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.flightgate.server.auth.AuthenticationException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Issues bearer tokens and recognises them: JWTs signed with HMAC-SHA-256. Claims: {@code iss}
 * flightgate, {@code sub} the user, {@code sid} the session, {@code roles} their names, {@code std}
 * what the token stands on ({@link Authenticator#standing}), {@code iat} and {@code exp}.
 * Thread-safe.
 */
public final class TokenIssuer {

  private static final String ISSUER = "flightgate";
  private static final String SESSION = "sid";
  private static final String ROLES = "roles";
  private static final String STANDING = "std";
  private static final String MAC = "HmacSHA256";
  private static final int STANDING_BYTES = 12;
  private static final int SESSION_ID_BYTES = 16;

  private final SecureRandom random = new SecureRandom();
  private final JWSHeader header;
  private final String beginning;
  private final MACSigner signer;
  private final MACVerifier verifier;
  private final SecretKeySpec standingKey;
  private final Duration lifetime;
  private final Clock clock;
  private final Roles roles;

  /** Issues tokens of this lifetime, under a key made now. */
  public TokenIssuer(Duration lifetime, Clock clock, Roles roles) {
    this(SigningKey.random(), lifetime, clock, roles);
  }

  /** Issues tokens of this lifetime. */
  public TokenIssuer(SigningKey key, Duration lifetime, Clock clock, Roles roles) {
    try {
      this.signer = new MACSigner(key.bytes());
      this.verifier = new MACVerifier(key.bytes());
    } catch (JOSEException e) {
      throw new IllegalStateException("HMAC-SHA-256 takes a key of 32 bytes", e);
    }
    this.header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.name()).build();
    this.beginning = header.toBase64URL() + ".";
    this.standingKey = new SecretKeySpec(key.bytes(), MAC);
    this.lifetime = lifetime;
    this.clock = clock;
    this.roles = roles;
  }

  /**
   * A new token for the principal, and with it a new session id.
   *
   * @param standing what the token is refused without, once it is another
   */
  public String issue(Principal principal, String standing) {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .subject(principal.name())
            .claim(SESSION, newSessionId())
            .claim(ROLES, List.copyOf(principal.grants().roles()))
            .claim(STANDING, mark(standing))
            .issueTime(Date.from(clock.instant()))
            .expirationTime(Date.from(clock.instant().plus(lifetime)))
            .build();
    SignedJWT token = new SignedJWT(header, claims);
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("the token could not be signed", e);
    }
    return token.serialize();
  }

  /** Whether a token says that this key signed it, which is not proven yet. */
  boolean claims(String text) {
    return text.startsWith(beginning);
  }

  /**
   * Who the token was issued to; empty if it is none of ours.
   *
   * @param standing what tokens of a principal stand on now
   * @throws AuthenticationException if it is ours and has expired, or stands on what is no more
   */
  public Optional<Identity> recognise(String text, Function<Principal, String> standing)
      throws AuthenticationException {
    if (!claims(text)) {
      return Optional.empty();
    }
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
        throw refused("the token has expired: log in again");
      }
      Principal principal = principal(claims);
      if (!mark(standing.apply(principal)).equals(claims.getStringClaim(STANDING))) {
        throw refused("the user has changed since the token was issued: log in again");
      }
      return Optional.of(new Identity(principal, claims.getStringClaim(SESSION)));
    } catch (ParseException | JOSEException e) {
      return Optional.empty();
    }
  }

  private Principal principal(JWTClaimsSet claims) throws ParseException, AuthenticationException {
    List<String> names = claims.getStringListClaim(ROLES);
    try {
      return new Principal(claims.getSubject(), roles.grants(names == null ? List.of() : names));
    } catch (IllegalArgumentException e) {
      throw refused("a role of the token is no more: log in again");
    }
  }

  private static AuthenticationException refused(String message) {
    return new AuthenticationException(message, Reason.REFUSED);
  }

  /** Says nothing of the text to who has no key. */
  private String mark(String standing) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(standingKey);
      byte[] bytes = mac.doFinal(standing.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(bytes, STANDING_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA-256", e);
    }
  }

  /** A session id that cannot be guessed: 128 random bits in URL-safe base64. */
  public String newSessionId() {
    byte[] id = new byte[SESSION_ID_BYTES];
    random.nextBytes(id);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
  }
}
