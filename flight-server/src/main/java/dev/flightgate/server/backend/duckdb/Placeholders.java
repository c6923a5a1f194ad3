package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.SqlTokens;
import dev.flightgate.server.sql.SqlTokens.Kind;
import dev.flightgate.server.sql.SqlTokens.Token;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Where a statement's placeholders stand. They are numbered from 0 in the order of their values:
 * {@code ?} one after the other, {@code $2} by its number, {@code $name} by first appearance, since
 * the driver binds by number only.
 */
final class Placeholders {

  private record Mark(int start, int end, int index) {}

  private static final int NUMBER_LENGTH_MAX = 4;

  private final String sql;
  private final List<Mark> marks = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private boolean named;

  /**
   * Finds the placeholders.
   *
   * @throws BackendException INVALID_SQL if their numbers have a gap: nobody could tell the type of
   *     a value that stands nowhere
   */
  Placeholders(String sql) {
    this.sql = sql;
    for (Token token : SqlTokens.of(sql, SqlDialect.POSTGRESQL)) {
      if (token.kind() == Kind.PARAMETER) {
        marks.add(new Mark(token.start(), token.end(), index(token.text().substring(1))));
      }
    }
    BitSet standing = new BitSet();
    marks.forEach(mark -> standing.set(mark.index));
    int missing = standing.nextClearBit(0);
    if (missing < names.size()) {
      throw new BackendException(
          BackendException.Kind.INVALID_SQL,
          "placeholder $" + (missing + 1) + " is missing: number them from $1 without a gap");
    }
  }

  private int index(String name) {
    if (name.isEmpty()) {
      names.add(Integer.toString(names.size() + 1));
      return names.size() - 1;
    }
    if (Character.isDigit(name.charAt(0)) && name.length() <= NUMBER_LENGTH_MAX) {
      int number = Integer.parseInt(name);
      while (names.size() < number) {
        names.add(Integer.toString(names.size() + 1));
      }
      return number - 1;
    }
    named = true;
    int known = names.indexOf(name);
    if (known >= 0) {
      return known;
    }
    names.add(name);
    return names.size() - 1;
  }

  /** How many values they take. */
  int count() {
    return names.size();
  }

  /** What the value is called: its number from 1, or its name. */
  String name(int index) {
    return names.get(index);
  }

  /** The number, from 0, of the value that a placeholder stands for; by its place in the text. */
  int index(int placeholder) {
    return marks.get(placeholder).index;
  }

  /** The statement as it can be bound by number. */
  String numbered() {
    return named ? replaced(index -> "$" + (index + 1)) : sql;
  }

  /** The statement with another expression at each placeholder. */
  String replaced(IntFunction<String> expression) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    for (Mark mark : marks) {
      text.append(sql, at, mark.start).append(expression.apply(mark.index));
      at = mark.end;
    }
    return text.append(sql, at, sql.length()).toString();
  }
}
