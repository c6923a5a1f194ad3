package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of a SQLite database.
 *
 * @param busyTimeout how long a statement waits for another writer, of this process or another;
 *     {@code sqlite.busy-timeout}, 5 seconds unless set
 * @param misfit what becomes of a value that does not fit its column's type; {@code sqlite.misfit}
 * @param nativeCode whether rows are read and written by native code; {@code sqlite.native-code}
 */
record SqliteSettings(Duration busyTimeout, Misfit misfit, NativeCode nativeCode) {

  static final String BUSY_TIMEOUT = "sqlite.busy-timeout";
  static final String MISFIT = "sqlite.misfit";
  static final String NATIVE_CODE = "sqlite.native-code";

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m)");

  /** What becomes of a value that does not fit its column's type. */
  enum Misfit {
    /** The stream fails and names table, column, row and value. */
    ERROR,
    /** The value is sent as NULL. */
    NULL,
    /** No value is a misfit: every column that does not hold bytes is sent as text. */
    TEXT
  }

  /** Whether rows are read and written by native code. */
  enum NativeCode {
    /** Where the library is found. */
    AUTO,
    /** Always: without the library, opening fails. */
    ON,
    /** Never. */
    OFF
  }

  /**
   * Reads the settings.
   *
   * @throws BackendException UNSUPPORTED for a setting that is not known or cannot be understood
   */
  static SqliteSettings of(Map<String, String> settings) {
    Duration busyTimeout = Duration.ofSeconds(5);
    Misfit misfit = Misfit.ERROR;
    NativeCode nativeCode = NativeCode.AUTO;
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      String value = setting.getValue().strip().toLowerCase(Locale.ROOT);
      switch (setting.getKey()) {
        case BUSY_TIMEOUT -> busyTimeout = duration(value);
        case MISFIT -> misfit = oneOf(Misfit.values(), MISFIT, value);
        case NATIVE_CODE -> nativeCode = oneOf(NativeCode.values(), NATIVE_CODE, value);
        default ->
            throw unsupported(
                setting.getKey()
                    + ": no such setting of a SQLite database; there are "
                    + BUSY_TIMEOUT
                    + ", "
                    + MISFIT
                    + " and "
                    + NATIVE_CODE);
      }
    }
    return new SqliteSettings(busyTimeout, misfit, nativeCode);
  }

  private static Duration duration(String value) {
    Matcher matcher = DURATION.matcher(value);
    if (!matcher.matches()) {
      throw unsupported(BUSY_TIMEOUT + ": must be like 500ms, 5s or 1m, was " + value);
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      default -> Duration.ofMinutes(amount);
    };
  }

  private static <E extends Enum<E>> E oneOf(E[] choices, String setting, String value) {
    for (E choice : choices) {
      if (choice.name().toLowerCase(Locale.ROOT).equals(value)) {
        return choice;
      }
    }
    List<String> names =
        Arrays.stream(choices).map(choice -> choice.name().toLowerCase(Locale.ROOT)).toList();
    throw unsupported(
        setting
            + ": must be "
            + String.join(", ", names.subList(0, names.size() - 1))
            + " or "
            + names.get(names.size() - 1)
            + ", was "
            + value);
  }

  private static BackendException unsupported(String message) {
    return new BackendException(Kind.UNSUPPORTED, message);
  }
}
