package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.Right;
import dev.flightgate.server.backend.Touch;
import dev.flightgate.server.backend.duckdb.StatementWords.Name;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What CREATE, ALTER, DROP and COMMENT define, told by their words: a table or view by its name, an
 * index by its table's; of anything else the schema that it lies in, as a whole. Made for one
 * statement.
 */
final class DuckDbDefinitions {

  private static final Set<String> BEFORE_KIND =
      Set.of(
          "CREATE",
          "DROP",
          "ALTER",
          "COMMENT",
          "ON",
          "OR",
          "REPLACE",
          "TEMP",
          "TEMPORARY",
          "LOCAL",
          "UNIQUE",
          "RECURSIVE");
  private static final Set<String> BEFORE_NAME = Set.of("IF", "NOT", "EXISTS");
  private static final Set<String> TEMPORARY = Set.of("TEMP", "TEMPORARY");
  private static final Set<String> IN_SCHEMA =
      Set.of("SEQUENCE", "TYPE", "MACRO", "FUNCTION", "INDEX");

  private final StatementWords words;
  private final DuckDbNames names;
  private final boolean temporary;
  private final int kind;
  private final Set<Touch> found = new LinkedHashSet<>();

  DuckDbDefinitions(StatementWords words, DuckDbNames names) {
    this.words = words;
    this.names = names;
    int i = words.start();
    boolean isTemporary = false;
    while (words.isAnyOf(i, BEFORE_KIND)) {
      isTemporary |= words.isAnyOf(i, TEMPORARY);
      i++;
    }
    this.temporary = isTemporary;
    this.kind = i;
  }

  /** What is defined. */
  Set<Touch> touched() throws SQLException {
    int i = kind + 1;
    while (words.isAnyOf(i, BEFORE_NAME)) {
      i++;
    }
    Name name = words.dotted(i);
    boolean relation = words.is(kind, "TABLE") || words.is(kind, "VIEW");
    if (words.is(kind, "INDEX") && words.verb().equals("CREATE")) {
      addTable(words.dotted(words.find(kind, "ON") + 1));
    } else if (name.path().isEmpty() || words.isSymbol(name.end(), ",")) {
      addUnknown();
    } else if (relation) {
      addRelation(name);
    } else if (words.is(kind, "COLUMN") && words.verb().equals("COMMENT")) {
      addTable(new Name(name.path().subList(0, Math.max(0, name.path().size() - 1)), name.end()));
    } else if (words.is(kind, "SCHEMA")) {
      addSchema(name.path());
    } else if (words.isAnyOf(kind, IN_SCHEMA)) {
      addInSchema(name.path());
    } else {
      addUnknown();
    }
    return found;
  }

  private void addUnknown() {
    found.add(Touch.unknown("what " + words.verb() + " touches here"));
  }

  private void addTable(Name name) throws SQLException {
    if (name.path().isEmpty()) {
      addUnknown();
    } else if (words.verb().equals("CREATE") && !words.is(kind, "INDEX")) {
      found.addAll(names.made(Right.DEFINE, name.path()));
    } else {
      found.addAll(names.touched(Right.DEFINE, name.path()));
    }
  }

  private void addRelation(Name name) throws SQLException {
    if (!temporary) {
      addTable(name);
    }
    for (int i = name.end(); i < words.size(); i++) {
      if (words.is(i, "REFERENCES")) {
        found.addAll(names.touched(Right.READ, words.dotted(i + 1).path()));
      }
    }
    if (words.verb().equals("ALTER") && words.is(name.end(), "RENAME")) {
      addRenamed(name);
    } else if (words.verb().equals("ALTER") && words.is(name.end() + 1, "SCHEMA")) {
      addUnknown();
    }
  }

  private void addRenamed(Name name) throws SQLException {
    if (words.is(name.end() + 1, "TO")) {
      List<String> path = new ArrayList<>(name.path());
      path.set(path.size() - 1, words.dotted(name.end() + 2).last());
      found.addAll(names.made(Right.DEFINE, path));
    }
  }

  private void addSchema(List<String> path) {
    switch (path.size()) {
      case 1 -> found.add(names.wholeSchema(null, path.get(0)));
      case 2 -> found.add(names.wholeSchema(path.get(0), path.get(1)));
      default -> addUnknown();
    }
  }

  private void addInSchema(List<String> path) throws SQLException {
    if (words.has(kind, Set.of("SELECT", "FROM")) && words.is(kind, "TYPE")) {
      addUnknown();
    }
    if (!temporary) {
      found.addAll(names.schemaOf(path));
    }
  }

  /** The name that a table or view gets, by CREATE or RENAME; "" for none. */
  static String newName(StatementWords words) {
    int i = words.start();
    while (words.isAnyOf(i, BEFORE_KIND)) {
      i++;
    }
    boolean relation = words.is(i, "TABLE") || words.is(i, "VIEW");
    i++;
    while (words.isAnyOf(i, BEFORE_NAME)) {
      i++;
    }
    Name name = words.dotted(i);
    boolean renames = words.is(name.end(), "RENAME") && words.is(name.end() + 1, "TO");
    Name made = renames ? words.dotted(name.end() + 2) : name;
    boolean makes = words.verb().equals("CREATE") || renames;
    return relation && makes && !made.path().isEmpty() ? made.last() : "";
  }

  /** The query that a table or view is made of; null for none. */
  @Nullable String query() {
    boolean relation = words.is(kind, "TABLE") || words.is(kind, "VIEW");
    return words.verb().equals("CREATE") && relation ? DuckDbVerbs.query(words) : null;
  }
}
