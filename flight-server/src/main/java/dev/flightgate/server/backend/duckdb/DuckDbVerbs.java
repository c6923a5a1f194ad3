package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.duckdb.StatementWords.Name;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a statement's words say about the tables it touches, by its verb. */
enum DuckDbVerbs {
  /** Reads what its FROM names. */
  QUERY(
      "SELECT",
      "FROM",
      "VALUES",
      "TABLE",
      "SHOW",
      "DESCRIBE",
      "DESC",
      "SUMMARIZE",
      "PIVOT",
      "PIVOT_WIDER",
      "UNPIVOT",
      "PIVOT_LONGER"),
  /** Changes rows of one table, and reads others. */
  CHANGE("INSERT", "UPDATE", "DELETE", "MERGE"),
  /** Empties a table. */
  TRUNCATION("TRUNCATE"),
  /** Copies between one table and a file. */
  COPY("COPY"),
  /** Defines, alters or drops something. */
  DEFINITION("CREATE", "ALTER", "DROP", "COMMENT"),
  /** Touches no table by itself. */
  NONE(
      "USE",
      "SET",
      "RESET",
      "DEALLOCATE",
      "BEGIN",
      "START",
      "COMMIT",
      "END",
      "ROLLBACK",
      "ABORT",
      "ATTACH",
      "DETACH",
      "INSTALL",
      "LOAD"),
  /** May touch any table. */
  ANY(
      "ANALYZE",
      "VACUUM",
      "CHECKPOINT",
      "FORCE",
      "CALL",
      "PRAGMA",
      "PREPARE",
      "EXECUTE",
      "EXPORT",
      "IMPORT"),
  /** None of these, or no statement at all. */
  UNKNOWN;

  private static final Set<String> BEFORE_CHANGED =
      Set.of("INSERT", "OR", "REPLACE", "IGNORE", "INTO", "UPDATE", "DELETE", "FROM", "MERGE");

  private static final Set<String> QUERY_STARTS =
      Set.of("SELECT", "FROM", "VALUES", "TABLE", "WITH", "PIVOT", "UNPIVOT", "DESCRIBE", "SHOW");

  @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable, though its type does not say so
  private final Set<String> verbs;

  DuckDbVerbs(String... verbs) {
    this.verbs = Set.of(verbs);
  }

  static DuckDbVerbs of(StatementWords words) {
    for (DuckDbVerbs group : values()) {
      if (group.verbs.contains(words.verb())) {
        return group;
      }
    }
    return UNKNOWN;
  }

  /** The name of the table whose rows change; null if it stands where none is expected. */
  static @Nullable Name target(StatementWords words) {
    int verb = words.find(words.start(), words.verb());
    int i = verb;
    while (words.isAnyOf(i, BEFORE_CHANGED)) {
      i++;
    }
    Name name = words.dotted(i);
    return name.path().isEmpty() ? null : name;
  }

  /** Whether it creates a trigger, whose statement is run by those that fire it. */
  static boolean isTrigger(StatementWords words) {
    int i = words.start() + 1;
    while (words.isAnyOf(i, Set.of("OR", "REPLACE", "TEMP", "TEMPORARY"))) {
      i++;
    }
    return words.verb().equals("CREATE") && words.is(i, "TRIGGER");
  }

  /** Whether the query that it has is kept as a text, which others run later. */
  static boolean keepsText(StatementWords words) {
    return switch (of(words)) {
      case DEFINITION -> words.find(0, "TABLE") > words.find(0, "AS");
      case ANY -> words.verb().equals("PREPARE");
      case QUERY, CHANGE, TRUNCATION, COPY, NONE, UNKNOWN -> false;
    };
  }

  /** The query whose plan shows what a query reads; DESCRIBE and SHOW have no plan of their own. */
  static String described(StatementWords words) {
    int rest = words.start() + 1;
    return switch (words.verb()) {
      case "DESCRIBE", "DESC", "SHOW", "SUMMARIZE" ->
          words.isAnyOf(rest, QUERY_STARTS) || words.isSymbol(rest, "(")
              ? words.from(rest)
              : "FROM " + words.from(rest);
      default -> words.from(words.start());
    };
  }

  /** The query that a statement is or has, as a text that can be parsed; null for none. */
  static @Nullable String query(StatementWords words) {
    return switch (of(words)) {
      case QUERY -> words.from(words.start());
      // The line break ends a comment that the statement may end with.
      // MERGE stands in no WITH list.
      case CHANGE ->
          words.verb().equals("MERGE")
              ? null
              : "WITH changed AS (" + words.from(words.start()) + "\n) SELECT 1";
      case DEFINITION, ANY -> behindAs(words);
      case NONE -> behindEquals(words);
      case TRUNCATION, COPY, UNKNOWN -> null;
    };
  }

  /** What CREATE TABLE, CREATE VIEW, CREATE MACRO and PREPARE have behind AS. */
  private static @Nullable String behindAs(StatementWords words) {
    int as = words.find(words.start(), "AS");
    if (as >= words.size() - 1) {
      return null;
    }
    int first = as + 1;
    boolean macroTable = words.is(first, "TABLE") && words.isAnyOf(first + 1, QUERY_STARTS);
    first = macroTable ? first + 1 : first;
    if (words.isAnyOf(first, QUERY_STARTS) || words.isSymbol(first, "(")) {
      return words.from(first);
    }
    return "SELECT (" + words.from(first) + "\n)";
  }

  /** What SET VARIABLE has behind its equals sign. */
  private static @Nullable String behindEquals(StatementWords words) {
    for (int i = words.start(); i < words.size() - 1; i++) {
      if (words.isSymbol(i, "=")) {
        return "SELECT (" + words.from(i + 1) + "\n)";
      }
    }
    return null;
  }
}
