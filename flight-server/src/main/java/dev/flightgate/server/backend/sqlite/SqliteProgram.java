package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.Right;
import dev.flightgate.server.backend.Touch;
import dev.flightgate.server.backend.Touch.Beyond;
import dev.flightgate.server.backend.Touch.Reach;
import dev.flightgate.server.backend.sqlite.SqlitePlaces.Found;
import dev.flightgate.server.sql.SqlTokens.Token;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the program opens that SQLite compiles a statement to, its triggers' programs included: see
 * <a href="https://www.sqlite.org/opcode.html">SQLite's opcodes</a>. EXPLAIN lists them and runs
 * nothing.
 */
final class SqliteProgram {

  /** The page where the description of a database begins. */
  private static final int SCHEMA_PAGE = 1;

  /** The second operand is a register, which holds the page of a table that is being made. */
  private static final int PAGE_IN_REGISTER = 0x10;

  private static final Set<String> HARMLESS_MODULES = Set.of("JSON_EACH", "JSON_TREE");

  private final SqlitePlaces places;
  private final boolean defines;
  private final Set<Touch> found = new LinkedHashSet<>();
  private int modules;

  private SqliteProgram(SqlitePlaces places, boolean defines) {
    this.places = places;
    this.defines = defines;
  }

  /** What the statement opens; nothing if SQLite cannot compile it, which then fails. */
  static Set<Touch> of(
      EngineConnection connection, SqlitePlaces places, String sql, List<Token> tokens)
      throws SQLException {
    boolean explained = tokens.get(0).is("EXPLAIN");
    int first = explained ? explained(tokens) : 0;
    boolean defines = tokens.get(first).is("CREATE");
    SqliteProgram program = new SqliteProgram(places, defines);
    String text = "EXPLAIN " + sql.substring(tokens.get(first).start());
    PreparedStatement statement;
    try {
      statement = connection.prepare(text);
    } catch (SQLException mistake) {
      return Set.of();
    }
    try (statement;
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        program.add(
            rows.getString(2), rows.getInt(3), rows.getInt(4), rows.getInt(5), rows.getInt(7));
      }
    }
    program.addModules(tokens);
    return program.found;
  }

  private static int explained(List<Token> tokens) {
    boolean plan = tokens.size() > 3 && tokens.get(1).is("QUERY") && tokens.get(2).is("PLAN");
    return plan ? 3 : Math.min(1, tokens.size() - 1);
  }

  private void add(String opcode, int p1, int p2, int p3, int p5) throws SQLException {
    switch (opcode) {
      case "OpenRead", "ReopenIdx" -> addPage(Right.READ, p3, p2, p5);
      case "OpenWrite" -> addPage(Right.WRITE, p3, p2, p5);
      case "Clear" -> addPage(Right.WRITE, p2, p1, 0);
      case "VOpen", "VUpdate" -> modules += opcode.equals("VOpen") ? 1 : 2;
      case "SqlExec", "Vacuum", "LoadAnalysis", "VCreate", "VDestroy", "VRename" ->
          found.add(Touch.unknown("what " + opcode + " of its program touches"));
      default -> {}
    }
  }

  private void addPage(Right right, int database, int page, int flags) throws SQLException {
    if (defines && (page == SCHEMA_PAGE || (flags & PAGE_IN_REGISTER) != 0)) {
      return; // what a definition does by itself
    }
    Found table = page == SCHEMA_PAGE ? null : places.at(database, page);
    if (page == SCHEMA_PAGE) {
      found.add(new Beyond(Reach.TELLS_DEFINITIONS, "sqlite_schema tells of all tables"));
    } else if (table == null) {
      found.add(Touch.unknown("which table lies on page " + page));
    } else if (!table.isTemporary() && !isBookkeeping(table)) {
      found.add(table.touched(right, false));
    }
  }

  /** What SQLite keeps for others: sqlite_sequence and the like; by name they are refused. */
  private static boolean isBookkeeping(Found table) {
    return table.table().toLowerCase(Locale.ROOT).startsWith("sqlite_");
  }

  /** Virtual tables have no pages of their own; which they are, only the words can say. */
  private void addModules(List<Token> tokens) {
    long harmless =
        tokens.stream()
            .filter(token -> HARMLESS_MODULES.contains(token.text().toUpperCase(Locale.ROOT)))
            .count();
    if (modules > harmless) {
      found.add(Touch.unknown("which virtual tables it reads"));
    }
  }
}
