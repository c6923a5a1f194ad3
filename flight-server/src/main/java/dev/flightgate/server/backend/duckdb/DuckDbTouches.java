package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.Right;
import dev.flightgate.server.backend.Touch;
import dev.flightgate.server.backend.Touch.Beyond;
import dev.flightgate.server.backend.Touch.Reach;
import dev.flightgate.server.backend.duckdb.StatementWords.Name;
import dev.flightgate.server.sql.TableNames;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/**
 * What a statement touches: by its words what lies beyond the database, by DuckDB's parser the
 * tables that it names, before any is looked at, and by DuckDB's plan what it reads in the end.
 * Made for one statement; used by the session's thread.
 */
final class DuckDbTouches {

  /** Words by which an INSERT reads the table that it changes. */
  private static final Set<String> READING_BACK = Set.of("RETURNING", "CONFLICT", "REPLACE");

  /** Who makes such a table and drops it can have a statement read the file that was let pass. */
  private static final String FILE_NAME =
      "the name of a file, for a table, may come to mean the file";

  private final DuckDBConnection connection;
  private final StatementWords words;
  private final Set<Touch> found = new LinkedHashSet<>();
  private @Nullable DuckDbNames names;

  DuckDbTouches(DuckDBConnection connection, String sql) {
    this.connection = connection;
    this.words = StatementWords.of(sql);
    DuckDbKinds.requireShallow(words.tokens());
  }

  /** What an ingest touches. */
  static Set<Touch> of(DuckDBConnection connection, IngestTarget target) throws SQLException {
    if (target.temporary()) {
      return Set.of();
    }
    DuckDbNames names = new DuckDbNames(connection);
    List<String> path = names.path(target.catalog(), target.schema(), target.table());
    Set<Touch> touched = new LinkedHashSet<>(names.touched(Right.WRITE, path));
    boolean defines =
        switch (target.mode()) {
          case CREATE, REPLACE -> true;
          case APPEND -> false;
          case CREATE_APPEND -> !names.exists(path);
        };
    if (defines) {
      touched.addAll(names.made(Right.DEFINE, path));
    }
    if (defines && DuckDbReach.hidesFile(target.table())) {
      touched.add(new Beyond(Reach.READS_FILES, FILE_NAME));
    }
    return touched;
  }

  /** See {@link dev.flightgate.server.backend.BackendSession#reached(String)}. */
  Set<Touch> beyond() throws SQLException {
    found.addAll(DuckDbReach.of(words));
    if (DuckDbReach.hidesFile(DuckDbDefinitions.newName(words))) {
      found.add(new Beyond(Reach.READS_FILES, FILE_NAME));
    }
    if (found.isEmpty() && DuckDbVerbs.of(words) == DuckDbVerbs.UNKNOWN) {
      addAny(); // or a mistake, which DuckDB's parser tells
    } else if (found.isEmpty() && DuckDbReach.mayNameFile(words)) {
      String query = DuckDbVerbs.query(words);
      if (query != null) {
        addFiles(query);
      } else if (words.verb().equals("MERGE")) {
        addFiles(TableNames.of(words.tokens()));
      } else if (DuckDbVerbs.isTrigger(words)) {
        found.add(Touch.unknown("whether the trigger reads a file of the server"));
      }
    }
    return found;
  }

  /** See {@link dev.flightgate.server.backend.BackendSession#touched(String)}. */
  Set<Touch> tables() throws SQLException {
    if (words.changesInWith()) {
      found.add(Touch.unknown("which tables a change in a WITH list touches"));
      return found;
    }
    switch (DuckDbVerbs.of(words)) {
      case QUERY -> addQuery(words.from(words.start()));
      case CHANGE -> addChange();
      case TRUNCATION -> addNamed(Right.WRITE, words.is(1, "TABLE") ? 2 : 1);
      case COPY -> addNamed(words.find(1, "FROM") < words.size() ? Right.WRITE : Right.READ, 1);
      case DEFINITION -> addDefinition();
      case NONE -> addValue();
      case ANY, UNKNOWN -> addAny();
    }
    found.removeIf(touch -> touch instanceof Touch.Table table && isToldByName(table));
    return found;
  }

  private boolean isToldByName(Touch.Table table) {
    return !table.named()
        && found.contains(
            new Touch.Table(table.right(), table.catalog(), table.schema(), table.table(), true));
  }

  private DuckDbNames names() throws SQLException {
    DuckDbNames known = names;
    if (known == null) {
      known = new DuckDbNames(connection);
      names = known;
    }
    return known;
  }

  private void addAny() throws SQLException {
    if (DuckDbVerbs.of(words) == DuckDbVerbs.UNKNOWN) {
      DuckDbSyntax.of(connection, words.sql());
    }
    found.add(Touch.unknown("what " + words.verb() + " touches"));
  }

  private void addFiles(String query) throws SQLException {
    DuckDbSyntax syntax = DuckDbSyntax.of(connection, query);
    if (syntax == null) {
      found.add(Touch.unknown("whether it reads a file of the server"));
      return;
    }
    addFiles(syntax.tables());
    if (syntax.functions().contains(DuckDbSyntax.HISTOGRAM)) {
      found.add(Touch.unknown("the function histogram looks a table up by a text"));
    }
  }

  private void addFiles(Collection<List<String>> tables) throws SQLException {
    // A view's text is read anew with each use: the table may be gone by then.
    boolean kept = DuckDbVerbs.keepsText(words);
    for (List<String> path : tables) {
      if (kept ? DuckDbReach.isFileName(path) : isFile(path)) {
        String name = String.join(".", path);
        found.add(
            new Beyond(
                Reach.READS_FILES, name + " is the name of a file unless there is such a table"));
      }
    }
  }

  private boolean isFile(List<String> path) throws SQLException {
    return DuckDbReach.isFileName(path) && !names().exists(path);
  }

  private void addNamed(Right right, int at) throws SQLException {
    Name name = words.dotted(at);
    if (name.path().isEmpty() || words.isSymbol(name.end(), ",")) {
      addAny();
    } else {
      found.addAll(names().touched(right, name.path()));
    }
  }

  private void addQuery(String query) throws SQLException {
    if (addNames(query)) {
      addScans(query.equals(words.from(words.start())) ? DuckDbVerbs.described(words) : query);
    }
  }

  /** What stands in the places of tables; false if DuckDB does not write the query down. */
  private boolean addNames(String query) throws SQLException {
    DuckDbSyntax syntax = DuckDbSyntax.of(connection, query);
    if (syntax == null) {
      found.add(Touch.unknown("what stands in the places of its tables"));
      return false;
    }
    if (syntax.tellsTables()) {
      found.add(new Beyond(Reach.TELLS_DEFINITIONS, "SHOW tells of all tables"));
    }
    for (List<String> path : syntax.tables()) {
      if (!isFile(path)) {
        found.addAll(names().touched(Right.READ, path));
      }
    }
    for (String function : syntax.functions()) {
      if (function.startsWith("duckdb_") || function.startsWith("pragma_")) {
        found.add(new Beyond(Reach.TELLS_DEFINITIONS, function + " tells of all tables"));
      } else if (!DuckDbScans.isHarmless(function) && !names().isMacro(function)) {
        found.add(Touch.unknown("what the function " + function + " reads"));
      }
    }
    return true;
  }

  /**
   * What the plan reads. One that DuckDB cannot make is nobody's secret, for then the statement
   * fails; one that it makes but does not show is.
   */
  private void addScans(String statement) throws SQLException {
    String numbered = new Placeholders(statement).numbered();
    Set<Touch> scans;
    try {
      scans = DuckDbScans.of(connection, numbered);
    } catch (SQLException failed) {
      scans = isPlanned(numbered) ? null : Set.of();
    }
    if (scans == null) {
      found.add(Touch.unknown("what its plan reads"));
    } else {
      found.addAll(scans);
    }
  }

  private boolean isPlanned(String statement) {
    try (DuckDBPreparedStatement planned = connection.prepare(statement)) {
      return !planned.isClosed();
    } catch (SQLException mistake) {
      return false;
    }
  }

  /** The table that changes, read too where rows of it are looked for, and what is read for it. */
  private void addChange() throws SQLException {
    Name target = DuckDbVerbs.target(words);
    if (target == null) {
      addAny();
      return;
    }
    found.addAll(names().touched(Right.WRITE, target.path()));
    if (!words.verb().equals("INSERT") || words.has(words.start(), READING_BACK)) {
      found.addAll(names().touched(Right.READ, target.path()));
    }
    if (words.verb().equals("MERGE")) {
      for (List<String> path : TableNames.of(words.tokens())) {
        if (names().exists(path)) { // or else it is in the WITH list, or missing
          found.addAll(names().touched(Right.READ, path));
        }
      }
      addScans(words.from(words.start()));
      return;
    }
    String query = DuckDbVerbs.query(words);
    if (query != null && addNames(query)) {
      addScans(words.from(words.start()));
    }
  }

  private void addDefinition() throws SQLException {
    DuckDbDefinitions definitions = new DuckDbDefinitions(words, names());
    found.addAll(definitions.touched());
    String query = definitions.query();
    if (query != null) {
      addQuery(query);
    }
  }

  /** What a SET computes its value from may be a table. */
  private void addValue() {
    if (words.has(0, Set.of("SELECT", "FROM", "TABLE", "VALUES"))) {
      found.add(Touch.unknown("what its value is computed from"));
    }
  }
}
