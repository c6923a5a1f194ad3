package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.SqlTokens;
import dev.flightgate.server.sql.SqlTokens.Token;
import dev.flightgate.server.sql.StatementShape;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a statement of DuckDB's SQL does, told by its words before DuckDB has seen it. A query that
 * calls a function which changes something writes; one that calls it through a macro or a view does
 * not show it, and counts as reading.
 *
 * @param kind what running it does
 * @param prepared whether it can be prepared without doing something already: DuckDB expands IMPORT
 *     DATABASE into many statements and, preparing the last, runs the others
 * @param plansOnly whether it is an EXPLAIN that runs nothing
 * @param nests whether it can stand in the FROM of another query
 * @param counts whether all it yields is how many rows it has changed
 * @param harmless whether even a user who only reads may run it
 */
record DuckDbKinds(
    StatementKind kind,
    boolean prepared,
    boolean plansOnly,
    boolean nests,
    boolean counts,
    boolean harmless) {

  private static final int DEPTH_MAX = 5_000;

  private static final Set<String> READING =
      Set.of(
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
          "PIVOT_LONGER");
  private static final Set<String> WRITING =
      Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "TRUNCATE", "COPY", "EXPORT");
  private static final Set<String> DEFINING =
      Set.of(
          "CREATE",
          "ALTER",
          "DROP",
          "COMMENT",
          "ANALYZE",
          "VACUUM",
          "CHECKPOINT",
          "FORCE",
          "IMPORT");
  private static final Set<String> UNPREPARED =
      Set.of(
          "IMPORT",
          "SET",
          "RESET",
          "USE",
          "ATTACH",
          "DETACH",
          "LOAD",
          "INSTALL",
          "PREPARE",
          "DEALLOCATE");

  /** Functions that change the database, or the server for everybody, from within a query. */
  private static final Set<String> CHANGING_FUNCTIONS =
      Set.of(
          "nextval",
          "setval",
          "checkpoint",
          "force_checkpoint",
          "write_log",
          "enable_logging",
          "disable_logging",
          "truncate_duckdb_logs",
          "enable_profiling",
          "disable_profiling",
          "create_external_resource",
          "register_external_resource",
          "register_external_resource_type",
          "deregister_external_resource",
          "destroy_external_resource");

  /** The kind of one statement. */
  static DuckDbKinds of(String sql) {
    List<Token> tokens = SqlTokens.of(sql, SqlDialect.POSTGRESQL);
    requireShallow(tokens);
    StatementShape shape = StatementShape.of(tokens, SqlDialect.POSTGRESQL);
    StatementKind transaction = transaction(shape);
    if (transaction != null) {
      return new DuckDbKinds(transaction, false, false, false, false, true);
    }
    String verb = shape.verb();
    StatementKind kind = kind(shape, tokens);
    if (shape.explained() && !shape.analyzed()) {
      boolean plansRead = READING.contains(verb) && !shape.modifiesInWith();
      return new DuckDbKinds(StatementKind.READS, true, true, false, false, plansRead);
    }
    boolean nests = !shape.explained() && (READING.contains(verb) || isRowChange(verb));
    boolean harmless =
        kind == StatementKind.READS
            || verb.equals("USE")
            || DuckDbSettings.isHarmless(StatementWords.of(sql, tokens, shape));
    boolean counts = !shape.explained() && isRowChange(verb) && !shape.returning();
    return new DuckDbKinds(kind, !UNPREPARED.contains(verb), false, nests, counts, harmless);
  }

  /** DuckDB parses parentheses by recursion, and ends the process when the stack is used up. */
  static void requireShallow(List<Token> tokens) {
    if (tokens.stream().anyMatch(token -> token.depth() > DEPTH_MAX)) {
      throw new BackendException(
          BackendException.Kind.INVALID_SQL,
          "the statement has more than " + DEPTH_MAX + " parentheses within each other");
    }
  }

  /** Whether rows that running it yields are anybody's interest; CHECKPOINT's are not. */
  boolean yieldsRows() {
    return kind != StatementKind.DEFINES && !counts;
  }

  private static boolean isRowChange(String verb) {
    return Set.of("INSERT", "UPDATE", "DELETE", "MERGE").contains(verb);
  }

  private static @Nullable StatementKind transaction(StatementShape shape) {
    return switch (shape.control()) {
      case NONE -> null;
      case BEGIN -> StatementKind.BEGINS;
      case COMMIT -> StatementKind.COMMITS;
      case ROLLBACK -> StatementKind.ROLLS_BACK;
    };
  }

  private static StatementKind kind(StatementShape shape, List<Token> tokens) {
    String verb = shape.verb();
    if (READING.contains(verb)) {
      boolean writes = shape.modifiesInWith() || callsChangingFunction(tokens);
      return writes ? StatementKind.WRITES : StatementKind.READS;
    }
    if (WRITING.contains(verb)) {
      return StatementKind.WRITES;
    }
    if (shape.temporary()) {
      return StatementKind.CONTROLS;
    }
    return DEFINING.contains(verb) ? StatementKind.DEFINES : StatementKind.CONTROLS;
  }

  private static boolean callsChangingFunction(List<Token> tokens) {
    for (int i = 1; i < tokens.size(); i++) {
      String name = unquoted(tokens.get(i - 1).text()).toLowerCase(Locale.ROOT);
      if (tokens.get(i).text().equals("(") && CHANGING_FUNCTIONS.contains(name)) {
        return true;
      }
    }
    return false;
  }

  private static String unquoted(String name) {
    return name.startsWith("\"") ? name.substring(1, name.length() - 1) : name;
  }
}
