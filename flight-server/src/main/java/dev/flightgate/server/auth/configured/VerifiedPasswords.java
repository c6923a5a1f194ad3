package dev.flightgate.server.auth.configured;

import dev.flightgate.server.auth.configured.Users.User;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Passwords that were right a moment ago, so that clients that show one with every call do not cost
 * a slow hash each time. Kept are digests under a key of this process, for a minute, {@value #MAX}
 * at most; one is good for the user only as long as nothing about the user changed. Thread-safe.
 */
final class VerifiedPasswords {

  static final int MAX = 1_000;
  static final Duration KEPT = Duration.ofMinutes(1);

  private static final String MAC = "HmacSHA256";

  private record Verified(User user, long until) {}

  private final LongSupplier nanoTime;
  private final SecretKeySpec key;

  private final Map<String, Verified> verified =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
          return size() > MAX;
        }
      };

  /**
   * @param nanoTime as {@link System#nanoTime} counts
   */
  VerifiedPasswords(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    this.key = new SecretKeySpec(bytes, MAC);
  }

  /** Whether the password was the user's a moment ago. */
  boolean has(User user, String password) {
    String digest = digest(user.name(), password);
    synchronized (this) {
      Verified known = verified.get(digest);
      if (known == null) {
        return false;
      }
      if (known.until() - nanoTime.getAsLong() > 0 && known.user().equals(user)) {
        return true;
      }
      verified.remove(digest);
      return false;
    }
  }

  /** Says that the password is the user's. */
  void add(User user, String password) {
    String digest = digest(user.name(), password);
    synchronized (this) {
      verified.remove(digest); // so that it becomes the newest
      verified.put(digest, new Verified(user, nanoTime.getAsLong() + KEPT.toNanos()));
    }
  }

  synchronized int size() {
    return verified.size();
  }

  private String digest(String user, String password) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(key);
      byte[] name = user.getBytes(StandardCharsets.UTF_8);
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
      mac.update(name);
      return HexFormat.of().formatHex(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA-256", e);
    }
  }
}
