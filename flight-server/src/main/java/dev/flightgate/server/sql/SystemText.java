package dev.flightgate.server.sql;

import dev.flightgate.server.sql.SqlTokens.Kind;
import dev.flightgate.server.sql.SqlTokens.Token;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one statement wants of the gateway itself, told by its words: it names tables as {@code
 * flightgate.sessions} or {@code flightgate.main.sessions}, or calls {@code flightgate.cancel(…)}.
 * Each part may be quoted, and case does not matter.
 *
 * <p>A statement in which {@code flightgate} stands for anything else too, such as a table's alias,
 * is none.
 *
 * @param sql the statement
 * @param tables the gateway's tables that it names, in lower case
 * @param function what it calls, in lower case; null if it is no call
 * @param argument the text between the call's parentheses; null if it is no call
 */
public record SystemText(
    String sql, Set<String> tables, @Nullable String function, @Nullable String argument) {

  /** The schema's name. */
  public static final String SCHEMA = "flightgate";

  private static final String MAIN = "main";

  /** Copies the set. */
  public SystemText {
    tables = Set.copyOf(tables);
  }

  /**
   * Whether the word stands anywhere in the text; where it does not, nothing else need be asked.
   */
  public static boolean mentions(String sql) {
    int last = sql.length() - SCHEMA.length();
    for (int i = 0; i <= last; i++) {
      char c = sql.charAt(i);
      if ((c == 'f' || c == 'F') && sql.regionMatches(true, i, SCHEMA, 0, SCHEMA.length())) {
        return true;
      }
    }
    return false;
  }

  /**
   * What the statement wants; empty if it is about something else.
   *
   * @param tables the names that are the gateway's tables
   * @param functions the names that are its functions
   */
  public static Optional<SystemText> of(
      String sql, SqlDialect dialect, Set<String> tables, Set<String> functions) {
    if (!mentions(sql)) {
      return Optional.empty();
    }
    Words words = new Words(SqlTokens.of(sql, dialect));
    Set<String> named = new TreeSet<>();
    boolean calls = false;
    for (int i = 0; i < words.size(); i++) {
      if (!words.name(i).equals(SCHEMA)) {
        continue;
      }
      int at = words.afterSchema(i);
      if (at < 0) {
        return Optional.empty();
      }
      boolean function = words.isSymbol(at + 1, "(") && functions.contains(words.name(at));
      if (!function && !tables.contains(words.name(at))) {
        return Optional.empty();
      }
      if (function) {
        calls = true;
      } else {
        named.add(words.name(at));
      }
    }
    if (calls) {
      return words.call(sql, named);
    }
    return named.isEmpty() ? Optional.empty() : Optional.of(new SystemText(sql, named, null, null));
  }

  private record Words(List<Token> tokens) {

    int size() {
      return tokens.size();
    }

    boolean isSymbol(int index, String symbol) {
      return index >= 0
          && index < size()
          && tokens.get(index).kind() == Kind.SYMBOL
          && tokens.get(index).text().equals(symbol);
    }

    /** The name that stands there, without quotes and in lower case; "" for what is no name. */
    String name(int index) {
      if (index < 0 || index >= size()) {
        return "";
      }
      Token token = tokens.get(index);
      String text = token.text();
      return switch (token.kind()) {
        case WORD -> text.toLowerCase(Locale.ROOT);
        case QUOTED_NAME ->
            text.length() < 2 ? "" : text.substring(1, text.length() - 1).toLowerCase(Locale.ROOT);
        case STRING, NUMBER, PARAMETER, SYMBOL -> "";
      };
    }

    /** Where the name stands that the schema at the index qualifies; -1 if it qualifies none. */
    int afterSchema(int schema) {
      if (isSymbol(schema - 1, ".") || !isSymbol(schema + 1, ".")) {
        return -1;
      }
      boolean main = name(schema + 2).equals(MAIN) && isSymbol(schema + 3, ".");
      return main ? schema + 4 : schema + 2;
    }

    /** {@code CALL flightgate.f(…)} or {@code SELECT flightgate.f(…)}, and nothing else. */
    Optional<SystemText> call(String sql, Set<String> tables) {
      boolean begins = name(0).equals("call") || name(0).equals("select");
      if (!begins || !name(1).equals(SCHEMA)) {
        return Optional.empty();
      }
      int function = afterSchema(1);
      int open = function + 1;
      int last = size() - 1;
      if (!isSymbol(last, ")") || tokens.get(last).depth() != tokens.get(open).depth()) {
        return Optional.empty();
      }
      for (int i = open + 1; i < last; i++) {
        if (isSymbol(i, ")") && tokens.get(i).depth() == tokens.get(open).depth()) {
          return Optional.empty();
        }
      }
      String argument = sql.substring(tokens.get(open).end(), tokens.get(last).start());
      return Optional.of(new SystemText(sql, tables, name(function), argument));
    }
  }
}
