package dev.flightgate.server.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Checks of single settings. Each throws a {@link ConfigException} that begins with the setting's
 * name and ends with the value that was refused.
 */
final class Require {

  /** Far below where nanoseconds overflow, far above what anybody waits for. */
  private static final Duration DURATION_MAX = Duration.ofDays(3_650);

  private Require() {}

  static void that(boolean holds, String name, String reason) {
    if (!holds) {
      throw new ConfigException(name, reason);
    }
  }

  /** The value may be null although its type says otherwise: it was bound from a file. */
  static void present(@Nullable Object value, String name) {
    that(value != null, name, "is missing");
  }

  static void notBlank(@Nullable String value, String name) {
    that(value != null, name, "is missing");
    that(value == null || !value.isBlank(), name, "must not be empty");
  }

  static void between(int value, int min, int max, String name) {
    that(
        value >= min && value <= max,
        name,
        "must be between " + min + " and " + max + ", was " + value);
  }

  /**
   * A number of bytes; {@link Long#MAX_VALUE} and {@link Integer#MAX_VALUE} mean no upper limit.
   */
  static void size(long value, long min, long max, String name) {
    that(
        value >= min, name, "must be at least " + Size.format(min) + ", was " + Size.format(value));
    that(value <= max, name, "must be at most " + Size.format(max) + ", was " + Size.format(value));
  }

  /** The value, or what holds where it was not said. */
  static <T> T orElse(@Nullable T value, T standard) {
    return value == null ? standard : value;
  }

  static void notNegative(@Nullable Duration value, String name) {
    if (value == null || !value.isZero()) {
      positive(value, name);
    }
  }

  static void positive(@Nullable Duration value, String name) {
    if (value == null) {
      throw new ConfigException(name, "is missing");
    }
    boolean positive = !value.isNegative() && !value.isZero();
    that(positive, name, "must be positive, was " + Span.format(value));
    that(
        value.compareTo(DURATION_MAX) <= 0,
        name,
        "must be at most " + Span.format(DURATION_MAX) + ", was " + Span.format(value));
  }
}
