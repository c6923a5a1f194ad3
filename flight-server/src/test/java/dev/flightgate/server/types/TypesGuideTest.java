package dev.flightgate.server.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The guide's tables of types are those that the other tests of this package have proved. To write
 * them anew: {@code ./mvnw -pl flight-server test -Dtest=TypesGuideTest
 * -Dflightgate.docs.write=true}.
 */
class TypesGuideTest {

  private static final Path GUIDE =
      Path.of("..", "docs", "guide", "types.md").toAbsolutePath().normalize();
  private static final String COLUMNS = " | Arrow | JDBC | getObject | Driver's limit |";

  /** The tables, by the name in their marker. */
  enum Table {
    DUCKDB,
    SQLITE,
    JDBC,
    ARROW;

    List<String> lines() {
      return switch (this) {
        case DUCKDB -> columns("DuckDB", DuckDbColumns.ALL);
        case SQLITE -> columns("SQLite", SqliteColumns.ALL);
        case JDBC -> limits();
        case ARROW -> sent();
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Table.class)
  void page_everyTable_isAsProved(Table table) throws IOException {
    String page = Files.readString(GUIDE);
    String begin = "<!-- begin of the table " + table + ", which a test writes -->\n";
    String end = "<!-- end of the table " + table + " -->\n";
    int from = page.indexOf(begin) + begin.length();
    int to = page.indexOf(end);
    assertThat(page).contains(begin, end);
    String proved = "\n" + String.join("\n", table.lines()) + "\n\n";
    if (Boolean.getBoolean("flightgate.docs.write")) {
      Files.writeString(GUIDE, page.substring(0, from) + proved + page.substring(to));
      return;
    }
    assertThat(page.substring(from, to))
        .as("%s: run this test with -Dflightgate.docs.write=true", GUIDE)
        .isEqualTo(proved);
  }

  private static List<String> columns(String product, List<SampledType> types) {
    List<String> lines = new ArrayList<>();
    lines.add("| " + product + COLUMNS);
    lines.add("|---|---|---|---|---|");
    for (SampledType type : types) {
      JdbcType jdbc = JdbcType.of(type.arrow());
      String limit = jdbc.limit() == JdbcLimit.NONE ? "" : "(" + jdbc.limit().number() + ")";
      String declared = type.declaration().isEmpty() ? "none" : code(type.declaration());
      lines.add(row(declared, code(type.arrow()), jdbc.name(), code(jdbc.object()), limit));
    }
    return lines;
  }

  private static List<String> limits() {
    List<String> lines = new ArrayList<>();
    for (JdbcLimit limit : JdbcLimit.values()) {
      if (limit != JdbcLimit.NONE) {
        lines.add(limit.number() + ". " + limit.sentence());
      }
    }
    return lines;
  }

  private static List<String> sent() {
    List<String> lines = new ArrayList<>();
    lines.add("| Arrow | DuckDB parameter | DuckDB ingest | SQLite parameter | SQLite ingest |");
    lines.add("|---|---|---|---|---|");
    for (ArrowSample sample : ArrowSamples.TYPES) {
      lines.add(
          row(
              code(sample.toString()),
              outcome(sample.duckDb().bound()),
              outcome(sample.duckDb().column()),
              outcome(sample.sqlite().bound()),
              outcome(sample.sqlite().column())));
    }
    return lines;
  }

  private static String outcome(String outcome) {
    return outcome.matches("(UNIMPLEMENTED|INVALID_ARGUMENT): (?s:.*)")
        ? outcome.substring(0, outcome.indexOf(':'))
        : code(outcome.replaceFirst(" = .*", ""));
  }

  private static String code(String text) {
    return "`" + text + "`";
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |";
  }
}
