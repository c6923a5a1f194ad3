package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.sqlite.SqliteTypes.ColumnType;
import dev.flightgate.server.backend.sqlite.Statements.Aggregates;
import dev.flightgate.server.sql.SqlTokens.Kind;
import dev.flightgate.server.sql.SqlTokens.Token;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;
import org.sqlite.core.SafeStmtPtr;

/**
 * The columns of a statement's result, as SQLite tells them of the compiled statement.
 *
 * @param columns in order
 */
record ResultColumns(List<ResultColumn> columns) {

  /**
   * A column.
   *
   * @param name its name in the result
   * @param table the table it comes from; null for an expression
   * @param declared the declared type; null for an expression
   */
  record ResultColumn(String name, @Nullable String table, @Nullable String declared) {}

  /** The columns as the statement is compiled now; SQLite compiles anew when a table changed. */
  static ResultColumns of(PreparedStatement statement) throws SQLException {
    List<ResultColumn> columns = new ArrayList<>();
    pointer(statement).safeRunConsume((engine, pointer) -> describe(engine, pointer, columns));
    return new ResultColumns(List.copyOf(columns));
  }

  private static void describe(DB engine, long pointer, List<ResultColumn> columns)
      throws SQLException {
    int count = engine.column_count(pointer);
    for (int i = 0; i < count; i++) {
      columns.add(
          new ResultColumn(
              Objects.requireNonNullElse(engine.column_name(pointer, i), ""),
              engine.column_table_name(pointer, i),
              engine.column_decltype(pointer, i)));
    }
  }

  /** SQLite's own handle of a statement, which the driver keeps alive. */
  static SafeStmtPtr pointer(PreparedStatement statement) {
    return ((CoreStatement) statement).pointer;
  }

  /** The declared types; null where there is none or it says nothing. */
  List<@Nullable ColumnType> declaredTypes() {
    List<@Nullable ColumnType> types = new ArrayList<>();
    columns.forEach(column -> types.add(SqliteTypes.declared(column.declared())));
    return types;
  }

  /**
   * What can be told of a SELECT without running it: declared types, expressions whose outermost
   * function has one type only, and aggregates of plain columns. Null where it cannot.
   */
  List<@Nullable ColumnType> selectedTypes(
      EngineConnection connection, String sql, List<Token> tokens) {
    List<@Nullable ColumnType> types = declaredTypes();
    List<List<Token>> items = types.contains(null) ? SelectList.items(tokens) : List.of();
    if (items.size() != types.size()) {
      return types;
    }
    List<@Nullable ColumnType> arguments = argumentTypes(connection, sql, tokens);
    for (int i = 0; i < types.size(); i++) {
      if (types.get(i) == null) {
        types.set(i, SelectList.type(items.get(i)));
      }
      if (types.get(i) == null && arguments.size() == types.size()) {
        types.set(i, Aggregates.type(items.get(i).get(0).text(), arguments.get(i)));
      }
    }
    return types;
  }

  private static List<@Nullable ColumnType> argumentTypes(
      EngineConnection connection, String sql, List<Token> tokens) {
    String arguments = Aggregates.arguments(sql, tokens);
    if (arguments == null) {
      return List.of();
    }
    try (PreparedStatement statement = connection.prepare(arguments)) {
      return of(statement).declaredTypes();
    } catch (SQLException e) {
      return List.of(); // not as plain as it looked: the values will tell
    }
  }

  /**
   * Types columns by their first values: runs a reading statement for {@link
   * SqliteTypes#LOOK_AHEAD_ROWS} rows at most, and only until every column has one. Stateless.
   */
  static final class LookAhead {

    private static final int STEP_ROW = 100;

    private LookAhead() {}

    /**
     * The types with the unknown ones filled in as far as values tell.
     *
     * @param statement reads only, with its parameters bound; reset when this returns
     * @param types null where unknown
     */
    static List<@Nullable ColumnType> fill(
        PreparedStatement statement, List<@Nullable ColumnType> types) throws SQLException {
      List<@Nullable ColumnType> filled = new ArrayList<>(types);
      if (!filled.contains(null)) {
        return filled;
      }
      try (ResultSet result = statement.executeQuery()) {
        if (result.next()) {
          ResultColumns.pointer(statement)
              .safeRunConsume((engine, pointer) -> fill(engine, pointer, filled));
        }
      }
      return filled;
    }

    private static void fill(DB engine, long pointer, List<@Nullable ColumnType> types)
        throws SQLException {
      int rows = 1;
      fillFromRow(engine, pointer, types);
      while (types.contains(null) && rows < SqliteTypes.LOOK_AHEAD_ROWS) {
        int code = engine.step(pointer);
        if (code != STEP_ROW) {
          return; // an error as well: whoever runs the statement in earnest meets it again
        }
        fillFromRow(engine, pointer, types);
        rows++;
      }
    }

    private static void fillFromRow(DB engine, long pointer, List<@Nullable ColumnType> types)
        throws SQLException {
      for (int i = 0; i < types.size(); i++) {
        if (types.get(i) == null) {
          types.set(i, SqliteTypes.ofStorageClass(engine.column_type(pointer, i)));
        }
      }
    }
  }

  /**
   * The expressions between SELECT and FROM whose words alone tell the type: {@code count(*)} is an
   * integer whatever it counts, {@code CAST(… AS REAL)} a real number. What saves an aggregation
   * from running twice, and what types a result without rows. Stateless.
   */
  static final class SelectList {

    private static final Map<String, Integer> FUNCTIONS =
        Map.ofEntries(
            Map.entry("COUNT", SqliteTypes.INTEGER),
            Map.entry("LENGTH", SqliteTypes.INTEGER),
            Map.entry("INSTR", SqliteTypes.INTEGER),
            Map.entry("ROW_NUMBER", SqliteTypes.INTEGER),
            Map.entry("RANK", SqliteTypes.INTEGER),
            Map.entry("DENSE_RANK", SqliteTypes.INTEGER),
            Map.entry("CHANGES", SqliteTypes.INTEGER),
            Map.entry("LAST_INSERT_ROWID", SqliteTypes.INTEGER),
            Map.entry("AVG", SqliteTypes.REAL),
            Map.entry("TOTAL", SqliteTypes.REAL),
            Map.entry("ROUND", SqliteTypes.REAL),
            Map.entry("JULIANDAY", SqliteTypes.REAL),
            Map.entry("UPPER", SqliteTypes.TEXT),
            Map.entry("LOWER", SqliteTypes.TEXT),
            Map.entry("HEX", SqliteTypes.TEXT),
            Map.entry("TYPEOF", SqliteTypes.TEXT),
            Map.entry("REPLACE", SqliteTypes.TEXT),
            Map.entry("GROUP_CONCAT", SqliteTypes.TEXT),
            Map.entry("STRFTIME", SqliteTypes.TEXT),
            Map.entry("DATE", SqliteTypes.TEXT),
            Map.entry("TIME", SqliteTypes.TEXT),
            Map.entry("DATETIME", SqliteTypes.TEXT),
            Map.entry("PRINTF", SqliteTypes.TEXT),
            Map.entry("FORMAT", SqliteTypes.TEXT));

    private static final Set<String> ENDS =
        Set.of("FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "WINDOW");
    private static final Set<String> COMPOUNDS = Set.of("UNION", "INTERSECT", "EXCEPT");

    private SelectList() {}

    /** The tokens of each listed expression; empty if the list is not plain. */
    static List<List<Token>> items(List<Token> tokens) {
      List<List<Token>> items = new ArrayList<>();
      int start = start(tokens);
      if (start < 0 || tokens.stream().anyMatch(SelectList::isCompound)) {
        return items;
      }
      List<Token> item = new ArrayList<>();
      for (Token token : tokens.subList(start, tokens.size())) {
        if (token.depth() == 0 && isWordOf(token, ENDS)) {
          break;
        }
        if (token.depth() == 0 && token.text().equals(",")) {
          items.add(item);
          item = new ArrayList<>();
        } else {
          item.add(token);
        }
      }
      items.add(item);
      return items;
    }

    private static boolean isCompound(Token token) {
      return token.depth() == 0 && isWordOf(token, COMPOUNDS);
    }

    private static boolean isWordOf(Token token, Set<String> words) {
      return token.kind() == Kind.WORD && words.contains(token.text().toUpperCase(Locale.ROOT));
    }

    /**
     * Behind the first SELECT outside of parentheses, which is the main one; -1 if there is none.
     */
    private static int start(List<Token> tokens) {
      for (int i = 0; i < tokens.size(); i++) {
        if (tokens.get(i).depth() == 0 && tokens.get(i).is("SELECT")) {
          boolean quantified =
              i + 1 < tokens.size()
                  && (tokens.get(i + 1).is("DISTINCT") || tokens.get(i + 1).is("ALL"));
          return quantified ? i + 2 : i + 1;
        }
      }
      return -1;
    }

    /**
     * The type of {@code function(…)} or {@code CAST(…)}, alone but for OVER, FILTER and a name.
     */
    static @Nullable ColumnType type(List<Token> item) {
      if (item.size() < 3 || item.get(0).kind() != Kind.WORD || !item.get(1).text().equals("(")) {
        return null;
      }
      int close = 2;
      while (close < item.size()
          && !(item.get(close).depth() == 0 && item.get(close).text().equals(")"))) {
        close++;
      }
      if (close == item.size() || !isTail(item.subList(close + 1, item.size()))) {
        return null;
      }
      String function = item.get(0).text().toUpperCase(Locale.ROOT);
      return function.equals("CAST")
          ? castType(item.subList(2, close))
          : SqliteTypes.ofStorageClass(FUNCTIONS.getOrDefault(function, SqliteTypes.NULL));
    }

    /** Whether nothing follows that makes another value of the function's. */
    private static boolean isTail(List<Token> tail) {
      for (int i = 0; i < tail.size(); i++) {
        Token token = tail.get(i);
        boolean name = token.kind() == Kind.QUOTED_NAME || token.kind() == Kind.WORD;
        boolean clause = token.is("OVER") || token.is("FILTER");
        if (token.depth() > 0 || token.text().equals("(") || token.text().equals(")") || clause) {
          continue;
        }
        if (!name
            || (!token.is("AS")
                && i < tail.size() - 1
                && !tail.get(i - (i > 0 ? 1 : 0)).is("OVER"))) {
          return false;
        }
      }
      return true;
    }

    private static @Nullable ColumnType castType(List<Token> inside) {
      Token last = inside.get(inside.size() - 1);
      return switch (last.text().toUpperCase(Locale.ROOT)) {
        case "INTEGER", "INT", "BIGINT" -> SqliteTypes.ofStorageClass(SqliteTypes.INTEGER);
        case "REAL", "DOUBLE", "FLOAT" -> SqliteTypes.ofStorageClass(SqliteTypes.REAL);
        case "TEXT", "VARCHAR" -> SqliteTypes.ofStorageClass(SqliteTypes.TEXT);
        case "BLOB" -> SqliteTypes.ofStorageClass(SqliteTypes.BLOB);
        default -> null;
      };
    }
  }
}
