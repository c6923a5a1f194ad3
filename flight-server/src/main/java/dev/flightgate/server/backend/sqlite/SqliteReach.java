package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.Touch;
import dev.flightgate.server.backend.Touch.Beyond;
import dev.flightgate.server.backend.Touch.Reach;
import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.SqlTokens.Token;
import dev.flightgate.server.sql.StatementShape;
import dev.flightgate.server.sql.TableNames;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a SQLite statement reaches beyond the tables of its database, told by its words. */
final class SqliteReach {

  /** Functions that an extension may have brought; SQLite's own library has none of them. */
  private static final Map<String, Reach> FUNCTIONS =
      Map.of(
          "load_extension", Reach.LOADS_EXTENSIONS,
          "readfile", Reach.READS_FILES,
          "fsdir", Reach.READS_FILES,
          "lsdir", Reach.READS_FILES,
          "zipfile", Reach.READS_FILES,
          "csv", Reach.READS_FILES,
          "writefile", Reach.WRITES_FILES,
          "edit", Reach.WRITES_FILES);

  /** Modules of virtual tables that keep what they hold in the database. */
  private static final Set<String> MODULES =
      Set.of("FTS3", "FTS4", "FTS5", "RTREE", "RTREE_I32", "GEOPOLY");

  private SqliteReach() {}

  static Set<Touch> of(List<Token> tokens) {
    Set<Touch> found = new LinkedHashSet<>();
    String verb = StatementShape.of(tokens, SqlDialect.SQLITE).verb();
    switch (verb) {
      case "ATTACH", "DETACH" ->
          found.add(new Beyond(Reach.ATTACHES, verb + " reaches another file of the server"));
      case "VACUUM" -> {
        if (tokens.stream().anyMatch(token -> token.is("INTO"))) {
          found.add(new Beyond(Reach.WRITES_FILES, "VACUUM INTO writes a file of the server"));
        }
      }
      case "PRAGMA" -> addPragma(Pragma.of(tokens), found);
      case "CREATE" -> addModule(tokens, found);
      default -> {}
    }
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (tokens.get(i + 1).text().equals("(")) {
        addFunction(tokens.get(i), found);
      }
    }
    return found;
  }

  private static void addPragma(@Nullable Pragma pragma, Set<Touch> found) {
    if (pragma != null && !pragma.isSessionsOwn()) {
      String name = pragma.name().toLowerCase(Locale.ROOT);
      found.add(
          new Beyond(Reach.CONFIGURES, "PRAGMA " + name + " sets something of the whole database"));
    }
  }

  private static void addModule(List<Token> tokens, Set<Touch> found) {
    if (tokens.size() < 2 || !tokens.get(1).is("VIRTUAL")) {
      return;
    }
    for (int i = 2; i + 1 < tokens.size(); i++) {
      if (tokens.get(i).is("USING")) {
        String module = TableNames.unquoted(tokens.get(i + 1)).toUpperCase(Locale.ROOT);
        if (!MODULES.contains(module)) {
          found.add(Touch.unknown("what the module " + module + " reads and writes"));
        }
        return;
      }
    }
  }

  private static void addFunction(Token name, Set<Touch> found) {
    String function = TableNames.unquoted(name).toLowerCase(Locale.ROOT);
    Reach reach = FUNCTIONS.get(function);
    if (reach != null) {
      found.add(new Beyond(reach, "the function " + function + " reaches files of the server"));
    }
  }
}
