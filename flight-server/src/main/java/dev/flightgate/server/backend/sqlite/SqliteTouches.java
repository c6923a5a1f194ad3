package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.Right;
import dev.flightgate.server.backend.Touch;
import dev.flightgate.server.backend.Touch.Beyond;
import dev.flightgate.server.backend.Touch.Reach;
import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.SqlTokens.Token;
import dev.flightgate.server.sql.StatementShape;
import dev.flightgate.server.sql.TableNames;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The tables that a statement touches: those it names, and those that its compiled program opens,
 * through views, triggers and foreign keys. Made for one statement; used by the session's thread.
 *
 * <p>SQLite leaves tables out of its program that make no difference to the result, so names count
 * too, whatever becomes of them.
 */
final class SqliteTouches {

  private static final Set<String> BEFORE_NAME =
      Set.of("CREATE", "DROP", "ALTER", "TEMP", "TEMPORARY", "UNIQUE", "IF", "NOT", "EXISTS");

  private final EngineConnection connection;
  private final String sql;
  private final List<Token> tokens;
  private final StatementShape shape;
  private final Set<Touch> found = new LinkedHashSet<>();

  SqliteTouches(EngineConnection connection, String sql, List<Token> tokens) {
    this.connection = connection;
    this.sql = sql;
    this.tokens = tokens;
    this.shape = StatementShape.of(tokens, SqlDialect.SQLITE);
  }

  /** See {@link dev.flightgate.server.backend.BackendSession#touched(String)}. */
  Set<Touch> tables() throws SQLException {
    switch (SqliteVerbs.of(shape.verb())) {
      case QUERY -> addNames(Right.READ);
      case CHANGE -> addNames(Right.WRITE);
      case DEFINITION -> addDefinition();
      case PRAGMA -> addPragma();
      case NONE -> {}
      case ANY -> found.add(Touch.unknown("what " + shape.verb() + " touches"));
      case UNKNOWN -> {} // SQLite says what is wrong with it
    }
    return found;
  }

  /** What an ingest touches. */
  static Set<Touch> of(EngineConnection connection, IngestTarget target) throws SQLException {
    if (target.temporary()) {
      return Set.of();
    }
    List<String> path =
        target.catalog() == null
            ? List.of(target.table())
            : List.of(target.catalog(), target.table());
    SqlitePlaces places = new SqlitePlaces(connection);
    Set<Touch> touched = new LinkedHashSet<>();
    touched.add(places.touched(Right.WRITE, path));
    boolean defines =
        switch (target.mode()) {
          case CREATE, REPLACE -> true;
          case APPEND -> false;
          case CREATE_APPEND -> places.find(path) == null;
        };
    if (defines) {
      touched.add(places.made(Right.DEFINE, path));
    }
    return touched;
  }

  /**
   * The names in the places of tables, and what the program opens.
   *
   * @param right in the first of them; the others are read
   */
  private void addNames(Right right) throws SQLException {
    SqlitePlaces places = new SqlitePlaces(connection);
    List<List<String>> names = TableNames.of(tokens);
    boolean target = right != Right.READ;
    for (List<String> path : names) {
      boolean changed = target && isTarget(path);
      target &= !changed;
      addName(places, changed ? right : Right.READ, path);
      if (changed && readsWhatItChanges()) {
        addName(places, Right.READ, path);
      }
    }
    found.addAll(SqliteProgram.of(connection, places, sql, tokens));
  }

  /** Whether which rows change, or what is answered, depends on what is there. */
  private boolean readsWhatItChanges() {
    return !shape.verb().equals("INSERT")
        || shape.returning()
        || tokens.stream().anyMatch(token -> token.is("CONFLICT"));
  }

  /** Whether the name stands behind the verb; a WITH list has names before it. */
  private boolean isTarget(List<String> path) {
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (tokens.get(i).depth() == 0 && tokens.get(i).is(shape.verb())) {
        List<List<String>> behind = TableNames.of(tokens.subList(i, tokens.size()));
        return !behind.isEmpty() && behind.get(0).equals(path);
      }
    }
    return false;
  }

  private void addName(SqlitePlaces places, Right right, List<String> path) throws SQLException {
    String table = path.get(path.size() - 1).toLowerCase(Locale.ROOT);
    if (table.startsWith("sqlite_") || table.startsWith("pragma_")) {
      String tells = table + " tells of all tables";
      found.add(new Beyond(Reach.TELLS_DEFINITIONS, tells));
    } else if (path.size() > 1 || !isDefinedHere(path.get(0)) || places.find(path) != null) {
      found.add(places.touched(right, path));
    }
  }

  /** Whether a WITH list defines the name. */
  private boolean isDefinedHere(String name) {
    for (int i = 0; i + 1 < tokens.size(); i++) {
      boolean defines = tokens.get(i + 1).is("AS") || tokens.get(i + 1).text().equals("(");
      boolean inList =
          i > 0
              && (tokens.get(i - 1).is("WITH")
                  || tokens.get(i - 1).is("RECURSIVE")
                  || tokens.get(i - 1).text().equals(","));
      if (defines && inList && TableNames.unquoted(tokens.get(i)).equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  private void addPragma() {
    Pragma pragma = Pragma.of(tokens);
    if (pragma == null || pragma.tellsTables()) {
      found.add(new Beyond(Reach.TELLS_DEFINITIONS, "this PRAGMA tells of tables"));
    }
  }

  /** CREATE, ALTER and DROP of tables, views and indexes; a trigger may do anything later. */
  private void addDefinition() throws SQLException {
    int i = 0;
    while (i < tokens.size() && isAnyOf(i, BEFORE_NAME)) {
      i++;
    }
    String kind = i < tokens.size() ? tokens.get(i).text().toUpperCase(Locale.ROOT) : "";
    i++;
    while (i < tokens.size() && isAnyOf(i, BEFORE_NAME)) {
      i++;
    }
    List<String> path = path(i);
    SqlitePlaces places = new SqlitePlaces(connection);
    if (path.isEmpty()) {
      found.add(Touch.unknown("what " + shape.verb() + " touches"));
    } else if (kind.equals("TABLE") || kind.equals("VIEW")) {
      addRelation(places, path);
    } else if (kind.equals("INDEX")) {
      addIndex(places, path);
    } else if (kind.equals("TRIGGER") && shape.verb().equals("DROP")) {
      found.add(places.tableOf(path));
    } else {
      found.add(Touch.unknown("what a " + kind.toLowerCase(Locale.ROOT) + " touches later"));
    }
  }

  private void addRelation(SqlitePlaces places, List<String> path) throws SQLException {
    boolean created = shape.verb().equals("CREATE");
    if (!shape.temporary()) {
      found.add(created ? places.made(Right.DEFINE, path) : places.touched(Right.DEFINE, path));
    }
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (tokens.get(i).is("REFERENCES")) {
        found.add(places.touched(Right.READ, path(i + 1)));
      } else if (tokens.get(i).is("RENAME") && tokens.get(i + 1).is("TO")) {
        List<String> renamed = List.of(TableNames.unquoted(tokens.get(i + 2)));
        found.add(places.made(Right.DEFINE, renamed));
      }
    }
    if (created) {
      for (List<String> named : TableNames.of(tokens.subList(query(), tokens.size()))) {
        addName(places, Right.READ, named);
      }
      found.addAll(SqliteProgram.of(connection, places, sql, tokens));
    }
  }

  /** Where the query begins that a table or view is made of; the end if there is none. */
  private int query() {
    int i = 0;
    while (i < tokens.size() && !(tokens.get(i).depth() == 0 && tokens.get(i).is("AS"))) {
      i++;
    }
    return i;
  }

  private void addIndex(SqlitePlaces places, List<String> path) throws SQLException {
    if (!shape.verb().equals("CREATE")) {
      found.add(places.tableOf(path));
      return;
    }
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (tokens.get(i).is("ON")) {
        List<String> table =
            path.size() > 1 ? List.of(path.get(0), path(i + 1).get(0)) : path(i + 1);
        found.add(places.touched(Right.DEFINE, table));
        return;
      }
    }
  }

  private boolean isAnyOf(int at, Set<String> words) {
    return words.contains(tokens.get(at).text().toUpperCase(Locale.ROOT));
  }

  /** The dotted name that begins there. */
  private List<String> path(int at) {
    if (at >= tokens.size()) {
      return List.of();
    }
    String first = TableNames.unquoted(tokens.get(at));
    boolean dotted = at + 2 < tokens.size() && tokens.get(at + 1).text().equals(".");
    return dotted ? List.of(first, TableNames.unquoted(tokens.get(at + 2))) : List.of(first);
  }
}
