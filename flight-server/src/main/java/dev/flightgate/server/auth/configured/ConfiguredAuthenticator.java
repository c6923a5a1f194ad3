package dev.flightgate.server.auth.configured;

import dev.flightgate.server.auth.AuthenticationException;
import dev.flightgate.server.auth.AuthenticationException.Reason;
import dev.flightgate.server.auth.Authenticator;
import dev.flightgate.server.auth.Credential;
import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.auth.Roles;
import dev.flightgate.server.auth.configured.Users.User;
import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import dev.flightgate.server.config.GatewayConfig.ClientIdentity;
import dev.flightgate.server.config.GatewayConfig.Secret;
import dev.flightgate.server.config.GatewayConfig.TlsConfig;
import dev.flightgate.server.config.GatewayConfig.TokenConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in as the configuration says: its users and those of the users file, its tokens, the
 * issuers and the certificates that it trusts. Thread-safe.
 */
public final class ConfiguredAuthenticator implements Authenticator {

  private static final String WRONG_TOKEN = "the token is not valid: log in again";

  /** In it the keys of an OpenID provider are fetched twice at most. */
  private static final Duration FETCH_INTERVAL = Duration.ofSeconds(30);

  private final CurrentUsers current;
  private final Users users;
  private final ApiTokens tokens;
  private final TrustedIssuers issuers;
  private final ClientIdentity identity;
  private final @Nullable Principal stranger;
  private final String standingOfOthers;

  /** Without certificates of clients. */
  public ConfiguredAuthenticator(AuthConfig config, Roles roles) {
    this(config, null, roles);
  }

  /**
   * Reads what the settings name.
   *
   * @param tls null for connections in the clear
   * @throws dev.flightgate.server.config.ConfigException if something cannot be read or used
   */
  public ConfiguredAuthenticator(AuthConfig config, @Nullable TlsConfig tls, Roles roles) {
    this(config, tls, roles, FETCH_INTERVAL);
  }

  ConfiguredAuthenticator(
      AuthConfig config, @Nullable TlsConfig tls, Roles roles, Duration fetchInterval) {
    this.current = new CurrentUsers(config, roles);
    this.users = new Users(current::all, new VerifiedPasswords(System::nanoTime));
    this.tokens = new ApiTokens(bearers(config, roles), Clock.systemUTC());
    this.issuers = new TrustedIssuers(config, roles, fetchInterval);
    this.identity = tls == null ? ClientIdentity.NONE : tls.clientIdentity();
    List<String> strangers = tls == null ? List.of() : tls.clientRoles();
    this.stranger =
        strangers.isEmpty()
            ? null
            : new Principal(
                "", ConfiguredRoles.require(roles, strangers, "flight.tls.client-roles"));
    this.standingOfOthers = standingOfOthers(config, identity, strangers);
  }

  private static Map<String, ApiTokens.Bearer> bearers(AuthConfig config, Roles roles) {
    Map<String, ApiTokens.Bearer> bearers = new HashMap<>();
    for (int i = 0; i < config.tokens().size(); i++) {
      TokenConfig token = config.tokens().get(i);
      Principal principal =
          new Principal(
              token.user(),
              ConfiguredRoles.require(roles, token.roles(), "auth.tokens[" + i + "].roles"));
      bearers.put(digest(token), new ApiTokens.Bearer(principal, token.expires()));
    }
    return bearers;
  }

  private static String digest(TokenConfig token) {
    Secret secret = token.token();
    return secret == null ? String.valueOf(token.sha256()) : Digests.sha256(secret.value());
  }

  /** Replicas, and the next start, have the same settings, if not in the same order. */
  private static String standingOfOthers(
      AuthConfig config, ClientIdentity identity, List<String> strangers) {
    TreeSet<String> parts = new TreeSet<>();
    config.tokens().forEach(t -> parts.add(digest(t) + t.user() + t.roles() + t.expires()));
    Stream.concat(config.jwt().stream(), config.oidc().stream())
        .map(
            issuer ->
                List.of(
                    issuer.issuer(),
                    issuer.audience(),
                    issuer.userClaim(),
                    String.valueOf(issuer.rolesClaim()),
                    new TreeMap<>(issuer.roleMapping()),
                    issuer.roles()))
        .forEach(issuer -> parts.add(issuer.toString()));
    parts.add(identity + " " + strangers);
    return "others " + Digests.sha256(parts.toString());
  }

  @Override
  public boolean blocks(Credential credential) {
    if (credential instanceof Credential.Token token) {
      return !issuers.isEmpty() && mayBeJwt(token.token());
    }
    return credential instanceof Credential.Password;
  }

  private static boolean mayBeJwt(String token) {
    int dot = token.indexOf('.');
    return dot > 0 && token.indexOf('.', dot + 1) > 0;
  }

  @Override
  public Principal authenticate(Credential credential) throws AuthenticationException {
    if (credential instanceof Credential.Password password) {
      return users.authenticate(password.user(), password.password());
    }
    if (credential instanceof Credential.Token token) {
      return ofToken(token.token());
    }
    return ofCertificate((Credential.Certificate) credential);
  }

  private Principal ofToken(String token) throws AuthenticationException {
    Optional<Principal> bearer = tokens.authenticate(token);
    if (bearer.isEmpty() && !issuers.isEmpty() && mayBeJwt(token)) {
      bearer = issuers.authenticate(token);
    }
    return bearer.orElseThrow(() -> new AuthenticationException(WRONG_TOKEN));
  }

  private Principal ofCertificate(Credential.Certificate shown) throws AuthenticationException {
    String name =
        CertificateName.of(shown.certificate(), identity)
            .orElseThrow(
                () ->
                    new AuthenticationException(
                        "the certificate does not name one user as its " + identity,
                        Reason.REFUSED));
    Optional<User> user = users.find(name);
    if (user.isPresent()) {
      return user.get().principal();
    }
    if (stranger == null) {
      throw new AuthenticationException("the certificate's user is not known here", Reason.REFUSED);
    }
    return new Principal(name, stranger.grants());
  }

  @Override
  public String standing(Principal principal) {
    return users.find(principal.name()).map(User::standing).orElse(standingOfOthers);
  }

  /**
   * Reads the users file again if it changed; what cannot be read leaves the users as they were,
   * and one line in the log. To be called every now and then, by one thread at a time.
   */
  public void refresh() {
    current.refresh();
  }
}
