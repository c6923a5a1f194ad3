package dev.flightgate.server.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Somebody else whose tokens (JWT, RFC 7519) let in who bears them.
 *
 * <p>The roles of a user are {@link #roles} and those that the token's claim names: a claim's value
 * stands for the role that {@link #roleMapping} gives it, and without a mapping for the role of
 * that name.
 */
public sealed interface IssuerConfig {

  /** What the claim {@code iss} of its tokens has to be, to the letter. */
  String issuer();

  /** What the claim {@code aud} of its tokens has to hold. */
  String audience();

  /** The claim that names the user. */
  String userClaim();

  /** The claim with the user's groups, by its path ({@code realm_access.roles}); null for none. */
  @Nullable String rolesClaim();

  /** Roles of ours by values of that claim; values that are no key count for nothing. */
  Map<String, String> roleMapping();

  /** The roles of all its users. */
  List<String> roles();

  /** How far its clock and ours may be apart. */
  Duration clockSkew();

  /** What holds where nothing else is said. */
  String USER_CLAIM = "sub";

  /** What holds where nothing else is said. */
  Duration CLOCK_SKEW = Duration.ofSeconds(60);

  /** Above this an expired token would be good for too long. */
  Duration CLOCK_SKEW_MAX = Duration.ofMinutes(5);

  /**
   * An issuer whose key is known. Exactly one of the files is given, and with it which algorithms
   * are taken: those of the key's kind.
   *
   * @param publicKeyFile a PEM file with a public key or a certificate
   * @param secretFile a file whose first line is the secret of HMAC
   */
  record JwtConfig(
      String issuer,
      String audience,
      @Nullable Path publicKeyFile,
      @Nullable Path secretFile,
      String userClaim,
      @Nullable String rolesClaim,
      Map<String, String> roleMapping,
      List<String> roles,
      Duration clockSkew)
      implements IssuerConfig {

    /** Fills what was left out, and checks the rest. */
    public JwtConfig {
      Require.notBlank(issuer, "issuer");
      Require.notBlank(audience, "audience");
      Require.that(
          (publicKeyFile == null) != (secretFile == null),
          "public-key-file",
          "give either this or secret-file");
      userClaim = userClaim == null ? USER_CLAIM : userClaim;
      roleMapping = Map.copyOf(roleMapping);
      roles = List.copyOf(roles);
      clockSkew = clockSkew == null ? CLOCK_SKEW : clockSkew;
      check(rolesClaim, roleMapping, roles, clockSkew);
    }
  }

  /** An OpenID provider: what its keys are is found under its issuer's URL, and asked for anew. */
  record OidcConfig(
      String issuer,
      String audience,
      String userClaim,
      @Nullable String rolesClaim,
      Map<String, String> roleMapping,
      List<String> roles,
      Duration clockSkew)
      implements IssuerConfig {

    /** Fills what was left out, and checks the rest. */
    public OidcConfig {
      Require.notBlank(issuer, "issuer");
      requireSafe(issuer);
      Require.notBlank(audience, "audience");
      userClaim = userClaim == null ? USER_CLAIM : userClaim;
      roleMapping = Map.copyOf(roleMapping);
      roles = List.copyOf(roles);
      clockSkew = clockSkew == null ? CLOCK_SKEW : clockSkew;
      check(rolesClaim, roleMapping, roles, clockSkew);
    }
  }

  /** Whether what comes from there is what was sent: https, or not over the network at all. */
  static boolean isSafe(URI uri) {
    if (uri.getHost() == null) {
      return false;
    }
    try {
      return uri.getScheme().equals("https")
          || (uri.getScheme().equals("http")
              && InetAddress.getByName(uri.getHost()).isLoopbackAddress());
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static void requireSafe(String issuer) {
    URI uri;
    try {
      uri = new URI(issuer);
    } catch (URISyntaxException e) {
      throw new ConfigException("issuer", "must be a URL, was \"" + issuer + "\"", e);
    }
    Require.that(
        uri.isAbsolute() && isSafe(uri),
        "issuer",
        "must begin with https://, or be at this machine, was \"" + issuer + "\"");
  }

  private static void check(
      @Nullable String rolesClaim,
      Map<String, String> roleMapping,
      List<String> roles,
      Duration clockSkew) {
    Require.that(
        rolesClaim != null || !roles.isEmpty(),
        "roles",
        "is missing: without roles or roles-claim nobody could do anything");
    Require.that(rolesClaim != null || roleMapping.isEmpty(), "role-mapping", "needs roles-claim");
    Require.that(
        !clockSkew.isNegative() && clockSkew.compareTo(CLOCK_SKEW_MAX) <= 0,
        "clock-skew",
        "must be between 0s and "
            + Span.format(CLOCK_SKEW_MAX)
            + ", was "
            + Span.format(clockSkew));
  }
}
