package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.sqlite.ResultColumns.LookAhead;
import dev.flightgate.server.backend.sqlite.SqliteTypes.ColumnType;
import dev.flightgate.server.sql.SqlTokens.Kind;
import dev.flightgate.server.sql.SqlTokens.Token;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the expressions behind RETURNING yield. The statement cannot be run to see it, so they are
 * evaluated over one made-up row that has the types of the table's columns. Stateless.
 */
final class ReturningColumns {

  private static final Set<String> CHANGES = Set.of("INSERT", "REPLACE", "UPDATE", "DELETE");

  /**
   * The table that a statement changes.
   *
   * @param name with its schema, as written
   * @param shownAs what RETURNING calls it, which knows no alias
   */
  private record Target(String name, String shownAs) {}

  private ReturningColumns() {}

  /** The types, with those that are unknown filled in as far as can be told. */
  static List<@Nullable ColumnType> types(
      EngineConnection connection,
      String sql,
      List<Token> tokens,
      List<@Nullable ColumnType> declared) {
    Target target = declared.contains(null) ? target(tokens) : null;
    int list = target == null ? -1 : afterReturning(tokens);
    if (target == null || list < 0) {
      return declared;
    }
    try {
      String row = madeUpRow(connection, target.name);
      String select =
          "SELECT " + sql.substring(list) + "\nFROM (SELECT " + row + ") AS " + target.shownAs;
      try (PreparedStatement statement = connection.prepare(select)) {
        return ResultColumns.of(statement).columns().size() == declared.size()
            ? LookAhead.fill(statement, declared)
            : declared;
      }
    } catch (SQLException e) {
      return declared; // not as plain as it looked
    }
  }

  private static int afterReturning(List<Token> tokens) {
    for (int i = tokens.size() - 1; i >= 0; i--) {
      if (tokens.get(i).depth() == 0 && tokens.get(i).is("RETURNING")) {
        return tokens.get(i).end();
      }
    }
    return -1;
  }

  private static @Nullable Target target(List<Token> tokens) {
    int at = 0;
    while (at < tokens.size() && !isChange(tokens.get(at))) {
      at++;
    }
    at++;
    if (at < tokens.size() && tokens.get(at).is("OR")) {
      at += 2;
    }
    if (at < tokens.size() && (tokens.get(at).is("INTO") || tokens.get(at).is("FROM"))) {
      at++;
    }
    if (at >= tokens.size()) {
      return null;
    }
    String name = tokens.get(at).text();
    String last = name;
    if (at + 2 < tokens.size() && tokens.get(at + 1).text().equals(".")) {
      last = tokens.get(at + 2).text();
      name = name + "." + last;
    }
    return new Target(name, last);
  }

  private static boolean isChange(Token token) {
    return token.depth() == 0
        && token.kind() == Kind.WORD
        && CHANGES.contains(token.text().toUpperCase(Locale.ROOT));
  }

  private static String madeUpRow(EngineConnection connection, String table) throws SQLException {
    List<String> values = new ArrayList<>();
    try (PreparedStatement statement = connection.prepare("SELECT * FROM " + table + " LIMIT 0");
        ResultSet none = statement.executeQuery()) {
      for (ResultColumns.ResultColumn column : ResultColumns.of(statement).columns()) {
        values.add(
            sample(column.declared()) + " AS \"" + column.name().replace("\"", "\"\"") + '"');
      }
    }
    return String.join(", ", values);
  }

  /** A value as the column would hold it, by SQLite's rules of affinity. */
  private static String sample(@Nullable String declared) {
    String type = declared == null ? "" : declared.toUpperCase(Locale.ROOT);
    if (type.contains("INT")) {
      return "1";
    }
    if (type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT")) {
      return "'x'";
    }
    if (type.contains("BLOB") || type.isEmpty()) {
      return type.isEmpty() ? "NULL" : "x'00'";
    }
    boolean real = type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB");
    return real ? "1.5" : "1";
  }
}
