package dev.flightgate.server.sql;

import java.util.ArrayList;
import java.util.List;

/** The significant words of a statement: comments and white space left out. */
public final class SqlTokens {

  /** What a token is. */
  public enum Kind {
    /** A keyword or an unquoted name. */
    WORD,
    /** A quoted name. */
    QUOTED_NAME,
    /** A string literal, dollar-quoted ones included. */
    STRING,
    /** A number. */
    NUMBER,
    /**
     * {@code ?}, {@code ?1}, {@code $1}, {@code $name}; in SQLite also {@code :name} and {@code
     * @name}, which are a symbol and a word in PostgreSQL's rules.
     */
    PARAMETER,
    /** One character of anything else: parentheses, operators, the semicolon. */
    SYMBOL
  }

  /**
   * One token.
   *
   * @param text as it stands in the statement
   * @param start offset of its first character
   * @param end offset after its last character
   * @param depth how many parentheses are open around it; both parentheses of a pair have the depth
   *     outside of it
   */
  public record Token(Kind kind, String text, int start, int end, int depth) {

    /** Whether this is the keyword, in any case. */
    public boolean is(String keyword) {
      return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
    }
  }

  private SqlTokens() {}

  /** The tokens of a text, in order. An unterminated quote or comment reaches to the text's end. */
  public static List<Token> of(String text, SqlDialect dialect) {
    SqlLexer lexer = new SqlLexer(text, dialect);
    List<Token> tokens = new ArrayList<>();
    for (Token token = lexer.next(); token != null; token = lexer.next()) {
      tokens.add(token);
    }
    return tokens;
  }
}
