package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.Right;
import dev.flightgate.server.backend.Touch;
import dev.flightgate.server.backend.Touch.Table;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds tables by their names and by the pages where they begin. Looks names up as SQLite does: in
 * temp, in main, in what is attached. Made for one statement.
 */
final class SqlitePlaces {

  private final EngineConnection connection;
  // By SQLite's number of the database; main is 0, temp is 1.
  private final Map<Integer, String> databases = new TreeMap<>();

  SqlitePlaces(EngineConnection connection) throws SQLException {
    this.connection = connection;
    try (PreparedStatement statement = connection.prepare("PRAGMA database_list");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        databases.put(rows.getInt(1), rows.getString(2));
      }
    }
  }

  /** A table or view, as SQLite spells it. */
  record Found(String database, String table) {
    boolean isTemporary() {
      return database.equals("temp");
    }

    Touch touched(Right right, boolean named) {
      return new Table(right, database, null, table, named);
    }
  }

  /** The table or view of that name; null if there is none. */
  @Nullable Found find(List<String> path) throws SQLException {
    String table = path.get(path.size() - 1);
    if (path.size() > 1) {
      return databases.values().stream().anyMatch(path.get(0)::equalsIgnoreCase)
          ? find(path.get(0), table)
          : null;
    }
    Found temporary = databases.containsValue("temp") ? find("temp", table) : null;
    if (temporary != null) {
      return temporary;
    }
    for (String database : databases.values()) {
      Found found = database.equals("temp") ? null : find(database, table);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable Found find(String database, String table) throws SQLException {
    return ask(
        database,
        "SELECT name FROM %s.sqlite_schema WHERE type IN ('table', 'view')"
            + " AND name = ?1 COLLATE NOCASE",
        table);
  }

  /** The table that begins on that page of the database, or whose index does; null if none. */
  @Nullable Found at(int database, int page) throws SQLException {
    String name = databases.get(database);
    return name == null
        ? null
        : ask(
            name,
            "SELECT tbl_name FROM %s.sqlite_schema WHERE rootpage = CAST(?1 AS INTEGER)",
            Integer.toString(page));
  }

  /** What is touched where the name stands for a table; one that is missing would be in main. */
  Touch touched(Right right, List<String> path) throws SQLException {
    Found found = find(path);
    return found == null ? made(right, path) : found.touched(right, true);
  }

  /** What is touched where a table of that name is made. */
  Touch made(Right right, List<String> path) {
    String database = path.size() > 1 ? path.get(0) : SqliteBackend.MAIN;
    return new Table(right, database, null, path.get(path.size() - 1), true);
  }

  /** The table of an index or trigger that is dropped. */
  Touch tableOf(List<String> path) throws SQLException {
    for (String database : databases.values()) {
      boolean meant = path.size() == 1 || path.get(0).equalsIgnoreCase(database);
      Found found =
          meant
              ? ask(
                  database,
                  "SELECT tbl_name FROM %s.sqlite_schema WHERE type IN ('index', 'trigger')"
                      + " AND name = ?1 COLLATE NOCASE",
                  path.get(path.size() - 1))
              : null;
      if (found != null) {
        return found.touched(Right.DEFINE, true);
      }
    }
    return made(Right.DEFINE, path);
  }

  private @Nullable Found ask(String database, String question, String value) throws SQLException {
    String sql = question.formatted(Statements.quote(database));
    try (PreparedStatement statement = connection.prepare(sql)) {
      statement.setString(1, value);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? new Found(database, row.getString(1)) : null;
      }
    }
  }
}
