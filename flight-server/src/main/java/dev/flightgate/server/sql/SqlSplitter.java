package dev.flightgate.server.sql;

import dev.flightgate.server.sql.SqlTokens.Token;
import java.util.ArrayList;
import java.util.List;

/** Splits a text into its statements. */
public final class SqlSplitter {

  private SqlSplitter() {}

  /**
   * The statements of a text, in order, each without its closing semicolon and without white space
   * and comments before and after it; empty statements are left out. What lies between is kept to
   * the letter.
   *
   * <p>An unterminated quote or comment belongs to the last statement, or is one if there is no
   * other: the engine then says what is wrong with it. (SQLite allows an unterminated comment,
   * which is left out like any other.) A malformed trigger body reaches to the end of the text.
   */
  public static List<String> split(String text, SqlDialect dialect) {
    SqlLexer lexer = new SqlLexer(text, dialect);
    List<String> statements = new ArrayList<>();
    List<Token> open = new ArrayList<>();
    for (Token token = lexer.next(); token != null; token = lexer.next()) {
      if (!isSemicolon(token)) {
        open.add(token);
      } else if (dialect == SqlDialect.SQLITE && insideTrigger(open)) {
        open.add(token);
      } else if (!open.isEmpty()) {
        statements.add(text.substring(open.get(0).start(), last(open).end()));
        open.clear();
      }
    }
    if (lexer.openComment() >= 0) {
      int start = open.isEmpty() ? lexer.openComment() : open.get(0).start();
      statements.add(text.substring(start));
    } else if (!open.isEmpty()) {
      statements.add(text.substring(open.get(0).start(), last(open).end()));
    }
    return statements;
  }

  /**
   * Whether the tokens begin CREATE TRIGGER and do not end in {@code ; END} yet: what {@code
   * sqlite3_complete} asks. The END of a CASE never follows a semicolon.
   */
  private static boolean insideTrigger(List<Token> open) {
    int i = 0;
    if (isWord(open, i, "EXPLAIN")) {
      i += isWord(open, 1, "QUERY") && isWord(open, 2, "PLAN") ? 3 : 1;
    }
    if (!isWord(open, i, "CREATE")) {
      return false;
    }
    i += isWord(open, i + 1, "TEMP") || isWord(open, i + 1, "TEMPORARY") ? 2 : 1;
    if (!isWord(open, i, "TRIGGER")) {
      return false;
    }
    int end = open.size() - 1;
    return !(isWord(open, end, "END") && isSemicolon(open.get(end - 1)));
  }

  private static boolean isWord(List<Token> tokens, int index, String word) {
    return index < tokens.size() && tokens.get(index).is(word);
  }

  private static boolean isSemicolon(Token token) {
    return token.kind() == SqlTokens.Kind.SYMBOL && token.text().equals(";");
  }

  private static Token last(List<Token> tokens) {
    return tokens.get(tokens.size() - 1);
  }
}
