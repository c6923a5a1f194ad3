package dev.flightgate.server.auth.configured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.flightgate.server.auth.AuthenticationException;
import dev.flightgate.server.auth.AuthenticationException.Reason;
import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.auth.Roles;
import dev.flightgate.server.config.ConfigException;
import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import dev.flightgate.server.config.IssuerConfig.JwtConfig;
import dev.flightgate.server.config.IssuerConfig.OidcConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of others: by a key that is known, and of an OpenID provider that this test serves. */
final class TrustedIssuersTest {

  private static final String SECRET = "a secret of HMAC that has 32 bytes or more";
  private static final Duration SHORT = Duration.ofMillis(1);
  private static final Duration LONG = Duration.ofMinutes(4);

  @TempDir Path folder;
  private OidcIssuer issuer;

  @BeforeEach
  void serve() throws Exception {
    issuer = new OidcIssuer();
  }

  @AfterEach
  void stop() {
    issuer.close();
  }

  private TrustedIssuers trusting(Duration interval) {
    return trusting(interval, null, Map.of(), List.of("reader"));
  }

  private TrustedIssuers trusting(
      Duration interval, @Nullable String claim, Map<String, String> mapping, List<String> roles) {
    OidcConfig oidc =
        new OidcConfig(
            issuer.uri(),
            OidcIssuer.AUDIENCE,
            "sub",
            claim,
            mapping,
            roles,
            Duration.ofSeconds(60));
    return new TrustedIssuers(auth(List.of(), List.of(oidc)), Roles.BUILT_IN, interval);
  }

  private static AuthConfig auth(List<JwtConfig> jwt, List<OidcConfig> oidc) {
    Duration lifetime = Duration.ofHours(1);
    return new AuthConfig(false, List.of(), List.of(), lifetime, List.of(), null, null, jwt, oidc);
  }

  private JwtConfig known(@Nullable Path publicKey, @Nullable Path secret) {
    return new JwtConfig(
        issuer.uri(),
        OidcIssuer.AUDIENCE,
        publicKey,
        secret,
        "sub",
        null,
        Map.of(),
        List.of("reader"),
        Duration.ZERO);
  }

  private TrustedIssuers trustingKey(@Nullable Path publicKey, @Nullable Path secret) {
    return new TrustedIssuers(
        auth(List.of(known(publicKey, secret)), List.of()), Roles.BUILT_IN, LONG);
  }

  private String token() {
    return issuer.token("ann", claims -> claims);
  }

  private String token(UnaryOperator<JWTClaimsSet.Builder> change) {
    return issuer.token("ann", change);
  }

  private static void isNone(TrustedIssuers issuers, String token) throws Exception {
    assertThat(issuers.authenticate(token)).as(token).isEmpty();
  }

  private static void isRefused(
      TrustedIssuers issuers, String token, Reason reason, String message) {
    assertThatThrownBy(() -> issuers.authenticate(token))
        .isInstanceOfSatisfying(
            AuthenticationException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }

  @Test
  void aTokenOfTheProvider_isGood_andItsKeysAreFetchedOnce() throws Exception {
    TrustedIssuers issuers = trusting(LONG);
    for (int call = 0; call < 20; call++) {
      assertThat(issuers.authenticate(token())).contains(Principal.of("ann", "reader"));
    }
    assertThat(issuer.fetches()).isEqualTo(1);
  }

  @Test
  void aTokenThatIsGenuineButNotGood_isRefusedWithTheReason() {
    TrustedIssuers issuers = trusting(LONG);
    Instant now = Instant.now();
    isRefused(issuers, token(c -> c.audience("another")), Reason.REFUSED, "JWT aud claim rejected");
    isRefused(issuers, token(c -> c.audience((String) null)), Reason.REFUSED, "aud");
    isRefused(
        issuers,
        token(c -> c.expirationTime(Date.from(now.minusSeconds(61)))),
        Reason.REFUSED,
        "Expired JWT");
    isRefused(issuers, token(c -> c.expirationTime(null)), Reason.REFUSED, "exp");
    isRefused(
        issuers,
        token(c -> c.notBeforeTime(Date.from(now.plusSeconds(70)))),
        Reason.REFUSED,
        "before use");
    isRefused(
        issuers, token(c -> c.subject(null)), Reason.REFUSED, "names no user in its claim 'sub'");
    isRefused(issuers, token(c -> c.subject("a\nb")), Reason.REFUSED, "names no user");
  }

  @Test
  void clocks_thatAreAMinuteApart_areNoReason() throws Exception {
    TrustedIssuers issuers = trusting(LONG);
    Instant now = Instant.now();
    assertThat(issuers.authenticate(token(c -> c.expirationTime(Date.from(now.minusSeconds(50))))))
        .isPresent();
    assertThat(issuers.authenticate(token(c -> c.notBeforeTime(Date.from(now.plusSeconds(50))))))
        .isPresent();
  }

  @Test
  void aTokenOfNobodyWhoIsTrusted_isNone_andAsksNobody() throws Exception {
    TrustedIssuers issuers = trusting(LONG);
    isNone(issuers, "nonsense");
    isNone(issuers, "a.b.c");
    isNone(issuers, token(c -> c.issuer("https://elsewhere.example")));
    isNone(issuers, token(c -> c.issuer(issuer.uri() + "/")));
    isNone(issuers, token(c -> c.issuer(null)));
    isNone(issuers, new PlainJWT(issuer.claims("ann").build()).serialize());
    assertThat(issuer.fetches()).isZero();
  }

  @Test
  void aTokenSignedByAnotherKey_isNone() throws Exception {
    TrustedIssuers issuers = trusting(LONG);
    assertThat(issuers.authenticate(token())).isPresent();

    isNone(issuers, OidcIssuer.signed(OidcIssuer.newKey("first"), issuer.claims("ann").build()));
    String good = token();
    String unsigned = good.substring(0, good.lastIndexOf('.') + 1);
    isNone(issuers, unsigned);
    String none =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
    isNone(issuers, none + unsigned.substring(unsigned.indexOf('.')));
  }

  /** The public key is known to everybody: as the secret of HMAC it must prove nothing. */
  @Test
  void aTokenSignedWithThePublicKeyAsSecret_isNone() throws Exception {
    RSAKey key = new RSAKeyGenerator(2048).keyID("rsa").generate();
    issuer.publish(new JWKSet(key).toString(true));
    Path pem = pem(key.toPublicKey());
    TrustedIssuers byProvider = trusting(LONG);
    TrustedIssuers byKey = trustingKey(pem, null);
    JWTClaimsSet claims = issuer.claims("ann").build();
    JWSHeader rs256 = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa").build();
    String good = OidcIssuer.signed(rs256, claims, new RSASSASigner(key));
    assertThat(byProvider.authenticate(good)).isPresent();
    assertThat(byKey.authenticate(good)).isPresent();

    for (byte[] secret :
        List.of(
            Files.readAllBytes(pem),
            key.toPublicKey().getEncoded(),
            key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))) {
      JWSHeader hs256 = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa").build();
      String confusing = OidcIssuer.signed(hs256, claims, new MACSigner(secret));
      isNone(byProvider, confusing);
      isNone(byKey, confusing);
    }
  }

  @Test
  void aSecretThatTheProviderPublishes_isNoKey() throws Exception {
    byte[] secret = SECRET.getBytes(StandardCharsets.UTF_8);
    issuer.publish(
        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"s\",\"k\":\""
            + Base64.getUrlEncoder().withoutPadding().encodeToString(secret)
            + "\"}]}");
    JWSHeader hs256 = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("s").build();
    isNone(
        trusting(LONG),
        OidcIssuer.signed(hs256, issuer.claims("ann").build(), new MACSigner(secret)));
  }

  @Test
  void aRotatedKey_isFetched_andTheOldOneIsNoMore() throws Exception {
    TrustedIssuers issuers = trusting(SHORT);
    String old = token();
    assertThat(issuers.authenticate(old)).isPresent();

    issuer.rotate("second");
    assertThat(issuers.authenticate(token())).isPresent();
    isNone(issuers, old);
  }

  @Test
  void tokensWithKeysThatNobodyKnows_areNoReasonToFetchEachTime() throws Exception {
    TrustedIssuers issuers = trusting(LONG);
    assertThat(issuers.authenticate(token())).isPresent();
    for (int attempt = 0; attempt < 200; attempt++) {
      isNone(
          issuers,
          OidcIssuer.signed(OidcIssuer.newKey("key" + attempt), issuer.claims("ann").build()));
    }
    assertThat(issuer.fetches()).isLessThanOrEqualTo(3);
    assertThat(issuers.authenticate(token())).isPresent();
  }

  @Test
  void aProviderThatIsDown_isNoReasonOnceItsKeysAreKnown() throws Exception {
    TrustedIssuers issuers = trusting(SHORT);
    issuer.beDown(true);
    for (int attempt = 0; attempt < 5; attempt++) {
      isRefused(issuers, token(), Reason.UNAVAILABLE, "keys of the token's issuer cannot be");
    }
    issuer.beDown(false);
    assertThat(issuers.authenticate(token())).isPresent();

    issuer.beDown(true);
    assertThat(issuers.authenticate(token())).isPresent();
    isNone(issuers, OidcIssuer.signed(OidcIssuer.newKey("other"), issuer.claims("ann").build()));
    assertThat(issuers.authenticate(token())).isPresent();
  }

  @Test
  void aProviderThatIsDownForLong_isAskedNoMoreOftenThanAllowed() {
    TrustedIssuers issuers = trusting(LONG);
    issuer.beDown(true);
    for (int attempt = 0; attempt < 50; attempt++) {
      isRefused(issuers, token(), Reason.UNAVAILABLE, "try again later");
    }
  }

  @Test
  void aProviderThatSaysItIsAnother_isNotBelieved() {
    issuer.claimToBe("https://elsewhere.example");
    isRefused(trusting(LONG), token(), Reason.UNAVAILABLE, "cannot be fetched");
  }

  @Test
  void roles_comeFromTheClaimAtItsPath_byTheMappingOrByName() throws Exception {
    UnaryOperator<JWTClaimsSet.Builder> grouped =
        c -> c.claim("realm", Map.of("groups", List.of("data-admins", "writer", "x")));
    Map<String, String> mapping = Map.of("data-admins", "admin");

    assertThat(trusting(LONG, "realm.groups", mapping, List.of()).authenticate(token(grouped)))
        .contains(Principal.of("ann", "admin"));
    assertThat(
            trusting(LONG, "realm.groups", Map.of(), List.of("reader"))
                .authenticate(token(grouped)))
        .contains(Principal.of("ann", "reader", "writer"));
    assertThat(
            trusting(LONG, "https://x.example/roles", Map.of(), List.of())
                .authenticate(token(c -> c.claim("https://x.example/roles", "reader other"))))
        .contains(Principal.of("ann", "reader"));
    for (String claim : List.of("realm", "realm.other", "realm.groups.x", "sub.x", ".", "")) {
      isRefused(
          trusting(LONG, claim, mapping, List.of()),
          token(grouped),
          Reason.REFUSED,
          "has no role here");
    }
  }

  @Test
  void keysThatAreKnown_takeTheAlgorithmsOfTheirKindOnly() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), SECRET + "\nignored\n");
    byte[] bytes = SECRET.getBytes(StandardCharsets.UTF_8);
    JWTClaimsSet claims = issuer.claims("ann").build();
    TrustedIssuers bySecret = trustingKey(null, secret);
    String good =
        OidcIssuer.signed(new JWSHeader(JWSAlgorithm.HS256), claims, new MACSigner(bytes));
    assertThat(bySecret.authenticate(good)).contains(Principal.of("ann", "reader"));
    isNone(bySecret, token());
    isNone(
        bySecret,
        OidcIssuer.signed(
            new JWSHeader(JWSAlgorithm.HS256),
            claims,
            new MACSigner(
                "another secret of HMAC that has 32 bytes".getBytes(StandardCharsets.UTF_8))));

    var key = OidcIssuer.newKey("known");
    TrustedIssuers byKey = trustingKey(pem(key.toPublicKey()), null);
    assertThat(byKey.authenticate(OidcIssuer.signed(key, claims))).isPresent();
    isNone(byKey, good);
    isRefused(
        byKey,
        OidcIssuer.signed(
            key,
            issuer.claims("ann").expirationTime(Date.from(Instant.now().minusSeconds(2))).build()),
        Reason.REFUSED,
        "Expired JWT");
  }

  @Test
  void settings_thatCannotBeUsed_areRefusedWithTheirPlace() throws Exception {
    Path nonsense = Files.writeString(folder.resolve("nonsense"), "nonsense");
    Path broken =
        Files.writeString(
            folder.resolve("broken"), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----");
    assertThatThrownBy(() -> trustingKey(nonsense, null))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("auth.jwt[0].public-key-file: ")
        .hasMessageContaining("must be a PEM file");
    assertThatThrownBy(() -> trustingKey(broken, null))
        .hasMessageContaining("holds no RSA or EC key");
    assertThatThrownBy(() -> trustingKey(null, nonsense))
        .hasMessageContaining("must be 32 bytes or more, was 8");
    assertThatThrownBy(() -> trusting(LONG, "groups", Map.of("x", "king"), List.of()))
        .hasMessageStartingWith("auth.oidc[0].role-mapping: there is no role \"king\"");
    Path secret = Files.writeString(folder.resolve("secret"), SECRET);
    JwtConfig jwt = known(null, secret);
    assertThatThrownBy(
            () ->
                new TrustedIssuers(
                    auth(List.of(jwt, jwt), List.of()), Roles.BUILT_IN, Duration.ofSeconds(30)))
        .hasMessageStartingWith("auth.jwt[1].issuer: is already taken");
  }

  private Path pem(PublicKey key) throws Exception {
    return Files.writeString(
        folder.resolve("key.pem"),
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(key.getEncoded())
            + "\n-----END PUBLIC KEY-----\n");
  }
}
