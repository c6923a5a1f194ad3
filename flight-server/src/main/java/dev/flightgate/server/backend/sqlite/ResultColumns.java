package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.sqlite.SqliteTypes.ColumnType;
import dev.flightgate.server.sql.SqlTokens.Token;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

  /**
   * What can be told without running the statement: declared types, and expressions whose outermost
   * function has one type only. Null where it cannot.
   */
  List<@Nullable ColumnType> knownTypes(List<Token> tokens) {
    List<@Nullable ColumnType> types = new ArrayList<>();
    for (ResultColumn column : columns) {
      types.add(SqliteTypes.declared(column.declared()));
    }
    if (types.contains(null)) {
      List<@Nullable ColumnType> listed = SelectList.types(tokens);
      if (listed.size() == types.size()) {
        for (int i = 0; i < types.size(); i++) {
          if (types.get(i) == null) {
            types.set(i, listed.get(i));
          }
        }
      }
    }
    return types;
  }
}
