package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.duckdb.DuckDbPlan.Column;
import dev.flightgate.server.sql.ParameterUses;
import dev.flightgate.server.sql.ParameterUses.Use;
import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.SqlTokens;
import dev.flightgate.server.sql.SqlTokens.Kind;
import dev.flightgate.server.sql.SqlTokens.Token;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBResultSetMetaData;
import org.duckdb.StatementReturnType;
import org.jspecify.annotations.Nullable;

/**
 * What DuckDB says of a statement if the parameters whose types it cannot tell have likely ones.
 *
 * <p>An operand of arithmetic is likely to be a number like the column that it meets; anything else
 * is text if the statement allows, or a whole number, or, where that makes no difference to the
 * result, a floating-point number, which clients can bind either as.
 *
 * @param parameterTypes UNKNOWN for a parameter that may as well be text
 * @param columns of the result
 * @param yieldsRows whether there is a result
 */
record ParameterGuess(List<String> parameterTypes, List<Column> columns, boolean yieldsRows) {

  private static final String TEXT = "VARCHAR";
  private static final String WHOLE = "BIGINT";
  private static final String FLOATING = "DOUBLE";

  private static final String COLUMNS =
      "SELECT lower(column_name), data_type FROM duckdb_columns()"
          + " WHERE list_contains(CAST(? AS VARCHAR[]), lower(column_name))"
          + " AND list_contains(CAST(? AS VARCHAR[]), lower(table_name))";

  /**
   * Guesses.
   *
   * @param types of the parameters, as DuckDB tells them
   * @param inTransaction whether the connection has one, which a wrong guess would end
   * @return null if no guess fits; or if the transaction has made a table that the statement needs
   */
  static @Nullable ParameterGuess of(
      DuckDBConnection connection,
      Placeholders placeholders,
      List<String> types,
      boolean inTransaction)
      throws SQLException {
    List<@Nullable String> likely = likely(connection, placeholders, types);
    if (!inTransaction) {
      return of(connection, placeholders, types, likely);
    }
    try (DuckDBConnection other = connection.duplicate()) {
      return of(other, placeholders, types, likely);
    }
  }

  private static @Nullable ParameterGuess of(
      DuckDBConnection connection,
      Placeholders placeholders,
      List<String> types,
      List<@Nullable String> likely) {
    for (String guess : List.of(TEXT, WHOLE, FLOATING)) {
      ParameterGuess made = attempt(connection, placeholders, with(types, likely, guess));
      if (made != null && guess.equals(WHOLE)) {
        ParameterGuess other = attempt(connection, placeholders, with(types, likely, FLOATING));
        return other != null && other.columns.equals(made.columns) ? other : made;
      }
      if (made != null) {
        return made;
      }
    }
    boolean any = likely.stream().anyMatch(type -> type != null);
    return any
        ? of(connection, placeholders, types, Collections.nCopies(types.size(), null))
        : null;
  }

  private static List<String> with(
      List<String> types, List<@Nullable String> likely, String guess) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      String other = likely.get(i) == null ? guess : likely.get(i);
      all.add(types.get(i).equals(DuckDbTypes.UNKNOWN) ? other : types.get(i));
    }
    return all;
  }

  private static @Nullable ParameterGuess attempt(
      DuckDBConnection connection, Placeholders placeholders, List<String> types) {
    String sql =
        placeholders.replaced(
            i -> "CAST(NULL AS " + (i < types.size() ? types.get(i) : TEXT) + ")");
    try (DuckDBPreparedStatement probe = connection.prepare(sql)) {
      DuckDBResultSetMetaData meta = (DuckDBResultSetMetaData) probe.getMetaData();
      List<Column> columns = DuckDbPlan.columns(meta);
      if (columns.stream().anyMatch(DuckDbPlan::isUnknown)) {
        return null;
      }
      boolean rows = meta.getReturnType() == StatementReturnType.QUERY_RESULT;
      List<String> told =
          types.stream().map(type -> type.equals(TEXT) ? DuckDbTypes.UNKNOWN : type).toList();
      return new ParameterGuess(told, columns, rows);
    } catch (SQLException wrongGuess) {
      return null;
    }
  }

  /** The types of operands by the columns that they meet; null where there is none. */
  private static List<@Nullable String> likely(
      DuckDBConnection connection, Placeholders placeholders, List<String> types)
      throws SQLException {
    List<Token> tokens = SqlTokens.of(placeholders.numbered(), SqlDialect.POSTGRESQL);
    List<Use> uses = ParameterUses.of(tokens);
    List<@Nullable String> likely = new ArrayList<>(Collections.nCopies(types.size(), null));
    Map<Integer, String> met = new HashMap<>();
    for (int i = 0; i < uses.size(); i++) {
      if (uses.get(i) instanceof Use.Calculated operand && operand.column() != null) {
        met.putIfAbsent(placeholders.index(i), unquoted(operand.column()));
      }
    }
    if (met.isEmpty()) {
      return likely;
    }
    Map<String, String> columns = columns(connection, List.copyOf(met.values()), tokens);
    IntStream.range(0, likely.size()).forEach(i -> likely.set(i, columns.get(met.get(i))));
    return likely;
  }

  private static Map<String, String> columns(
      DuckDBConnection connection, List<String> columns, List<Token> tokens) throws SQLException {
    List<String> tables =
        tokens.stream()
            .filter(token -> token.kind() == Kind.WORD || token.kind() == Kind.QUOTED_NAME)
            .map(token -> unquoted(token.text()))
            .toList();
    Map<String, String> types = new HashMap<>();
    try (DuckDBPreparedStatement statement = connection.prepare(COLUMNS)) {
      statement.setObject(1, connection.createArrayOf("VARCHAR", columns.toArray()));
      statement.setObject(2, connection.createArrayOf("VARCHAR", tables.toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String type = operand(rows.getString(2));
          if (type != null) { // of several columns of that name, the one that holds most
            types.merge(rows.getString(1), type, (one, two) -> one.equals(two) ? one : FLOATING);
          }
        }
      }
    }
    return types;
  }

  /** What clients are likely to add to a column, or to multiply it with; null if not a number. */
  private static @Nullable String operand(String columnType) {
    return switch (columnType) {
      case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT" -> WHOLE;
      case "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT" -> WHOLE;
      case "FLOAT", "DOUBLE" -> FLOATING;
      case "DATE" -> "INTEGER";
      default -> columnType.startsWith("DECIMAL") ? FLOATING : null;
    };
  }

  private static String unquoted(String name) {
    String inside =
        name.startsWith("\"") && name.length() > 1
            ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
            : name;
    return inside.toLowerCase(Locale.ROOT);
  }
}
