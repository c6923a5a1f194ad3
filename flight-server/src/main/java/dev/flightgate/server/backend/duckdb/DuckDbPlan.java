package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.sql.ParameterMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBResultSetMetaData;
import org.duckdb.StatementReturnType;
import org.jspecify.annotations.Nullable;

/**
 * A statement as DuckDB has planned it, and the columns it yields. Where a column's type is one
 * that DuckDB has to cast, the planned text is a query around the statement.
 */
final class DuckDbPlan implements AutoCloseable {

  /** A column as DuckDB names it. */
  record Column(String name, String type) {}

  /**
   * Arrow's C data interface in Java reads no name of more than 32,767 bytes, and DuckDB calls a
   * column by its whole expression, be it a list of thousands of numbers.
   */
  private static final int NAME_LENGTH_MAX = 8_000;

  private final String text;
  private final List<Column> delivered;
  private final List<String> parameterTypes;
  private final List<String> likelyTypes;
  private final boolean yieldsRows;
  private final boolean resolved;
  private final boolean checked;
  private final Schema schema;
  private DuckDBPreparedStatement statement;

  private DuckDbPlan(
      String text,
      DuckDBPreparedStatement statement,
      List<Column> columns,
      List<String> parameterTypes,
      List<String> likelyTypes,
      boolean yieldsRows,
      boolean resolved)
      throws SQLException {
    this.text = text;
    this.statement = statement;
    this.delivered = columns(statement.getMetaData());
    this.parameterTypes = parameterTypes;
    this.likelyTypes = likelyTypes;
    this.yieldsRows = yieldsRows;
    this.resolved = resolved;
    this.schema = new Schema(columns.stream().map(c -> DuckDbTypes.field(c.name, c.type)).toList());
    this.checked =
        columns.stream().anyMatch(c -> DuckDbTypes.holdsHugeint(DuckDbTypes.delivered(c.type)));
  }

  /**
   * Plans a statement.
   *
   * @param placeholders of the statement
   * @param casts the type to cast each parameter to, or null to leave it as it is
   * @param inTransaction whether the connection has one, which any failure would end
   */
  static DuckDbPlan of(
      DuckDBConnection connection,
      Placeholders placeholders,
      DuckDbKinds kinds,
      IntFunction<@Nullable String> casts,
      boolean inTransaction)
      throws SQLException {
    String text = withCasts(placeholders, casts);
    DuckDBPreparedStatement statement = connection.prepare(text);
    try {
      DuckDBResultSetMetaData meta = (DuckDBResultSetMetaData) statement.getMetaData();
      List<String> parameters = parameterTypes(statement);
      boolean rows = meta.getReturnType() == StatementReturnType.QUERY_RESULT && kinds.yieldsRows();
      List<Column> told = columns(meta);
      List<Column> columns = rows ? told : List.of();
      boolean resolved = told.stream().noneMatch(DuckDbPlan::isUnknown);
      List<String> likely = parameters;
      if (!resolved && parameters.isEmpty()) {
        columns = rows ? asRun(connection, text) : columns;
        resolved = true;
      } else if (!resolved) {
        ParameterGuess guess =
            ParameterGuess.of(connection, placeholders, parameters, inTransaction);
        rows &= guess == null || guess.yieldsRows();
        columns = guess == null ? columns : rows ? guess.columns() : List.of();
        likely = guess == null ? parameters : guess.parameterTypes();
      }
      String cast = resolved ? withCasts(text, columns, kinds) : null;
      if (cast != null) {
        statement.close();
        text = cast;
        statement = connection.prepare(text);
      }
      return new DuckDbPlan(text, statement, columns, parameters, likely, rows, resolved);
    } catch (SQLException | RuntimeException failure) {
      statement.close();
      throw failure;
    }
  }

  private static String withCasts(Placeholders placeholders, IntFunction<@Nullable String> casts) {
    boolean none = true;
    for (int i = 0; i < placeholders.count(); i++) {
      none &= casts.apply(i) == null;
    }
    return none
        ? placeholders.numbered()
        : placeholders.replaced(
            i -> {
              String type = casts.apply(i);
              String mark = "$" + (i + 1);
              return type == null ? mark : "CAST(" + mark + " AS " + type + ")";
            });
  }

  /** The statement inside a query that casts or calls columns c0, c1 …; null if none needs it. */
  private static @Nullable String withCasts(String sql, List<Column> columns, DuckDbKinds kinds) {
    List<String> names = new ArrayList<>();
    List<String> expressions = new ArrayList<>();
    @Nullable Column first = null;
    for (Column column : columns) {
      String name = "c" + names.size();
      String expression = delivered(name, column);
      boolean cast = DuckDbTypes.castFor(column.type) != null;
      first = cast && first == null ? column : first;
      names.add(name);
      expressions.add(expression);
    }
    boolean exportable = columns.stream().allMatch(c -> c.name.length() <= NAME_LENGTH_MAX);
    if ((expressions.equals(names) && exportable) || (first == null && !kinds.nests())) {
      return null;
    }
    if (first != null && !kinds.nests()) {
      throw new BackendException(
          Kind.UNSUPPORTED,
          "column "
              + first.name
              + " has type "
              + first.type
              + ", which no client can read from this kind of statement; use a SELECT");
    }
    String list = String.join(", ", names);
    String select = "SELECT " + String.join(", ", expressions) + " FROM ";
    // The line break ends a comment that the statement may end with.
    return kinds.kind().isEager()
        ? "WITH result(" + list + ") AS (" + sql + "\n) " + select + "result"
        : select + "(" + sql + "\n) AS result(" + list + ")";
  }

  private static String delivered(String name, Column column) {
    String type = DuckDbTypes.castFor(column.type);
    DuckDbType delivered = DuckDbTypes.delivered(column.type);
    String value =
        Intervals.isIn(delivered) ? Intervals.checked(name, column.name, delivered) : name;
    return type == null ? value : "CAST(" + value + " AS " + type + ")";
  }

  /** The columns of a statement that DuckDB can tell only when it runs. */
  private static List<Column> asRun(DuckDBConnection connection, String text) throws SQLException {
    try (DuckDBPreparedStatement probe =
            connection.prepare("SELECT * FROM (" + text + "\n) AS result LIMIT 0");
        ResultSet rows = probe.executeQuery()) {
      return columns(rows.getMetaData());
    }
  }

  static boolean isUnknown(Column column) {
    return isUnknown(column.type);
  }

  private static boolean isUnknown(String type) {
    return type.equals(DuckDbTypes.UNKNOWN) || type.equals("INVALID");
  }

  private static List<String> parameterTypes(DuckDBPreparedStatement statement)
      throws SQLException {
    ParameterMetaData meta = statement.getParameterMetaData();
    List<String> types = new ArrayList<>();
    for (int i = 1; i <= meta.getParameterCount(); i++) {
      String type = meta.getParameterTypeName(i);
      types.add(isUnknown(type) ? DuckDbTypes.UNKNOWN : type);
    }
    return types;
  }

  static List<Column> columns(ResultSetMetaData meta) throws SQLException {
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      columns.add(new Column(meta.getColumnName(i), meta.getColumnTypeName(i)));
    }
    return columns;
  }

  /** The columns of the result; no fields if there is none. */
  Schema schema() {
    return schema;
  }

  /** The types of the parameters, UNKNOWN where DuckDB cannot tell. */
  List<String> parameterTypes() {
    return parameterTypes;
  }

  /** The types of the parameters, guessed where DuckDB cannot tell, UNKNOWN for text. */
  List<String> likelyTypes() {
    return likelyTypes;
  }

  /** Whether running it yields rows, be they nobody's interest. */
  boolean yieldsRows() {
    return yieldsRows;
  }

  /** Whether the schema holds whatever is bound. */
  boolean isResolved() {
    return resolved;
  }

  /** Whether the result holds values that must be checked; see {@link DuckDbTypes}. */
  boolean isChecked() {
    return checked;
  }

  /** The prepared statement; prepared again if a failure has closed it, as the driver does. */
  DuckDBPreparedStatement statement(DuckDBConnection connection) throws SQLException {
    if (statement.isClosed()) {
      statement = connection.prepare(text);
    }
    return statement;
  }

  /** The statement prepared once more, owned by the caller. */
  DuckDBPreparedStatement again(DuckDBConnection connection) throws SQLException {
    return connection.prepare(text);
  }

  /**
   * Checks the result of a run against the plan.
   *
   * @throws BackendException CONFLICT if a table has changed since
   */
  void requireSameColumns(ResultSetMetaData result) throws SQLException {
    List<Column> now = columns(result);
    boolean known = delivered.stream().noneMatch(DuckDbPlan::isUnknown);
    if (known ? !now.equals(delivered) : now.size() != schema.getFields().size()) {
      throw new BackendException(
          Kind.CONFLICT,
          "a table of the query has been changed since it was planned; send the query again");
    }
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }
}
