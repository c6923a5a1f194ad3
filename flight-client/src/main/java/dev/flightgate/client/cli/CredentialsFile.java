package dev.flightgate.client.cli;

import dev.flightgate.client.Credentials;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * The generated password that {@code flightgate serve} leaves for its own machine: a properties
 * file with {@code uri}, {@code user} and {@code password}, one for each port, readable only by its
 * owner.
 *
 * @param uri where that server listens
 * @param credentials what it accepts
 */
record CredentialsFile(URI uri, Credentials credentials) {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  /** Where servers of this user leave their files. */
  static Path stateDirectory(Map<String, String> environment) {
    String own = environment.getOrDefault("FLIGHTGATE_STATE_DIR", "");
    if (!own.isBlank()) {
      return Path.of(own);
    }
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    if (!state.isBlank()) {
      return Path.of(state, "flightgate");
    }
    String home = environment.getOrDefault("HOME", System.getProperty("user.home", ""));
    return Path.of(home, ".local", "state", "flightgate");
  }

  /**
   * What a server on that port of this machine left; empty if none did.
   *
   * @throws UsageException if the file is there but is unreadable, incomplete, or readable by
   *     others
   */
  static Optional<CredentialsFile> find(Map<String, String> environment, int port) {
    Path file = stateDirectory(environment).resolve("credentials-" + port + ".properties");
    return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
  }

  private static CredentialsFile read(Path file) {
    Properties properties = new Properties();
    try {
      refuseIfOthersCanRead(file);
      try (Reader text = Files.newBufferedReader(file)) {
        properties.load(text);
      }
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new UsageException("cannot read " + file + ": " + unreadable.getMessage());
    }
    URI uri;
    try {
      uri = URI.create(required(properties, "uri", file));
    } catch (IllegalArgumentException malformed) {
      throw new UsageException(file + ": uri: " + malformed.getMessage());
    }
    return new CredentialsFile(
        uri,
        Credentials.password(
            required(properties, "user", file), required(properties, "password", file)));
  }

  private static String required(Properties properties, String key, Path file) {
    String value = properties.getProperty(key);
    if (value == null || value.isBlank()) {
      throw new UsageException(file + " has no " + key + "; remove the file and start the server");
    }
    return value;
  }

  private static void refuseIfOthersCanRead(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    Set<PosixFilePermission> permissions = view.readAttributes().permissions();
    if (!OWNER_ONLY.containsAll(permissions)) {
      throw new UsageException(
          "others can read the password in " + file + "; run chmod 600 on it, or remove it");
    }
  }
}
