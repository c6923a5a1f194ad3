package dev.flightgate.client.cli;

/** Makes what a terminal would act on visible instead. */
final class Escapes {

  private Escapes() {}

  /**
   * The text with control characters, and those that turn the direction of writing, shown as
   * escapes: {@code \n}, {@code \t}, {@code \x1b}, {@code \}{@code u202e}. Nothing in a result can
   * move the cursor or forge a line.
   */
  static String visible(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isUnsafe(text.charAt(i))) {
        return escape(text);
      }
    }
    return text;
  }

  /** The same for messages of several lines: line breaks and tabs stay. */
  static String visibleLines(String text) {
    return text.lines()
        .map(line -> visible(line.replace("\t", "  ")))
        .reduce((above, below) -> above + System.lineSeparator() + below)
        .orElse("");
  }

  /** At most that many characters of a text, never half of a surrogate pair. */
  static String beginning(String text, int charactersMax) {
    if (text.length() <= charactersMax) {
      return text;
    }
    int end =
        Character.isHighSurrogate(text.charAt(charactersMax - 1))
            ? charactersMax - 1
            : charactersMax;
    return text.substring(0, end);
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isUnsafe(c)) {
        escaped.append(c);
      } else if (c == '\n') {
        escaped.append("\\n");
      } else if (c == '\r') {
        escaped.append("\\r");
      } else if (c == '\t') {
        escaped.append("\\t");
      } else {
        escaped.append(String.format(c < 0x100 ? "\\x%02x" : "\\u%04x", (int) c));
      }
    }
    return escaped.toString();
  }

  private static boolean isUnsafe(char c) {
    return c < ' '
        || (c >= 0x7F && c < 0xA0)
        || (c >= 0x2028 && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069);
  }
}
