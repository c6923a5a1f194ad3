package dev.flightgate.server.backend.sqlite;

import static dev.flightgate.server.sql.SqlTokens.Kind.QUOTED_NAME;
import static dev.flightgate.server.sql.SqlTokens.Kind.WORD;

import dev.flightgate.server.backend.sqlite.EngineInfo.Names;
import dev.flightgate.server.backend.sqlite.SqliteTypes.ColumnType;
import dev.flightgate.server.sql.ParameterUses;
import dev.flightgate.server.sql.ParameterUses.Use;
import dev.flightgate.server.sql.SqlTokens.Token;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The types that clients should bind, which SQLite itself does not tell: those of the columns that
 * placeholders are compared with or assigned to. Any other type may be bound all the same.
 */
final class ParameterTypes {

  private static final String COLUMNS =
      "SELECT t.name, c.name, c.type FROM pragma_table_list t,"
          + " pragma_table_xinfo(t.name, t.schema) c WHERE t.name COLLATE NOCASE IN (%s)"
          + " ORDER BY t.schema = 'temp' DESC, c.cid";

  /** Types by column, and by table and position; no type where tables disagree. */
  private final Map<String, Optional<ArrowType>> byColumn = new HashMap<>();

  private final Map<String, List<Optional<ArrowType>>> byTable = new HashMap<>();

  private ParameterTypes() {}

  /** One nullable field for each placeholder; Utf8 where the words around it tell nothing. */
  static Schema schema(EngineConnection connection, List<Token> tokens, int count)
      throws SQLException {
    List<String> names = Statements.parameterNames(tokens, count);
    List<ArrowType> types = new ArrayList<>(Collections.nCopies(count, ArrowType.Utf8.INSTANCE));
    if (count > 0) {
      ParameterTypes known = new ParameterTypes();
      known.read(connection, tokens);
      List<Integer> numbers = Statements.parameterNumbers(tokens);
      List<Use> uses = ParameterUses.of(tokens);
      for (int i = uses.size() - 1; i >= 0; i--) { // of several uses the first one that tells
        int number = numbers.get(i);
        known.type(uses.get(i)).ifPresent(type -> types.set(number - 1, type));
      }
    }
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fields.add(Field.nullable(names.get(i), types.get(i)));
    }
    return new Schema(fields);
  }

  private void read(EngineConnection connection, List<Token> tokens) throws SQLException {
    List<String> names =
        tokens.stream()
            .filter(token -> token.kind() == WORD || token.kind() == QUOTED_NAME)
            .map(token -> unquoted(token.text()))
            .distinct()
            .toList();
    String places = String.join(", ", Collections.nCopies(names.size(), "?"));
    try (PreparedStatement statement = connection.prepare(COLUMNS.formatted(places))) {
      for (int i = 0; i < names.size(); i++) {
        statement.setString(i + 1, names.get(i));
      }
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          Optional<ArrowType> type =
              Optional.ofNullable(SqliteTypes.declared(result.getString(3))).map(ColumnType::arrow);
          byColumn.merge(
              Names.fold(result.getString(2)),
              type,
              (one, other) -> one.equals(other) ? one : Optional.empty());
          byTable
              .computeIfAbsent(Names.fold(result.getString(1)), table -> new ArrayList<>())
              .add(type);
        }
      }
    }
  }

  private Optional<ArrowType> type(Use use) {
    if (use instanceof Use.OfColumn column) {
      return byColumn.getOrDefault(Names.fold(unquoted(column.column())), Optional.empty());
    }
    if (use instanceof Use.Inserted value) {
      List<Optional<ArrowType>> columns =
          byTable.getOrDefault(Names.fold(unquoted(value.table())), List.of());
      return value.position() < columns.size() ? columns.get(value.position()) : Optional.empty();
    }
    if (use instanceof Use.Cast cast) {
      return Optional.ofNullable(SqliteTypes.declared(cast.type())).map(ColumnType::arrow);
    }
    if (use instanceof Use.Counted) {
      return Optional.of(SqliteTypes.INT64);
    }
    return use instanceof Use.Calculated ? Optional.of(SqliteTypes.FLOAT64) : Optional.empty();
  }

  private static String unquoted(String name) {
    char quote = name.charAt(0);
    if (quote != '"' && quote != '`' && quote != '[') {
      return name;
    }
    String inside = name.substring(1, Math.max(1, name.length() - 1));
    return quote == '[' ? inside : inside.replace("" + quote + quote, "" + quote);
  }
}
