package dev.flightgate.server.session;

import dev.flightgate.server.backend.BackendException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The name of something a client holds: 128 random bits, which cannot be guessed, as 22 characters
 * of URL-safe base64.
 */
public record Handle(String text) {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 16;
  private static final int CHARACTERS = 22;

  /** A new handle. */
  public static Handle create() {
    byte[] id = new byte[BYTES];
    RANDOM.nextBytes(id);
    return new Handle(Base64.getUrlEncoder().withoutPadding().encodeToString(id));
  }

  /**
   * Reads a handle that a client sent back.
   *
   * @param what what the client says it is: "ticket", "transaction id"
   * @throws BackendException NOT_FOUND if no handle of this server looks like that
   */
  public static Handle parse(byte[] bytes, String what) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    if (bytes.length != CHARACTERS || !text.chars().allMatch(Handle::isUrlSafe)) {
      throw new BackendException(
          BackendException.Kind.NOT_FOUND,
          "unknown " + what + ": it was not issued by this server");
    }
    return new Handle(text);
  }

  /** What goes to the client. */
  public byte[] bytes() {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static boolean isUrlSafe(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }
}
