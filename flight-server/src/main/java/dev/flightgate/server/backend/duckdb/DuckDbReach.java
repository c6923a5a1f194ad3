package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.Touch;
import dev.flightgate.server.backend.Touch.Beyond;
import dev.flightgate.server.backend.Touch.Reach;
import dev.flightgate.server.sql.SqlTokens.Token;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a statement reaches beside the tables of the database, told by its words before DuckDB looks
 * at any file that it names: files of the server, other databases, extensions, settings, and SQL
 * that only stands in a text. What a view or a macro reaches there is its maker's to give.
 */
final class DuckDbReach {

  /** Functions that run a text, or look up a table by one, which may be a file's name. */
  private static final Set<String> RUNNING_TEXT =
      Set.of(
          "query",
          "query_table",
          "json_execute_serialized_sql",
          "json_serialize_plan",
          "histogram_values");

  private static final Pattern READING_FILES =
      Pattern.compile(
          "glob|(read|parquet|sniff|http)_.*|st_read.*|.*_(scan|query)|arrow_scan_dumb");

  /** Functions that set something for the whole server, or write files of their own choosing. */
  private static final Set<String> CONFIGURING =
      Set.of(
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

  /** What a name stands behind that is being defined or written to, and calls nothing. */
  private static final Set<String> BEFORE_DEFINED =
      Set.of("TABLE", "VIEW", "EXISTS", "MACRO", "FUNCTION", "ON", "REFERENCES");

  private static final Pattern FILE_NAME = Pattern.compile(".*[./\\\\:*].*", Pattern.DOTALL);

  /** What a file's name may end with, where it is written as the words {@code name.csv}. */
  private static final Set<String> ENDINGS =
      Set.of(
          "csv", "tsv", "txt", "parquet", "json", "jsonl", "ndjson", "gz", "zst", "db", "duckdb",
          "xlsx", "avro", "arrow", "arrows", "feather", "shp", "geojson", "gpkg");

  /** Words that a table may stand behind, and with it a file in its place. */
  private static final Set<String> BEFORE_TABLE =
      Set.of(
          "FROM",
          "JOIN",
          "USING",
          "TABLE",
          "DESCRIBE",
          "DESC",
          "SHOW",
          "SUMMARIZE",
          "PIVOT",
          "PIVOT_WIDER",
          "UNPIVOT",
          "PIVOT_LONGER",
          "INTO",
          "UPDATE");

  private DuckDbReach() {}

  /** What is plain by the words alone. */
  static Set<Touch> of(StatementWords words) {
    Set<Touch> found = new LinkedHashSet<>();
    byVerb(words, found);
    if (words.changesInWith() && words.has(0, Set.of("COPY"))) {
      add(found, Reach.WRITES_FILES, "COPY TO writes files of the server, in a WITH list too");
    }
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.isSymbol(i + 1, "(") && !isDefined(words, i)) {
        byFunction(words.name(i), found);
      }
    }
    return found;
  }

  private static void byVerb(StatementWords words, Set<Touch> found) {
    int next = words.start() + 1;
    switch (words.verb()) {
      case "ATTACH", "DETACH" -> add(found, Reach.ATTACHES, words.verb() + " reaches a database");
      case "INSTALL", "LOAD" -> addExtension(found, words.verb());
      case "FORCE" -> {
        if (words.is(next, "INSTALL")) {
          addExtension(found, "FORCE INSTALL");
        }
      }
      case "UPDATE" -> {
        boolean all = words.size() == next + 1 || words.isSymbol(next + 1, "(");
        if (words.is(next, "EXTENSIONS") && all) {
          addExtension(found, "UPDATE EXTENSIONS");
        }
      }
      case "SET", "RESET", "PRAGMA" -> {
        if (!DuckDbSettings.isSessionsOwn(words)) {
          add(found, Reach.CONFIGURES, words.verb() + " sets something of the whole server");
        }
      }
      case "COPY" -> copy(words, found);
      case "EXPORT" -> add(found, Reach.WRITES_FILES, "EXPORT DATABASE writes files of the server");
      case "IMPORT" ->
          found.add(Touch.unknown("IMPORT DATABASE runs what files of the server say"));
      case "CREATE", "DROP", "ALTER" -> {
        if (isSecret(words)) {
          add(found, Reach.CONFIGURES, "a secret is the whole server's");
        }
      }
      default -> {}
    }
  }

  private static void add(Set<Touch> found, Reach reach, String what) {
    found.add(new Beyond(reach, what));
  }

  private static void addExtension(Set<Touch> found, String what) {
    add(found, Reach.LOADS_EXTENSIONS, what + " loads code into the server");
  }

  private static void copy(StatementWords words, Set<Touch> found) {
    if (words.is(1, "FROM") && words.is(2, "DATABASE")) {
      return;
    }
    if (words.find(1, "TO") < words.size()) {
      add(found, Reach.WRITES_FILES, "COPY TO writes files of the server");
    }
    if (words.find(1, "FROM") < words.size()) {
      add(found, Reach.READS_FILES, "COPY FROM reads files of the server");
    }
  }

  /** Whether a table of that name would stand where a file does, if it were gone. */
  static boolean hidesFile(String name) {
    int dot = name.lastIndexOf('.');
    String ending = dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    return ENDINGS.contains(ending) || name.chars().anyMatch(c -> "/\\:*".indexOf(c) >= 0);
  }

  private static boolean isSecret(StatementWords words) {
    int i = words.start() + 1;
    while (words.isAnyOf(i, Set.of("OR", "REPLACE", "TEMP", "TEMPORARY", "PERSISTENT"))) {
      i++;
    }
    // A table may be called so too, but then the word that says what it is stands before it.
    return words.is(i, "SECRET");
  }

  /** Whether the name, behind which a parenthesis stands, is one that the statement defines. */
  private static boolean isDefined(StatementWords words, int at) {
    int first = at;
    while (words.isSymbol(first - 1, ".")) {
      first -= 2;
    }
    return switch (words.verb()) {
      case "CREATE" -> words.isAnyOf(first - 1, BEFORE_DEFINED) && first < words.find(0, "AS");
      case "INSERT", "MERGE" -> words.is(first - 1, "INTO");
      case "COPY" -> first == words.start() + 1;
      default -> false;
    };
  }

  private static void byFunction(String name, Set<Touch> found) {
    if (RUNNING_TEXT.contains(name)) {
      found.add(Touch.unknown("the function " + name + " runs what a text says"));
    } else if (CONFIGURING.contains(name)) {
      add(found, Reach.CONFIGURES, "the function " + name + " sets something of the whole server");
    } else if (READING_FILES.matcher(name).matches()) {
      add(found, Reach.READS_FILES, "the function " + name + " reads files of the server");
    }
  }

  /**
   * Whether a function of that name in a plan reads files: a view's or macro's, and its maker's.
   */
  static boolean readsFiles(String function) {
    return READING_FILES.matcher(function.toLowerCase(Locale.ROOT)).matches();
  }

  /**
   * Whether a file may stand in the place of a table, so that the statement has to be parsed. Only
   * behind the words that a table stands behind: a list of values may hold what looks like a file.
   */
  static boolean mayNameFile(StatementWords words) {
    boolean tables = false;
    for (int i = 0; i < words.size(); i++) {
      tables |= words.isAnyOf(i, BEFORE_TABLE) || isMacroOverText(words, i);
      if (tables && (mayNameFile(words, i) || isMacroOverText(words, i))) {
        return true;
      }
    }
    return false;
  }

  /** {@code histogram}, an aggregate, and a macro over query_table where it is a table. */
  private static boolean isMacroOverText(StatementWords words, int at) {
    return words.name(at).equals(DuckDbSyntax.HISTOGRAM) && words.isSymbol(at + 1, "(");
  }

  private static boolean mayNameFile(StatementWords words, int at) {
    Token token = words.tokens().get(at);
    return switch (token.kind()) {
      case STRING, QUOTED_NAME -> FILE_NAME.matcher(token.text()).matches() || isEnding(words, at);
      case WORD -> isEnding(words, at);
      case NUMBER, PARAMETER, SYMBOL -> false;
    };
  }

  private static boolean isEnding(StatementWords words, int at) {
    return words.isSymbol(at - 1, ".") && ENDINGS.contains(words.name(at));
  }

  /** Whether a table of that name, if there is none, is a file for DuckDB. */
  static boolean isFileName(List<String> path) {
    String last = path.isEmpty() ? "" : path.get(path.size() - 1);
    return FILE_NAME.matcher(last).matches()
        || (path.size() > 1 && ENDINGS.contains(last.toLowerCase(Locale.ROOT)));
  }
}
