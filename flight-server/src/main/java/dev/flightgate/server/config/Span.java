package dev.flightgate.server.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}, {@code 7d},
 * or ISO 8601 ({@code PT1M30S}).
 */
final class Span {

  /** From the largest to the smallest. */
  private static final Map<String, Duration> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("d", Duration.ofDays(1));
    UNITS.put("h", Duration.ofHours(1));
    UNITS.put("m", Duration.ofMinutes(1));
    UNITS.put("s", Duration.ofSeconds(1));
    UNITS.put("ms", Duration.ofMillis(1));
  }

  /** Below what a long of nanoseconds can hold. */
  private static final Duration ROUND_MAX = Duration.ofDays(100_000);

  private static final Pattern TEXT = Pattern.compile("(-?\\d{1,9})\\s*(ms|s|m|h|d)");

  private Span() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException with a reason for the user
   */
  static Duration parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (matcher.matches()) {
      Duration unit = UNITS.get(matcher.group(2));
      return requireNonNull(unit).multipliedBy(Long.parseLong(matcher.group(1)));
    }
    try {
      return Duration.parse(text.strip());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "must be a duration such as 30s, 5m or 1h, was \"" + text + "\"", e);
    }
  }

  /**
   * Writes a duration in the largest unit that needs no fraction, down to milliseconds; the rest as
   * ISO.
   */
  static String format(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    if (duration.abs().compareTo(ROUND_MAX) > 0) {
      return duration.toString();
    }
    long nanos = duration.toNanos();
    for (Map.Entry<String, Duration> unit : UNITS.entrySet()) {
      if (nanos % unit.getValue().toNanos() == 0) {
        return nanos / unit.getValue().toNanos() + unit.getKey();
      }
    }
    return duration.toString();
  }
}
