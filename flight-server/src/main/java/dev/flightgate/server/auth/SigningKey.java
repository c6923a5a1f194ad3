package dev.flightgate.server.auth;

import dev.flightgate.server.config.ConfigException;
import dev.flightgate.server.config.FileProblem;
import dev.flightgate.server.files.PrivateFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What bearer tokens are signed with: 256 bits. Gateways of the same key take each other's tokens,
 * as one does after a restart. Immutable; never shown.
 */
public final class SigningKey {

  /** The setting that names its file. */
  private static final String SETTING = "auth.signing-key-file";

  /** In the state directory. */
  private static final String FILE = "signing.key";

  private static final int BYTES = 32;
  private static final int CHARACTERS_MIN = 32;

  private final byte[] bytes;

  private SigningKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A key that nobody else has, and that is gone with the process. */
  public static SigningKey random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return new SigningKey(bytes);
  }

  /**
   * The key that a file's text makes.
   *
   * @throws ConfigException if it cannot be read, or is too short to be one
   */
  public static SigningKey read(Path file) {
    String text;
    try {
      text = Files.readString(file).strip();
    } catch (IOException e) {
      throw new ConfigException(SETTING, "cannot read " + file + FileProblem.of(e), e);
    }
    if (text.length() < CHARACTERS_MIN) {
      throw new ConfigException(
          SETTING,
          file
              + " must hold a text of at least 32 characters that nobody can guess, such as"
              + " 'openssl rand -base64 32' prints, and holds "
              + text.length());
    }
    return new SigningKey(sha256("flightgate signing key " + text));
  }

  /**
   * The file of the key that is kept in a folder, made if it is missing, for its owner only.
   *
   * @throws IOException if there is none and none can be made, or it cannot be read
   */
  public static Path keptIn(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      PrivateFile.createFolder(folder);
      byte[] bytes = new byte[BYTES];
      new SecureRandom().nextBytes(bytes);
      PrivateFile.writeNew(file, Base64.getEncoder().encodeToString(bytes) + "\n");
    }
    if (!Files.isReadable(file)) {
      throw new IOException(file + " cannot be read");
    }
    return file;
  }

  byte[] bytes() {
    return bytes.clone();
  }

  /** What may be known of the key: enough to tell it from others. */
  String name() {
    byte[] digest = sha256("name of " + Base64.getEncoder().encodeToString(bytes));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest).substring(0, 12);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "SigningKey[" + name() + "]";
  }
}
