package dev.flightgate.server.config;

import dev.flightgate.server.config.GatewayConfig.Secret;
import dev.flightgate.server.config.GatewayConfig.UserConfig;
import dev.flightgate.server.files.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/**
 * A user and a random password for a gateway that was started without either. They live as long as
 * the process: nothing is kept for the next start.
 */
public final class GeneratedCredentials {

  /** The user's name. */
  public static final String USER = "flightgate";

  private static final int PASSWORD_BYTES = 24;

  private final Secret password;

  private GeneratedCredentials(Secret password) {
    this.password = password;
  }

  /** Makes a password of 192 random bits, in letters, digits, - and _. */
  public static GeneratedCredentials create() {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    return new GeneratedCredentials(new Secret(password));
  }

  /** The password, to be shown once. */
  public Secret password() {
    return password;
  }

  /** The user, who may do everything. */
  public UserConfig user() {
    return new UserConfig(USER, password, null, false, List.of("admin"));
  }

  /**
   * Leaves uri, user and password in {@code credentials-PORT.properties}, where the command line of
   * the same user on the same machine finds them. The file is complete and readable by its owner
   * only from the moment it has its name; what a dead gateway left there is replaced.
   *
   * @return the file, to be closed before the port is given up: another gateway may take port and
   *     file at once
   */
  public Stored store(Path stateDir, String uri, int port) throws IOException {
    PrivateFile.createFolder(stateDir);
    Path file = stateDir.resolve("credentials-" + port + ".properties");
    // No character of the three needs an escape of java.util.Properties.
    PrivateFile.write(
        file, "uri=" + uri + "\nuser=" + USER + "\npassword=" + password.value() + "\n");
    return new Stored(file);
  }

  /** The file on disk; closing deletes it. Idempotent. */
  public record Stored(Path file) implements AutoCloseable {

    @Override
    public void close() throws IOException {
      Files.deleteIfExists(file);
    }
  }
}
