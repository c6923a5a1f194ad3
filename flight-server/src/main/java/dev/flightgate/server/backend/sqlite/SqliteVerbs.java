package dev.flightgate.server.backend.sqlite;

import java.util.Set;

/** What a statement's verb says about the tables it touches. */
enum SqliteVerbs {
  /** Reads what its FROM names. */
  QUERY("SELECT", "VALUES"),
  /** Changes rows of one table, and reads others. */
  CHANGE("INSERT", "REPLACE", "UPDATE", "DELETE"),
  /** Defines, alters or drops something. */
  DEFINITION("CREATE", "ALTER", "DROP"),
  /** Tells or sets something. */
  PRAGMA("PRAGMA"),
  /** Touches no table by itself. */
  NONE("ATTACH", "DETACH", "SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "END", "ROLLBACK"),
  /** May touch any table. */
  ANY("ANALYZE", "REINDEX", "VACUUM"),
  /** No statement at all. */
  UNKNOWN;

  @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable, though its type does not say so
  private final Set<String> verbs;

  SqliteVerbs(String... verbs) {
    this.verbs = Set.of(verbs);
  }

  static SqliteVerbs of(String verb) {
    for (SqliteVerbs group : values()) {
      if (group.verbs.contains(verb)) {
        return group;
      }
    }
    return UNKNOWN;
  }
}
