package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.backend.sqlite.SqliteStream.EmptyStream;
import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.SqlTokens;
import dev.flightgate.server.sql.SqlTokens.Kind;
import dev.flightgate.server.sql.SqlTokens.Token;
import dev.flightgate.server.sql.StatementShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** What the words of a SQLite statement say about it, before SQLite has seen it. */
final class Statements {

  /** PRAGMAs that only tell; their parentheses hold a name, not a new value. */
  private static final Set<String> TELLING_PRAGMAS =
      Set.of(
          "TABLE_INFO",
          "TABLE_XINFO",
          "TABLE_LIST",
          "INDEX_LIST",
          "INDEX_INFO",
          "INDEX_XINFO",
          "FOREIGN_KEY_LIST",
          "FOREIGN_KEY_CHECK",
          "INTEGRITY_CHECK",
          "QUICK_CHECK",
          "DATABASE_LIST",
          "COLLATION_LIST",
          "FUNCTION_LIST",
          "MODULE_LIST",
          "PRAGMA_LIST",
          "COMPILE_OPTIONS",
          "DATA_VERSION",
          "FREELIST_COUNT",
          "PAGE_COUNT");

  private Statements() {}

  /** The kind; where the words leave a doubt, the one that allows less. */
  static StatementKind kind(StatementShape shape) {
    if (shape.explained()) {
      return StatementKind.READS;
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

  /** Whether the statement is about a savepoint. */
  static boolean isSavepoint(StatementShape shape) {
    return switch (shape.verb()) {
      case "SAVEPOINT", "RELEASE" -> !shape.explained();
      case "ROLLBACK" -> kind(shape) == StatementKind.CONTROLS;
      default -> false;
    };
  }

  /** Whether BEGIN asks for the writer lock at once. */
  static boolean isImmediate(List<Token> tokens) {
    return tokens.size() > 1 && (tokens.get(1).is("IMMEDIATE") || tokens.get(1).is("EXCLUSIVE"));
  }

  /** Whether a PRAGMA only tells, so that the connection stays as it was. */
  static boolean isTellingPragma(List<Token> tokens) {
    return tokens.stream()
        .skip(1)
        .limit(3)
        .anyMatch(token -> TELLING_PRAGMAS.contains(token.text().toUpperCase(Locale.ROOT)));
  }

  /**
   * Whether merely preparing the statement may change something: a PRAGMA with a value, which
   * SQLite may apply while it compiles.
   */
  static boolean changesWhenPrepared(StatementShape shape, List<Token> tokens) {
    return shape.verb().equals("PRAGMA")
        && !isTellingPragma(tokens)
        && tokens.stream().anyMatch(token -> token.text().equals("=") || token.text().equals("("));
  }

  /**
   * The names of the placeholders by SQLite's numbering: "1", "2", …, or the name behind {@code :},
   * {@code @} or {@code $}.
   *
   * @param count how many there are, as SQLite counts: the largest number used
   */
  static List<String> parameterNames(List<Token> tokens, int count) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      names.add(Integer.toString(i));
    }
    int largest = 0;
    for (Token token : tokens) {
      if (token.kind() != Kind.PARAMETER) {
        continue;
      }
      String text = token.text();
      if (text.equals("?")) {
        largest++;
      } else if (text.charAt(0) == '?') {
        largest = Math.max(largest, Integer.parseInt(text.substring(1)));
      } else if (!numbers.containsKey(text)) {
        numbers.put(text, ++largest);
        if (largest <= count) {
          names.set(largest - 1, text.substring(1));
        }
      }
    }
    return names;
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
}
