package dev.flightgate.server.sql;

import dev.flightgate.server.sql.SqlTokens.Kind;
import dev.flightgate.server.sql.SqlTokens.Token;
import org.jspecify.annotations.Nullable;

/**
 * Reads a text's tokens one after the other. Used by one thread, once.
 *
 * <p>PostgreSQL's rules are those of the chapter "Lexical Structure" of its manual as DuckDB
 * applies them: no {@code U&'…'}, no escapes in the later parts of a continued {@code E'…'}, and
 * {@code :} and {@code @} are operators (slices, casts, the absolute value), never parameters.
 * SQLite's are those of {@code sqlite3GetToken}.
 */
final class SqlLexer {

  private static final char END = '\0';

  private final String text;
  private final SqlDialect dialect;
  private int position;
  private int depth;
  private int openComment = -1;

  SqlLexer(String text, SqlDialect dialect) {
    this.text = text;
    this.dialect = dialect;
  }

  /** The next token; null at the end of the text. */
  @Nullable Token next() {
    skipSpaceAndComments();
    if (position >= text.length()) {
      return null;
    }
    int start = position;
    int depthOutside = depth;
    Kind kind = advance();
    String token = text.substring(start, position);
    switch (token) {
      case "(" -> depth++;
      case ")" -> {
        depth = Math.max(0, depth - 1);
        depthOutside = depth;
      }
      case ";" -> {
        depth = 0;
        depthOutside = 0;
      }
      default -> {}
    }
    return new Token(kind, token, start, position, depthOutside);
  }

  /**
   * Where a comment begins that the dialect wants closed and the text does not close; -1 for none.
   * Known once {@link #next()} has answered null.
   */
  int openComment() {
    return openComment;
  }

  private boolean sqlite() {
    return dialect == SqlDialect.SQLITE;
  }

  private char at(int index) {
    return index < text.length() ? text.charAt(index) : END;
  }

  private void skipSpaceAndComments() {
    while (position < text.length()) {
      if (isSpace(at(position))) {
        position++;
      } else if (text.startsWith("--", position)) {
        skipLine();
      } else if (text.startsWith("/*", position)) {
        skipBlockComment();
      } else {
        return;
      }
    }
  }

  private void skipLine() {
    while (position < text.length() && !endsLine(at(position))) {
      position++;
    }
  }

  private boolean endsLine(char c) {
    return c == '\n' || (c == '\r' && !sqlite());
  }

  private void skipBlockComment() {
    int start = position;
    int nesting = 0;
    do {
      if (text.startsWith("*/", position)) {
        nesting--;
        position += 2;
      } else if (text.startsWith("/*", position) && (nesting == 0 || !sqlite())) {
        nesting++;
        position += 2;
      } else {
        position++;
      }
    } while (nesting > 0 && position < text.length());
    if (nesting > 0 && !sqlite()) {
      openComment = start; // SQLite takes the end of the text for the end of the comment
    }
    position = Math.min(position, text.length());
  }

  private Kind advance() {
    char c = at(position);
    char after = at(position + 1);
    if (c == '\'') {
      return quoted('\'', Kind.STRING);
    }
    if (c == '"' || (c == '`' && sqlite())) {
      return quoted(c, Kind.QUOTED_NAME);
    }
    if (c == '[' && sqlite()) {
      skipPast(']');
      return Kind.QUOTED_NAME;
    }
    if (after == '\'' && isStringPrefix(c)) {
      position++;
      return (c == 'e' || c == 'E') ? escapedString() : quoted('\'', Kind.STRING);
    }
    if (isDigit(c) || (c == '.' && isDigit(after))) {
      return number();
    }
    if (isWordStart(c)) {
      skipWord();
      return Kind.WORD;
    }
    return sqlite() ? sqliteVariableOrSymbol(c) : dollarOrSymbol(c);
  }

  private boolean isStringPrefix(char c) {
    return (sqlite() ? "xX" : "eExXbBnN").indexOf(c) >= 0;
  }

  private Kind quoted(char quote, Kind kind) {
    position++;
    while (position < text.length()) {
      if (at(position) != quote) {
        position++;
      } else if (at(position + 1) == quote) {
        position += 2;
      } else {
        position++;
        return kind;
      }
    }
    return kind;
  }

  private Kind escapedString() {
    position++;
    while (position < text.length()) {
      char c = at(position);
      if (c == '\\' || (c == '\'' && at(position + 1) == '\'')) {
        position += 2;
      } else {
        position++;
        if (c == '\'') {
          return Kind.STRING;
        }
      }
    }
    position = text.length();
    return Kind.STRING;
  }

  private void skipPast(char last) {
    int found = text.indexOf(last, position);
    position = found < 0 ? text.length() : found + 1;
  }

  private Kind number() {
    if (sqlite() && at(position) == '0' && (at(position + 1) | 0x20) == 'x') {
      skipWord();
      return Kind.NUMBER;
    }
    skipDigits();
    if (at(position) == '.') {
      position++;
      skipDigits();
    }
    if ((at(position) | 0x20) == 'e') {
      int digits = "+-".indexOf(at(position + 1)) >= 0 ? position + 2 : position + 1;
      if (isDigit(at(digits))) {
        position = digits;
        skipDigits();
      }
    }
    return Kind.NUMBER;
  }

  private void skipDigits() {
    while (isDigit(at(position)) || (at(position) == '_' && isDigit(at(position + 1)))) {
      position++;
    }
  }

  private void skipWord() {
    while (position < text.length() && isWordPart(at(position))) {
      position++;
    }
  }

  /** {@code $tag$…$tag$}, {@code $name}, {@code $1}, {@code ?1}, or one character. */
  private Kind dollarOrSymbol(char c) {
    int start = position;
    position++;
    if (c == '?') {
      skipDigits();
      return Kind.PARAMETER;
    }
    if (c != '$') {
      return Kind.SYMBOL;
    }
    if (isDigit(at(position))) {
      skipDigits();
      return Kind.PARAMETER;
    }
    while (isWordPart(at(position)) && at(position) != '$') {
      position++;
    }
    if (at(position) != '$') {
      return position > start + 1 ? Kind.PARAMETER : Kind.SYMBOL;
    }
    position++;
    String tag = text.substring(start, position);
    int close = text.indexOf(tag, position);
    position = close < 0 ? text.length() : close + tag.length();
    return Kind.STRING;
  }

  /** {@code ?1}, {@code :name}, {@code @name}, {@code $name}, Tcl's forms included, or a symbol. */
  private Kind sqliteVariableOrSymbol(char c) {
    position++;
    if (c == '?') {
      skipDigits();
      return Kind.PARAMETER;
    }
    if (c != ':' && c != '@' && c != '$') {
      return Kind.SYMBOL;
    }
    int name = position;
    while (isWordPart(at(position)) || text.startsWith("::", position)) {
      position += isWordPart(at(position)) ? 1 : 2;
    }
    if (position > name && at(position) == '(') {
      int suffix = position + 1;
      while (suffix < text.length() && at(suffix) != ')' && !isSpace(at(suffix))) {
        suffix++;
      }
      position = at(suffix) == ')' ? suffix + 1 : position;
    }
    return position > name ? Kind.PARAMETER : Kind.SYMBOL;
  }

  /**
   * Just what the engine takes for a blank, or a word could be hidden from us: DuckDB a part of
   * Unicode's spaces and some characters without width (StripUnicodeSpaces), SQLite no vertical tab
   * (CC_SPACE), and a byte order mark where a token may begin.
   */
  private boolean isSpace(char c) {
    return switch (c) {
      case ' ', '\t', '\n', '\f', '\r', '\uFEFF' -> true;
      case '\u000B', '\u00A0', '\u202F', '\u205F', '\u2060', '\u3000' -> !sqlite();
      default -> c >= '\u2000' && c <= '\u200B' && !sqlite();
    };
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWordStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c > 0x7F;
  }

  private boolean isWordPart(char c) {
    return isWordStart(c) ? !isSpace(c) || (c == '\uFEFF' && sqlite()) : isDigit(c) || c == '$';
  }
}
