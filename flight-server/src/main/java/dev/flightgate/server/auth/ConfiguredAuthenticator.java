package dev.flightgate.server.auth;

import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import dev.flightgate.server.config.GatewayConfig.TokenConfig;
import dev.flightgate.server.config.GatewayConfig.UserConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The users and static tokens of the configuration. Only digests are kept, and comparing them takes
 * the same time wherever they differ.
 */
public final class ConfiguredAuthenticator implements Authenticator {

  private static final String WRONG_PASSWORD = "wrong user or password";
  private static final String WRONG_TOKEN = "the token is not valid: log in again";
  private static final String NOBODY = digest("");

  private record User(Principal principal, String passwordDigest) {}

  private final Map<String, User> users = new HashMap<>();
  private final Map<String, Principal> tokens = new HashMap<>();

  /** Takes digests of the configuration's secrets. */
  public ConfiguredAuthenticator(AuthConfig config, Roles roles) {
    for (UserConfig user : config.users()) {
      users.put(
          user.name(),
          new User(
              new Principal(user.name(), grants(roles, user.readOnly())),
              digest(user.password().value())));
    }
    for (TokenConfig token : config.tokens()) {
      tokens.put(
          digest(token.token().value()),
          new Principal(token.user(), grants(roles, token.readOnly())));
    }
  }

  @Override
  public Principal authenticate(Credential credential) throws AuthenticationException {
    if (credential instanceof Credential.Password password) {
      User user = users.get(password.user());
      String expected = user == null ? NOBODY : user.passwordDigest();
      boolean same = isEqual(expected, digest(password.password()));
      if (user == null || !same) {
        throw new AuthenticationException(WRONG_PASSWORD);
      }
      return user.principal();
    }
    // The map's key is a digest, so the time of a look-up says nothing about a token.
    Principal principal = tokens.get(digest(((Credential.Token) credential).token()));
    if (principal == null) {
      throw new AuthenticationException(WRONG_TOKEN);
    }
    return principal;
  }

  private static Grants grants(Roles roles, boolean readOnly) {
    return roles.grants(List.of(readOnly ? Roles.READER : Roles.ADMIN));
  }

  private static boolean isEqual(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
  }

  /** SHA-256 in hexadecimal digits. */
  private static String digest(String secret) {
    try {
      byte[] bytes =
          MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
