package dev.flightgate.server.config;

import dev.flightgate.server.config.GatewayConfig.Secret;
import dev.flightgate.server.config.GatewayConfig.UserConfig;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A user and a random password for a gateway that was started without either. They live as long as
 * the process: nothing is kept for the next start.
 */
public final class GeneratedCredentials {

  /** The user's name. */
  public static final String USER = "flightgate";

  private static final int PASSWORD_BYTES = 24;

  private final UserConfig user;

  private GeneratedCredentials(UserConfig user) {
    this.user = user;
  }

  /** Makes a password of 192 random bits, in letters, digits, - and _. */
  public static GeneratedCredentials create() {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    return new GeneratedCredentials(new UserConfig(USER, new Secret(password), false));
  }

  /** The user, who may do everything. */
  public UserConfig user() {
    return user;
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
    Files.createDirectories(stateDir, ownerOnly("rwx------"));
    Path file = stateDir.resolve("credentials-" + port + ".properties");
    Path draft = Files.createTempFile(stateDir, "credentials-", ".tmp", ownerOnly("rw-------"));
    try {
      // No character of the three needs an escape of java.util.Properties.
      String password = user.password().value();
      Files.writeString(draft, "uri=" + uri + "\nuser=" + USER + "\npassword=" + password + "\n");
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
    return new Stored(file);
  }

  /** Where the file system knows no such permissions, its own rules for the folder apply. */
  private static FileAttribute<?>[] ownerOnly(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** The file on disk; closing deletes it. Idempotent. */
  public record Stored(Path file) implements AutoCloseable {

    @Override
    public void close() throws IOException {
      Files.deleteIfExists(file);
    }
  }
}
