package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.backend.sqlite.ResultColumns.SelectList;
import dev.flightgate.server.backend.sqlite.SqliteStream.EmptyStream;
import dev.flightgate.server.backend.sqlite.SqliteTypes.ColumnType;
import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.SqlTokens;
import dev.flightgate.server.sql.SqlTokens.Kind;
import dev.flightgate.server.sql.SqlTokens.Token;
import dev.flightgate.server.sql.StatementShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** What the words of a SQLite statement say about it, before SQLite has seen it. */
final class Statements {

  private Statements() {}

  /** The kind; where the words leave a doubt, the one that allows less. */
  static StatementKind kind(StatementShape shape, List<Token> tokens) {
    Pragma pragma = shape.verb().equals("PRAGMA") ? Pragma.of(tokens) : null;
    return pragma != null && pragma.isTelling() ? StatementKind.READS : kind(shape);
  }

  private static StatementKind kind(StatementShape shape) {
    if (shape.explained()) { // a PRAGMA is applied all the same, while it is compiled
      return shape.verb().equals("PRAGMA") ? StatementKind.CONTROLS : StatementKind.READS;
    }
    return switch (shape.control()) {
      case BEGIN -> StatementKind.BEGINS;
      case COMMIT -> StatementKind.COMMITS;
      case ROLLBACK -> StatementKind.ROLLS_BACK;
      case NONE ->
          switch (shape.verb()) {
            case "SELECT", "VALUES" -> StatementKind.READS;
            case "INSERT", "REPLACE", "UPDATE", "DELETE" -> StatementKind.WRITES;
            case "CREATE" -> shape.temporary() ? StatementKind.CONTROLS : StatementKind.DEFINES;
            case "PRAGMA", "ATTACH", "DETACH", "SAVEPOINT", "RELEASE", "ROLLBACK" ->
                StatementKind.CONTROLS;
            default -> StatementKind.DEFINES;
          };
    };
  }

  /** Whether BEGIN asks for the writer lock at once. */
  static boolean isImmediate(List<Token> tokens) {
    return tokens.size() > 1 && (tokens.get(1).is("IMMEDIATE") || tokens.get(1).is("EXCLUSIVE"));
  }

  /**
   * The names of the placeholders by SQLite's numbering: "1", "2", …, or the name behind {@code :},
   * {@code @} or {@code $}.
   *
   * @param count how many there are, as SQLite counts: the largest number used
   */
  static List<String> parameterNames(List<Token> tokens, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      names.add(Integer.toString(i));
    }
    List<Integer> numbers = parameterNumbers(tokens);
    for (int i = 0; i < numbers.size(); i++) {
      String text = placeholders(tokens).get(i).text();
      if (text.charAt(0) != '?' && numbers.get(i) <= count) {
        names.set(numbers.get(i) - 1, text.substring(1));
      }
    }
    return names;
  }

  /** SQLite's number, counted from 1, of each placeholder in the text. */
  static List<Integer> parameterNumbers(List<Token> tokens) {
    Map<String, Integer> named = new HashMap<>();
    List<Integer> numbers = new ArrayList<>();
    int largest = 0;
    for (Token token : placeholders(tokens)) {
      String text = token.text();
      int number = text.matches("\\?\\d+") ? Integer.parseInt(text.substring(1)) : largest + 1;
      if (text.charAt(0) != '?') {
        number = named.merge(text, number, Math::min);
      }
      largest = Math.max(largest, number);
      numbers.add(number);
    }
    return numbers;
  }

  private static List<Token> placeholders(List<Token> tokens) {
    return tokens.stream().filter(token -> token.kind() == Kind.PARAMETER).toList();
  }

  /** The tokens of a statement. */
  static List<Token> tokens(String sql) {
    return SqlTokens.of(sql, SqlDialect.SQLITE);
  }

  /** A name as SQL: in double quotes, the ones inside doubled. */
  static String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /**
   * A statement that is not compiled before it runs, because its session does it (BEGIN, COMMIT,
   * savepoints) or because compiling is running (PRAGMA with a value). Yields no columns; whatever
   * rows SQLite answers are left out.
   */
  static final class ControlQuery implements PreparedQuery {

    private static final Schema NOTHING = new Schema(List.of());

    private final SqliteSession session;
    private final StatementKind kind;
    private final Runnable action;

    ControlQuery(SqliteSession session, StatementKind kind, Runnable action) {
      this.session = session;
      this.kind = kind;
      this.action = action;
    }

    @Override
    public StatementKind kind() {
      return kind;
    }

    @Override
    public Schema resultSchema() {
      return NOTHING;
    }

    @Override
    public Schema parameterSchema() {
      return NOTHING;
    }

    @Override
    public BatchStream openStream(Parameters parameters, int row, BufferAllocator allocator) {
      run(parameters);
      return session.track(new EmptyStream(session::streamClosed));
    }

    @Override
    public long update(Parameters parameters) {
      run(parameters);
      return 0;
    }

    private void run(Parameters parameters) {
      session.requireIdle();
      parameters.requireColumns(0);
      session.requireAllowedWhileCancelled(kind);
      action.run();
    }

    @Override
    public void close() {
      session.forget(this);
    }
  }

  /**
   * Types {@code sum}, {@code min} and {@code max} of a plain column by the column's declared type,
   * so that they need no look-ahead, which would aggregate twice, and have a type without rows. The
   * columns are looked up by compiling the same FROM clause with the arguments alone.
   */
  static final class Aggregates {

    private static final Set<String> FUNCTIONS = Set.of("SUM", "MIN", "MAX");
    private static final Set<String> AFTER_FROM =
        Set.of("WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "WINDOW");

    private Aggregates() {}

    /** A statement that selects the arguments, never to be run; null if there are none. */
    static @Nullable String arguments(String sql, List<Token> tokens) {
      List<String> selected = new ArrayList<>();
      for (List<Token> item : SelectList.items(tokens)) {
        selected.add(isAggregate(item) ? argument(sql, item) : "NULL");
      }
      int select = first(tokens, 0, Set.of("SELECT"));
      int from = first(tokens, select, Set.of("FROM"));
      if (from == tokens.size() || selected.stream().allMatch("NULL"::equals)) {
        return null;
      }
      int end = first(tokens, from, AFTER_FROM);
      return sql.substring(0, tokens.get(select).end())
          + " "
          + String.join(", ", selected)
          + " "
          + sql.substring(
              tokens.get(from).start(),
              end == tokens.size() ? sql.length() : tokens.get(end).start());
    }

    /** The aggregate's type where the argument has this one; null where values must tell. */
    static @Nullable ColumnType type(String function, @Nullable ColumnType argument) {
      if (argument == null) {
        return null;
      }
      boolean sum = function.equalsIgnoreCase("SUM");
      return switch (argument.arrow().getTypeID()) {
        case Int -> SqliteTypes.ofStorageClass(SqliteTypes.INTEGER);
        case FloatingPoint -> SqliteTypes.ofStorageClass(SqliteTypes.REAL);
        case Decimal -> sum ? SqliteTypes.ofStorageClass(SqliteTypes.REAL) : null;
        case Utf8 -> sum ? null : SqliteTypes.ofStorageClass(SqliteTypes.TEXT);
        default -> null;
      };
    }

    /** The function's name, its parenthesis, a column's name, perhaps qualified, and no more. */
    private static boolean isAggregate(List<Token> item) {
      int close = item.size() > 4 && item.get(3).text().equals(".") ? 5 : 3;
      return item.size() > close
          && FUNCTIONS.contains(item.get(0).text().toUpperCase(Locale.ROOT))
          && item.get(1).text().equals("(")
          && isName(item.get(2))
          && isName(item.get(close - 1))
          && item.get(close).text().equals(")")
          && (item.size() == close + 1 || item.get(close + 1).is("AS"));
    }

    private static boolean isName(Token token) {
      return token.kind() == Kind.WORD || token.kind() == Kind.QUOTED_NAME;
    }

    private static String argument(String sql, List<Token> item) {
      int last = item.get(3).text().equals(".") ? 4 : 2;
      return sql.substring(item.get(2).start(), item.get(last).end());
    }

    private static int first(List<Token> tokens, int start, Set<String> words) {
      int i = start;
      while (i < tokens.size()
          && !(tokens.get(i).depth() == 0
              && tokens.get(i).kind() == Kind.WORD
              && words.contains(tokens.get(i).text().toUpperCase(Locale.ROOT)))) {
        i++;
      }
      return i;
    }
  }
}
