package dev.flightgate.server.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * The engines themselves as judges: statements with known results are joined into one text with
 * quotes, comments and semicolons wherever they may stand; every part that the splitter yields must
 * run alone and answer what its statement was made to answer.
 */
class SqlSplitterEngineTest {

  private static final Set<Integer> SPACES =
      Set.of(
          (int) Character.CONTROL,
          (int) Character.FORMAT,
          (int) Character.SPACE_SEPARATOR,
          (int) Character.LINE_SEPARATOR,
          (int) Character.PARAGRAPH_SEPARATOR,
          (int) Character.UNASSIGNED);

  /** One value as SQL, and what the engine must answer for it. */
  private record Literal(String sql, String value) {}

  /** Statements as one text, and the one row that each must answer. */
  record Script(String text, List<List<String>> rows) {}

  @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
  void split_randomScript_runsPartByPartInDuckDb(@ForAll("duckDbScripts") Script script)
      throws SQLException {
    assertThat(run("jdbc:duckdb:", script.text(), SqlDialect.POSTGRESQL)).isEqualTo(script.rows());
  }

  @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
  void split_randomScript_runsPartByPartInSqlite(@ForAll("sqliteScripts") Script script)
      throws SQLException {
    assertThat(run("jdbc:sqlite::memory:", script.text(), SqlDialect.SQLITE))
        .isEqualTo(script.rows());
  }

  /** A blank that only the engine knows would hide words from every check of ours. */
  @Example
  void blanks_areThoseOfTheEngine() throws SQLException {
    assertThat(blanks("jdbc:duckdb:", SqlDialect.POSTGRESQL)).isEmpty();
    assertThat(blanks("jdbc:sqlite::memory:", SqlDialect.SQLITE)).isEmpty();
  }

  /** Characters that the engine and we do not agree on. */
  private static List<String> blanks(String url, SqlDialect dialect) throws SQLException {
    List<String> doubtful = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url)) {
      for (char c = 1; c < Character.MAX_VALUE; c++) {
        boolean mark = c > ' ' && c < 0x7F;
        if (!mark
            && (c < 0x2100 || SPACES.contains(Character.getType(c)))
            && isBlank(connection, c) != (SqlTokens.of("SELECT" + c + "1", dialect).size() == 2)) {
          doubtful.add(Integer.toHexString(c));
        }
      }
    }
    return doubtful;
  }

  private static boolean isBlank(Connection connection, char c) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT" + c + "1")) {
      return result.next() && result.getInt(1) == 1;
    } catch (SQLException e) {
      return false;
    }
  }

  private static List<List<String>> run(String url, String text, SqlDialect dialect)
      throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String part : SqlSplitter.split(text, dialect)) {
        try (ResultSet result = statement.executeQuery(part)) {
          result.next();
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
            row.add(result.getString(i));
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }

  @Provide
  Arbitrary<Script> duckDbScripts() {
    Arbitrary<String> body = bodies();
    Arbitrary<Literal> dollar =
        Combinators.combine(body, Arbitraries.of("", "q", "Tag_1", "é"))
            .as((text, tag) -> new Literal("$" + tag + "$" + text + "$" + tag + "$", text))
            .filter(literal -> !hasTag(literal.value()));
    Arbitrary<Literal> escaped =
        body.map(
            text ->
                new Literal(
                    (text.length() % 2 == 0 ? "E'" : "e'")
                        + text.replace("\\", "\\\\").replace("'", "\\'")
                        + "'",
                    text));
    Arbitrary<String> nested = body.map(text -> "/*" + closed(text) + "/* ; ' */ $$ \" */");
    return scripts(
        Arbitraries.oneOf(plain(body), dollar, escaped),
        Arbitraries.oneOf(blanks(), lineComments(body), nested),
        body.map(SqlSplitterEngineTest::doubleQuoted));
  }

  @Provide
  Arbitrary<Script> sqliteScripts() {
    Arbitrary<String> body = bodies();
    Arbitrary<String> flat = body.map(text -> "/*" + closed(text) + "/* ; ' */");
    Arbitrary<String> names =
        Arbitraries.oneOf(
            body.map(SqlSplitterEngineTest::doubleQuoted),
            body.map(text -> "`n" + text.replace("`", "``") + "`"),
            body.map(text -> "[n" + text.replace("]", "") + "]"));
    return scripts(plain(body), Arbitraries.oneOf(blanks(), lineComments(body), flat), names);
  }

  /** Texts of the characters and pairs that a lexer can trip over. */
  private static Arbitrary<String> bodies() {
    return Arbitraries.of(
            "a", "'", "\"", ";", "--", "/*", "*/", "$", "$$", "$q$", "\\", "`", "[", "]", "(", ")",
            " ", "\n", "é", "?", ":x", "@", "E", "END", "BEGIN")
        .list()
        .ofMaxSize(6)
        .map(parts -> String.join("", parts));
  }

  private static Arbitrary<Literal> plain(Arbitrary<String> body) {
    return body.map(text -> new Literal("'" + text.replace("'", "''") + "'", text));
  }

  private static Arbitrary<String> blanks() {
    return Arbitraries.of(" ", "\n", "\t ");
  }

  private static Arbitrary<String> lineComments(Arbitrary<String> body) {
    return body.map(text -> " --" + text.replace("\n", "") + "\n");
  }

  private static String doubleQuoted(String text) {
    return "\"n" + text.replace("\"", "\"\"") + "\"";
  }

  /** The text without anything that would open or close a comment in either dialect. */
  private static String closed(String text) {
    return text.replace("*", "").replace("/", "") + " ";
  }

  /** Whether one of the tags could end in the text, or at its seam. */
  private static boolean hasTag(String text) {
    return text.contains("$");
  }

  private static Arbitrary<Script> scripts(
      Arbitrary<Literal> literals, Arbitrary<String> gaps, Arbitrary<String> names) {
    Arbitrary<Literal> columns =
        Combinators.combine(literals, gaps, gaps, names)
            .as(
                (literal, before, after, name) ->
                    new Literal(
                        before + literal.sql() + after + "AS" + before + name, literal.value()));
    Arbitrary<Script> statements =
        Combinators.combine(columns.list().ofMinSize(1).ofMaxSize(3), gaps)
            .as(
                (row, gap) ->
                    new Script(
                        gap
                            + "SELECT"
                            + row.stream().map(Literal::sql).collect(Collectors.joining(","))
                            + gap
                            + ";",
                        List.of(row.stream().map(Literal::value).toList())));
    return Combinators.combine(statements.list().ofMaxSize(4), gaps)
        .as(
            (scripts, gap) ->
                new Script(
                    scripts.stream().map(Script::text).collect(Collectors.joining(gap + ";")) + gap,
                    scripts.stream().flatMap(script -> script.rows().stream()).toList()));
  }
}
