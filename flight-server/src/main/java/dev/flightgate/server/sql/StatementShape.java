package dev.flightgate.server.sql;

import dev.flightgate.server.sql.SqlTokens.Kind;
import dev.flightgate.server.sql.SqlTokens.Token;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the words of one statement say about it, before an engine has seen it. Where the words leave
 * a doubt, the answer is the one that makes the statement look more dangerous.
 *
 * @param verb the main verb in upper case, behind EXPLAIN, WITH lists and opening parentheses; ""
 *     for a text that does not begin with a word
 * @param explained whether EXPLAIN stands before it
 * @param analyzed whether the explained statement is run nevertheless: EXPLAIN ANALYZE
 * @param temporary whether it begins with CREATE … TEMP or TEMPORARY, or what it creates has a name
 *     in {@code temp}, which says the same
 * @param modifiesInWith whether the body of a WITH list's element changes rows, or writes a file
 * @param returning whether the word RETURNING stands outside of all parentheses
 * @param control what it does to the transaction
 */
public record StatementShape(
    String verb,
    boolean explained,
    boolean analyzed,
    boolean temporary,
    boolean modifiesInWith,
    boolean returning,
    TransactionControl control) {

  /** What a statement does to the transaction as a whole. */
  public enum TransactionControl {
    /** Nothing; savepoints and ROLLBACK TO count here. */
    NONE,
    /** BEGIN, START TRANSACTION. */
    BEGIN,
    /** COMMIT, END. */
    COMMIT,
    /** ROLLBACK, ABORT. */
    ROLLBACK
  }

  /** Whether it sets or releases a savepoint, or rolls back to one. */
  public boolean isSavepoint() {
    return !explained
        && switch (verb) {
          case "SAVEPOINT", "RELEASE" -> true;
          case "ROLLBACK" -> control == TransactionControl.NONE;
          default -> false;
        };
  }

  private static final Set<String> PLAIN_OPTIONS =
      Set.of(
          "FORMAT", "TEXT", "JSON", "YAML", "HTML", "GRAPHVIZ", "MERMAID", "VERBOSE", "TRUE", "ON");
  private static final Set<String> MODIFYING =
      Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "COPY");
  private static final Set<String> BEFORE_CREATED_NAME =
      Set.of(
          "UNIQUE",
          "VIRTUAL",
          "RECURSIVE",
          "MATERIALIZED",
          "TABLE",
          "VIEW",
          "INDEX",
          "TRIGGER",
          "SEQUENCE",
          "TYPE",
          "MACRO",
          "FUNCTION",
          "IF",
          "NOT",
          "EXISTS");
  private static final Set<String> QUERY_STARTS =
      Set.of("SELECT", "WITH", "VALUES", "FROM", "TABLE", "PIVOT", "UNPIVOT", "DESCRIBE", "SHOW");

  /** The shape of one statement, as {@link SqlSplitter} yields it. */
  public static StatementShape of(String sql, SqlDialect dialect) {
    return of(SqlTokens.of(sql, dialect), dialect);
  }

  /** The shape of one statement whose tokens are known. */
  public static StatementShape of(List<Token> tokens, SqlDialect dialect) {
    Words words = new Words(tokens);
    boolean explained = words.is(0, "EXPLAIN");
    int start = 0;
    boolean analyzed = false;
    if (explained) {
      start = afterExplain(words, dialect);
      analyzed = dialect != SqlDialect.SQLITE && words.mayAnalyze(1, start);
    }
    int main = mainVerb(words, start);
    String verb = words.upper(main);
    return new StatementShape(
        verb,
        explained,
        analyzed,
        verb.equals("CREATE") && isTemporary(words, main + 1),
        modifiesInWith(words),
        tokens.stream().anyMatch(token -> token.depth() == 0 && token.is("RETURNING")),
        explained ? TransactionControl.NONE : control(words, main));
  }

  private static int afterExplain(Words words, SqlDialect dialect) {
    if (dialect == SqlDialect.SQLITE) {
      return words.is(1, "QUERY") && words.is(2, "PLAN") ? 3 : 1;
    }
    if (words.isSymbol(1, "(") && !words.isSymbol(2, "(") && !words.isAnyOf(2, QUERY_STARTS)) {
      return words.afterGroup(1);
    }
    int i = 1;
    while (words.is(i, "ANALYZE") || words.is(i, "ANALYSE") || words.is(i, "VERBOSE")) {
      i++;
    }
    return i;
  }

  /** Where the verb stands that says what runs, from a statement or a parenthesised one. */
  private static int mainVerb(Words words, int start) {
    int i = start;
    while (words.isSymbol(i, "(") || words.is(i, "WITH")) {
      i = words.isSymbol(i, "(") ? i + 1 : afterWith(words, i);
    }
    return i;
  }

  /** The first token behind a WITH list: a body in parentheses that no comma follows ends it. */
  private static int afterWith(Words words, int with) {
    int i = with + 1;
    while (i < words.size()) {
      if (!words.isSymbol(i, "(")) {
        i++;
        continue;
      }
      boolean body = isBody(words, i);
      i = words.afterGroup(i);
      if (body && !words.isSymbol(i, ",")) {
        return i;
      }
    }
    return i;
  }

  /** Whether the parenthesis opens the body of an element of a WITH list. */
  private static boolean isBody(Words words, int parenthesis) {
    return words.is(parenthesis - 1, "AS") || words.is(parenthesis - 1, "MATERIALIZED");
  }

  private static boolean modifiesInWith(Words words) {
    for (int i = 1; i < words.size(); i++) {
      if (words.isSymbol(i, "(") && isBody(words, i) && isModifying(words, mainVerb(words, i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isModifying(Words words, int index) {
    return words.isAnyOf(index, MODIFYING)
        || (words.is(index, "REPLACE") && words.is(index + 1, "INTO"));
  }

  private static boolean isTemporary(Words words, int start) {
    int i = start;
    while (words.is(i, "OR")
        || words.is(i, "REPLACE")
        || words.is(i, "LOCAL")
        || words.is(i, "GLOBAL")) {
      i++;
    }
    if (words.is(i, "TEMP") || words.is(i, "TEMPORARY")) {
      return true;
    }
    while (words.isAnyOf(i, BEFORE_CREATED_NAME)) {
      i++;
    }
    return words.isName(i, "TEMP") && words.isSymbol(i + 1, ".");
  }

  private static TransactionControl control(Words words, int main) {
    return switch (words.upper(main)) {
      case "BEGIN" -> TransactionControl.BEGIN;
      case "START" ->
          words.is(main + 1, "TRANSACTION") ? TransactionControl.BEGIN : TransactionControl.NONE;
      case "COMMIT", "END" -> TransactionControl.COMMIT;
      case "ABORT" -> TransactionControl.ROLLBACK;
      case "ROLLBACK" ->
          words.has(main + 1, "TO") ? TransactionControl.NONE : TransactionControl.ROLLBACK;
      default -> TransactionControl.NONE;
    };
  }

  /** Tokens by index, where an index outside of them is no word at all. */
  private record Words(List<Token> tokens) {

    int size() {
      return tokens.size();
    }

    boolean is(int index, String word) {
      return index >= 0 && index < size() && tokens.get(index).is(word);
    }

    /** Whether the name stands there, in whatever quotes. */
    boolean isName(int index, String name) {
      if (index >= size()) {
        return false;
      }
      String text = tokens.get(index).text();
      boolean quoted = tokens.get(index).kind() != Kind.WORD && text.length() > 1;
      return (quoted ? text.substring(1, text.length() - 1) : text).equalsIgnoreCase(name);
    }

    boolean isAnyOf(int index, Set<String> words) {
      return words.contains(upper(index));
    }

    boolean isSymbol(int index, String symbol) {
      return index < size()
          && tokens.get(index).kind() == Kind.SYMBOL
          && tokens.get(index).text().equals(symbol);
    }

    String upper(int index) {
      return index < size() && tokens.get(index).kind() == Kind.WORD
          ? tokens.get(index).text().toUpperCase(Locale.ROOT)
          : "";
    }

    boolean has(int from, String word) {
      return tokens.stream().skip(from).anyMatch(token -> token.is(word));
    }

    /** Whether EXPLAIN's options may run the statement: all that are not known not to. */
    boolean mayAnalyze(int from, int to) {
      return tokens.subList(from, Math.min(to, size())).stream()
          .anyMatch(token -> token.kind() != Kind.SYMBOL && !isPlainOption(token));
    }

    private static boolean isPlainOption(Token token) {
      return token.kind() == Kind.WORD
          && PLAIN_OPTIONS.contains(token.text().toUpperCase(Locale.ROOT));
    }

    /** The index behind the parenthesis that closes the one at the index. */
    int afterGroup(int open) {
      int depth = tokens.get(open).depth();
      int i = open + 1;
      while (i < size() && !(isSymbol(i, ")") && tokens.get(i).depth() == depth)) {
        i++;
      }
      return Math.min(i + 1, size());
    }
  }
}
