package dev.flightgate.server.config;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers of bytes as people write them: {@code 64MiB}, {@code 1GB}, {@code 65536}. KiB, MiB, GiB
 * and TiB are powers of 1,024; kB, MB, GB and TB are powers of 1,000. Case does not matter.
 */
final class Size {

  private static final Pattern TEXT = Pattern.compile("(-?\\d{1,18})\\s*([A-Za-z]*)");

  private static final Map<String, Long> UNITS =
      Map.of(
          "", 1L,
          "b", 1L,
          "kb", 1_000L,
          "mb", 1_000_000L,
          "gb", 1_000_000_000L,
          "tb", 1_000_000_000_000L,
          "kib", 1L << 10,
          "mib", 1L << 20,
          "gib", 1L << 30,
          "tib", 1L << 40);

  private Size() {}

  /**
   * Reads a size.
   *
   * @throws IllegalArgumentException with a reason for the user
   */
  static long parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    Long unit = matcher.matches() ? UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
    if (unit == null) {
      throw new IllegalArgumentException("must be a size such as 64MiB, was \"" + text + "\"");
    }
    BigInteger bytes = new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(unit));
    if (bytes.bitLength() > 63) {
      throw new IllegalArgumentException("must be below 8 EiB, was \"" + text + "\"");
    }
    return bytes.longValue();
  }

  /** Writes a size in the largest unit that needs no fraction. */
  static String format(long bytes) {
    String[] units = {"TiB", "GiB", "MiB", "KiB"};
    for (int i = 0; i < units.length; i++) {
      long unit = 1L << (10 * (units.length - i));
      if (bytes != 0 && bytes % unit == 0) {
        return bytes / unit + units[i];
      }
    }
    return bytes + "B";
  }
}
