package dev.flightgate.server.auth.configured;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A hash of a password in its usual text: argon2id as {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}
 * (the PHC string format), or bcrypt as {@code $2b$…}, {@code $2a$…} or {@code $2y$…}. Immutable;
 * slow by intention, and takes the memory that it says.
 */
public sealed interface PasswordHash {

  /** OWASP's advice of 2023 for argon2id: 19 MiB, twice, on one lane. */
  int MEMORY_KIBIBYTES = 19_456;

  /** See {@link #MEMORY_KIBIBYTES}. */
  int ITERATIONS = 2;

  /** Above these a login would take minutes, or the server's memory. */
  int MEMORY_KIBIBYTES_MAX = 1 << 20;

  /** See {@link #MEMORY_KIBIBYTES_MAX}. */
  int ITERATIONS_MAX = 64;

  /** See {@link #MEMORY_KIBIBYTES_MAX}. */
  int LANES_MAX = 16;

  /** See {@link #MEMORY_KIBIBYTES_MAX}. */
  int ROUNDS_MAX = 18;

  /** Whether it is the hash of this password. */
  boolean matches(String password);

  /** What a check costs: those of the same text cost the same. */
  String cost();

  /** A hash of the same cost that is no password's. */
  PasswordHash decoy();

  /** The usual text. */
  String text();

  /** Hashes a password with argon2id and a new salt. */
  static PasswordHash of(String password) {
    byte[] salt = random(16);
    Argon2 cost = new Argon2(MEMORY_KIBIBYTES, ITERATIONS, 1, salt, new byte[32]);
    return new Argon2(MEMORY_KIBIBYTES, ITERATIONS, 1, salt, cost.hashOf(password));
  }

  /**
   * Reads a hash.
   *
   * @throws IllegalArgumentException with a reason for the user, which does not repeat the text
   */
  static PasswordHash parse(String text) {
    Matcher argon2 = Argon2.TEXT.matcher(text);
    if (argon2.matches()) {
      return Argon2.of(argon2);
    }
    Matcher bcrypt = Bcrypt.TEXT.matcher(text);
    if (bcrypt.matches()) {
      int rounds = Integer.parseInt(bcrypt.group(1));
      if (rounds < 4 || rounds > ROUNDS_MAX) {
        throw new IllegalArgumentException("has a bcrypt cost that is not in 4 to " + ROUNDS_MAX);
      }
      return new Bcrypt(text, bcrypt.group(1));
    }
    throw new IllegalArgumentException(
        "must be a hash that begins with $argon2id$v=19$ or $2b$, as 'flightgate user add' writes");
  }

  private static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return random;
  }

  /** RFC 9106. */
  final class Argon2 implements PasswordHash {

    private static final Pattern TEXT =
        Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,9}),t=(\\d{1,9}),p=(\\d{1,9})"
                + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{16,86})");

    private final int memory;
    private final int iterations;
    private final int lanes;
    private final byte[] salt;
    private final byte[] hash;

    private Argon2(int memory, int iterations, int lanes, byte[] salt, byte[] hash) {
      this.memory = memory;
      this.iterations = iterations;
      this.lanes = lanes;
      this.salt = salt;
      this.hash = hash;
    }

    private static Argon2 of(Matcher text) {
      int memory = Integer.parseInt(text.group(1));
      int iterations = Integer.parseInt(text.group(2));
      int lanes = Integer.parseInt(text.group(3));
      if (iterations < 1
          || lanes < 1
          || memory < 8 * lanes
          || iterations > ITERATIONS_MAX
          || lanes > LANES_MAX
          || memory > MEMORY_KIBIBYTES_MAX) {
        throw new IllegalArgumentException(
            "has costs of argon2id that are out of bounds: m at most "
                + MEMORY_KIBIBYTES_MAX
                + " and at least 8 times p, t at most "
                + ITERATIONS_MAX
                + ", p at most "
                + LANES_MAX);
      }
      try {
        Base64.Decoder base64 = Base64.getDecoder();
        return new Argon2(
            memory, iterations, lanes, base64.decode(text.group(4)), base64.decode(text.group(5)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("has a salt or hash that is not base64", e);
      }
    }

    private byte[] hashOf(String password) {
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(
          new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
              .withVersion(Argon2Parameters.ARGON2_VERSION_13)
              .withMemoryAsKB(memory)
              .withIterations(iterations)
              .withParallelism(lanes)
              .withSalt(salt)
              .build());
      byte[] computed = new byte[hash.length];
      generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), computed);
      return computed;
    }

    @Override
    public boolean matches(String password) {
      return MessageDigest.isEqual(hash, hashOf(password));
    }

    @Override
    public String cost() {
      return "argon2id m=" + memory + ",t=" + iterations + ",p=" + lanes;
    }

    @Override
    public PasswordHash decoy() {
      return new Argon2(memory, iterations, lanes, random(salt.length), random(hash.length));
    }

    @Override
    public String text() {
      Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
      return "$argon2id$v=19$m="
          + memory
          + ",t="
          + iterations
          + ",p="
          + lanes
          + "$"
          + base64.encodeToString(salt)
          + "$"
          + base64.encodeToString(hash);
    }

    @Override
    public String toString() {
      return cost();
    }
  }

  /** Provos and Mazières, as OpenBSD writes it; of a password it takes the first 72 bytes. */
  final class Bcrypt implements PasswordHash {

    private static final Pattern TEXT = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");

    private final String text;
    private final String rounds;

    private Bcrypt(String text, String rounds) {
      this.text = text;
      this.rounds = rounds;
    }

    @Override
    public boolean matches(String password) {
      return OpenBSDBCrypt.checkPassword(text, password.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String cost() {
      return "bcrypt " + rounds;
    }

    @Override
    public PasswordHash decoy() {
      String bytes = Base64.getEncoder().encodeToString(random(40)).replace('+', '.');
      // 128 bits of salt are 21 characters and a quarter of one more, 184 of the hash 30 and five
      // sixths: what is left over in the last of each has to be zero.
      return new Bcrypt(
          "$2b$" + rounds + "$" + bytes.substring(0, 21) + "." + bytes.substring(21, 51) + ".",
          rounds);
    }

    @Override
    public String text() {
      return text;
    }

    @Override
    public String toString() {
      return cost();
    }
  }
}
