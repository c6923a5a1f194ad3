package dev.flightgate.server;

import dev.flightgate.server.auth.Authenticator;
import dev.flightgate.server.auth.Login;
import dev.flightgate.server.auth.LoginThrottle;
import dev.flightgate.server.auth.Roles;
import dev.flightgate.server.auth.SigningKey;
import dev.flightgate.server.auth.TokenIssuer;
import dev.flightgate.server.auth.configured.ConfiguredAuthenticator;
import dev.flightgate.server.config.ConfigException;
import dev.flightgate.server.config.GatewayConfig;
import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in, wired as the configuration says. Thread-safe.
 *
 * @param login the way in for every door
 * @param changes reads what changed on disk
 */
record Entrance(Login login, Runnable changes) {

  /**
   * Reads what the configuration names.
   *
   * @param authenticator in the place of the configured users, tokens and issuers; or null
   * @throws GatewayStartException if something cannot be read or used
   */
  static Entrance of(GatewayConfig config, @Nullable Authenticator authenticator)
      throws GatewayStartException {
    AuthConfig auth = config.auth();
    Clock clock = Clock.systemUTC();
    try {
      Roles roles = new Roles(auth.roles());
      Path keyFile = auth.signingKeyFile();
      SigningKey key = keyFile == null ? SigningKey.random() : SigningKey.read(keyFile);
      TokenIssuer tokens = new TokenIssuer(key, auth.tokenLifetime(), clock, roles);
      if (authenticator != null) {
        return unchanging(new Login(authenticator, tokens, new LoginThrottle(clock)));
      }
      if (auth.disabled()) {
        return unchanging(Login.open(tokens));
      }
      ConfiguredAuthenticator configured =
          new ConfiguredAuthenticator(auth, config.flight().tls(), roles);
      return new Entrance(
          new Login(configured, tokens, new LoginThrottle(clock)), configured::refresh);
    } catch (ConfigException e) {
      throw new GatewayStartException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Entrance unchanging(Login login) {
    return new Entrance(login, () -> {});
  }

  /** Reads what changed on disk. To be called every now and then, by one thread at a time. */
  void refresh() {
    changes.run();
  }
}
