package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.sql.SqlTokens.Token;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a PRAGMA statement asks for, told by its words; see <a
 * href="https://www.sqlite.org/pragma.html">SQLite's list</a>.
 *
 * @param name in upper case
 * @param valued whether it is given a value, which SQLite may apply while it compiles
 * @param assigned whether the value comes behind an equals sign
 */
record Pragma(String name, boolean valued, boolean assigned) {

  /** Those that take an argument in parentheses, and only tell all the same. */
  private static final Set<String> TELLING =
      Set.of(
          "TABLE_INFO",
          "TABLE_XINFO",
          "TABLE_LIST",
          "INDEX_LIST",
          "INDEX_INFO",
          "INDEX_XINFO",
          "FOREIGN_KEY_LIST",
          "FOREIGN_KEY_CHECK",
          "INTEGRITY_CHECK",
          "QUICK_CHECK");

  /** Those that do something without a value too. */
  private static final Set<String> ACTING =
      Set.of("WAL_CHECKPOINT", "OPTIMIZE", "INCREMENTAL_VACUUM", "SHRINK_MEMORY");

  /** Those that set something for every connection of the process, or of the database. */
  private static final Set<String> SERVERS =
      Set.of(
          "TEMP_STORE_DIRECTORY",
          "DATA_STORE_DIRECTORY",
          "ENCODING",
          "HARD_HEAP_LIMIT",
          "SOFT_HEAP_LIMIT",
          "ACTIVATE_EXTENSIONS");

  /** Those that set something for this connection alone, and reach no file. */
  private static final Set<String> SESSIONS =
      Set.of(
          "AUTOMATIC_INDEX",
          "CACHE_SIZE",
          "CASE_SENSITIVE_LIKE",
          "QUERY_ONLY",
          "REVERSE_UNORDERED_SELECTS",
          "TEMP_STORE");

  /** Those that a user who writes may run: they change how this connection writes, or tidy up. */
  private static final Set<String> WRITERS =
      Set.of(
          "APPLICATION_ID",
          "BUSY_TIMEOUT",
          "DEFER_FOREIGN_KEYS",
          "FOREIGN_KEYS",
          "INCREMENTAL_VACUUM",
          "OPTIMIZE",
          "RECURSIVE_TRIGGERS",
          "SHRINK_MEMORY",
          "SYNCHRONOUS",
          "USER_VERSION",
          "WAL_CHECKPOINT");

  /** The pragma of a statement; null if it is none. */
  static @Nullable Pragma of(List<Token> tokens) {
    int word = 0;
    while (word < tokens.size() && !tokens.get(word).is("PRAGMA")) {
      word++;
    }
    int name = word + 1;
    if (tokens.size() > word + 3 && tokens.get(word + 2).text().equals(".")) {
      name = word + 3;
    }
    if (name >= tokens.size()) {
      return null;
    }
    boolean assigned = tokens.stream().anyMatch(token -> token.text().equals("="));
    boolean valued = assigned || tokens.stream().anyMatch(token -> token.text().equals("("));
    return new Pragma(unquoted(tokens.get(name).text()).toUpperCase(Locale.ROOT), valued, assigned);
  }

  private static String unquoted(String name) {
    char first = name.charAt(0);
    boolean quoted = first == '"' || first == '`' || first == '[' || first == '\'';
    return quoted && name.length() > 1 ? name.substring(1, name.length() - 1) : name;
  }

  /** Whether it only tells, and leaves nothing behind. */
  boolean isTelling() {
    return valued ? !assigned && TELLING.contains(name) : !ACTING.contains(name);
  }

  /** Whether merely preparing it may change something. */
  boolean changesWhenPrepared() {
    return valued && !isTelling();
  }

  /** Whether it would change what other sessions see, or the server. */
  boolean isTheServers() {
    return valued && SERVERS.contains(name);
  }

  /** Whether it tells, or concerns this connection's own work alone. */
  boolean isSessionsOwn() {
    return !isTheServers() && (isTelling() || SESSIONS.contains(name) || WRITERS.contains(name));
  }

  /** Whether it tells of tables, whoever may read them. */
  boolean tellsTables() {
    return TELLING.contains(name) || name.equals("STATS");
  }

  /** Whether a user who only reads may run it. */
  boolean isHarmless() {
    return isTelling() || (valued && SESSIONS.contains(name));
  }
}
