package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.SqlTokens;
import dev.flightgate.server.sql.SqlTokens.Kind;
import dev.flightgate.server.sql.SqlTokens.Token;
import dev.flightgate.server.sql.StatementShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The words of one statement by their place, where a place outside of it has no word.
 *
 * @param sql the statement
 * @param tokens all of them
 * @param start where the statement begins that an EXPLAIN is about; 0 for any other
 * @param verb the main verb in upper case, behind a WITH list and parentheses; "" for none
 * @param changesInWith whether an element of a WITH list changes rows
 */
record StatementWords(
    String sql, List<Token> tokens, int start, String verb, boolean changesInWith) {

  /** A dotted name, and the place behind it. */
  record Name(List<String> path, int end) {
    String last() {
      return path.get(path.size() - 1);
    }
  }

  static StatementWords of(String sql) {
    List<Token> tokens = SqlTokens.of(sql, SqlDialect.POSTGRESQL);
    return of(sql, tokens, StatementShape.of(tokens, SqlDialect.POSTGRESQL));
  }

  static StatementWords of(String sql, List<Token> tokens, StatementShape shape) {
    return new StatementWords(sql, tokens, explained(tokens), shape.verb(), shape.modifiesInWith());
  }

  private static int explained(List<Token> tokens) {
    int i = 0;
    if (!tokens.isEmpty() && tokens.get(0).is("EXPLAIN")) {
      i++;
      boolean options = tokens.size() > 2 && tokens.get(1).text().equals("(");
      if (options && (tokens.get(2).is("FORMAT") || tokens.get(2).is("ANALYZE"))) {
        do {
          i++;
        } while (i < tokens.size() && tokens.get(i).depth() > 0);
        i++;
      }
      while (i < tokens.size() - 1
          && (tokens.get(i).is("ANALYZE") || tokens.get(i).is("ANALYSE"))) {
        i++;
      }
    }
    return Math.max(0, Math.min(i, tokens.size() - 1));
  }

  int size() {
    return tokens.size();
  }

  boolean is(int at, String word) {
    return at >= 0 && at < size() && tokens.get(at).is(word);
  }

  boolean isAnyOf(int at, Set<String> words) {
    return at >= 0
        && at < size()
        && tokens.get(at).kind() == Kind.WORD
        && words.contains(tokens.get(at).text().toUpperCase(Locale.ROOT));
  }

  boolean isSymbol(int at, String symbol) {
    return at >= 0
        && at < size()
        && tokens.get(at).kind() == Kind.SYMBOL
        && tokens.get(at).text().equals(symbol);
  }

  /** The name that stands there, unquoted, in lower case; "" for no name. */
  String name(int at) {
    boolean isName =
        at >= 0
            && at < size()
            && (tokens.get(at).kind() == Kind.WORD || tokens.get(at).kind() == Kind.QUOTED_NAME);
    return isName ? unquoted(tokens.get(at)).toLowerCase(Locale.ROOT) : "";
  }

  /** A token's text without its quotes. */
  static String unquoted(Token token) {
    String text = token.text();
    return switch (token.kind()) {
      case QUOTED_NAME -> text.substring(1, Math.max(1, text.length() - 1)).replace("\"\"", "\"");
      case STRING -> {
        boolean plain = text.length() > 1 && text.startsWith("'");
        yield plain ? text.substring(1, text.length() - 1).replace("''", "'") : text;
      }
      case WORD, NUMBER, PARAMETER, SYMBOL -> text;
    };
  }

  /** The dotted name that begins there; of no words if none does. */
  Name dotted(int at) {
    List<String> path = new ArrayList<>();
    int i = at;
    while (!name(i).isEmpty() || (i < size() && i >= 0 && tokens.get(i).kind() == Kind.STRING)) {
      path.add(unquoted(tokens.get(i)));
      i++;
      if (!isSymbol(i, ".")) {
        break;
      }
      i++;
    }
    return new Name(path, i);
  }

  /** Where the word stands next outside of all parentheses; the end if nowhere. */
  int find(int from, String word) {
    int i = from;
    while (i < size() && !(tokens.get(i).depth() == 0 && is(i, word))) {
      i++;
    }
    return i;
  }

  /** Whether the word stands anywhere from there on. */
  boolean has(int from, Set<String> words) {
    for (int i = from; i < size(); i++) {
      if (isAnyOf(i, words)) {
        return true;
      }
    }
    return false;
  }

  /** The place behind the parenthesis that closes the one that stands there. */
  int afterGroup(int open) {
    int depth = tokens.get(open).depth();
    int i = open + 1;
    while (i < size() && !(isSymbol(i, ")") && tokens.get(i).depth() == depth)) {
      i++;
    }
    return Math.min(i + 1, size());
  }

  /** The text from a place to the end. */
  String from(int at) {
    return at < size() ? sql.substring(tokens.get(at).start()) : "";
  }

  /** The text from a place to before another. */
  String between(int from, int to) {
    return from < to ? sql.substring(tokens.get(from).start(), tokens.get(to - 1).end()) : "";
  }
}
