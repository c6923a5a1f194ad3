package dev.flightgate.server.backend.duckdb;

import java.util.Set;

/** What SET, RESET and PRAGMA concern, told by their words. */
final class DuckDbSettings {

  /**
   * Settings that concern the session alone and reach no file. DuckDB's own word for that, scope
   * LOCAL, is wider: the profiler's settings have it, and name a file to be written.
   */
  private static final Set<String> SESSIONS_OWN =
      Set.of(
          "schema",
          "search_path",
          "timezone",
          "time",
          "calendar",
          "default_null_order",
          "null_order",
          "default_order",
          "explain_output",
          "ieee_floating_point_ops",
          "integer_division",
          "order_by_non_integer_literal",
          "scalar_subquery_error_on_multiple_rows",
          "variable");

  /** Pragmas that only tell. */
  private static final Set<String> TELLING =
      Set.of(
          "table_info",
          "show",
          "show_tables",
          "show_tables_expanded",
          "show_databases",
          "database_list",
          "database_size",
          "collations",
          "functions",
          "version",
          "platform",
          "user_agent",
          "storage_info",
          "metadata_info");

  private DuckDbSettings() {}

  /** Whether a SET, RESET or PRAGMA changes the session alone, or nothing. */
  static boolean isSessionsOwn(StatementWords words) {
    if (words.verb().equals("PRAGMA")) {
      String pragma = words.name(words.start() + 1);
      boolean assigned = words.isSymbol(words.start() + 2, "=");
      return assigned ? SESSIONS_OWN.contains(pragma) : TELLING.contains(pragma);
    }
    return SESSIONS_OWN.contains(words.name(name(words)));
  }

  /**
   * Whether a SET or RESET changes what is the session's own, to a value that calls nothing: what a
   * value calls would run outside of the transaction that keeps a reader from writing.
   */
  static boolean isHarmless(StatementWords words) {
    return (words.verb().equals("SET") || words.verb().equals("RESET"))
        && isSessionsOwn(words)
        && words.tokens().stream().noneMatch(t -> t.text().equals("(") || t.is("FROM"));
  }

  /** Where the setting's name stands. */
  private static int name(StatementWords words) {
    int name = words.start() + 1;
    while (name < words.size() - 1 && words.isAnyOf(name, Set.of("SESSION", "LOCAL"))) {
      name++;
    }
    return name;
  }
}
