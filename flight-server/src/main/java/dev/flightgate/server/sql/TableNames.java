package dev.flightgate.server.sql;

import dev.flightgate.server.sql.SqlTokens.Kind;
import dev.flightgate.server.sql.SqlTokens.Token;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The names that stand where a statement has its tables: behind FROM, JOIN, INTO, UPDATE and the
 * commas of a FROM list. Names that a WITH list defines are among them. Functions are not.
 */
public final class TableNames {

  private static final Set<String> BEFORE_TABLE =
      Set.of("FROM", "JOIN", "INTO", "UPDATE", "TABLE", "USING");

  /** What may stand between UPDATE or a table's place and its name. */
  private static final Set<String> BEFORE_NAME =
      Set.of("OR", "ROLLBACK", "ABORT", "REPLACE", "FAIL", "IGNORE", "ONLY", "LATERAL");

  private static final Set<String> AFTER_LIST =
      Set.of(
          "WHERE",
          "GROUP",
          "HAVING",
          "ORDER",
          "LIMIT",
          "WINDOW",
          "UNION",
          "EXCEPT",
          "INTERSECT",
          "SELECT",
          "SET",
          "VALUES",
          "RETURNING");

  private final List<Token> tokens;
  private final List<List<String>> names = new ArrayList<>();
  // For each open parenthesis, whether commas around it part tables.
  private final Deque<Boolean> outside = new ArrayDeque<>();
  private boolean inList;
  private boolean atTable;

  private TableNames(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** The names, unquoted, each as the words that its dots part. */
  public static List<List<String>> of(List<Token> tokens) {
    TableNames reader = new TableNames(tokens);
    reader.read();
    return reader.names;
  }

  private void read() {
    int i = 0;
    while (i < tokens.size()) {
      Token token = tokens.get(i);
      switch (token.text()) {
        case "(" -> {
          outside.push(inList);
          inList = atTable;
        }
        case ")" -> {
          inList = !outside.isEmpty() && outside.pop();
          atTable = false;
        }
        case "," -> atTable = inList;
        default -> {
          int end = readWord(i);
          if (end > i) {
            i = end;
            continue;
          }
        }
      }
      i++;
    }
  }

  /** Reads a keyword, or a table's name; the place behind the name, or the same place. */
  private int readWord(int at) {
    Token token = tokens.get(at);
    String word = token.kind() == Kind.WORD ? token.text().toUpperCase(Locale.ROOT) : "";
    if (BEFORE_TABLE.contains(word)) {
      atTable = true;
      inList = word.equals("FROM") || word.equals("USING") || inList;
    } else if (AFTER_LIST.contains(word)) {
      atTable = false;
      inList = false;
    } else if (atTable && !BEFORE_NAME.contains(word)) {
      atTable = false;
      return readName(at);
    }
    return at;
  }

  private int readName(int at) {
    List<String> path = new ArrayList<>();
    int i = at;
    while (i < tokens.size() && isName(tokens.get(i))) {
      path.add(unquoted(tokens.get(i)));
      i++;
      if (i >= tokens.size() || !tokens.get(i).text().equals(".")) {
        break;
      }
      i++;
    }
    boolean call = i < tokens.size() && tokens.get(i).text().equals("(");
    boolean columns = call && at > 0 && tokens.get(at - 1).is("INTO");
    if (!path.isEmpty() && (!call || columns)) {
      names.add(path);
    }
    return Math.max(i, at);
  }

  private static boolean isName(Token token) {
    return switch (token.kind()) {
      case WORD, QUOTED_NAME, STRING -> true;
      case NUMBER, PARAMETER, SYMBOL -> false;
    };
  }

  /** A name without its quotes, of whatever kind. */
  public static String unquoted(Token token) {
    String text = token.text();
    if (token.kind() == Kind.WORD || text.length() < 2) {
      return text;
    }
    String inside = text.substring(1, text.length() - 1);
    char quote = text.charAt(0);
    return quote == '[' ? inside : inside.replace("" + quote + quote, "" + quote);
  }
}
