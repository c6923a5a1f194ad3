package dev.flightgate.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The documentation's code is code that runs: a fenced block after {@code <!-- file#region -->} is
 * that region of that file, which {@link ExamplesTest} starts.
 */
final class ReadmeSnippetsTest {

  private static final Pattern SNIPPET =
      Pattern.compile(
          "<!-- (?<file>[^\\s#]+)#(?<region>\\w+) -->\\n+```\\w+\\n(?<code>.*?\\n)```\\n",
          Pattern.DOTALL);
  private static final Pattern MARK = Pattern.compile("<!-- \\S+#\\w+ -->");
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:|#)([^)#\\s]+)(?:#[^)]*)?\\)");

  static Stream<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Project.root().resolve("README.md")));
    try (Stream<Path> files = Files.walk(Project.root().resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages.stream();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void snippets_areRegionsOfTestedFiles(Path page) throws IOException {
    String text = Files.readString(page);
    int found = 0;
    for (Matcher snippet = SNIPPET.matcher(text); snippet.find(); found++) {
      Path file = Project.root().resolve(snippet.group("file"));
      assertThat(snippet.group("code"))
          .as("%s: %s#%s", page, file, snippet.group("region"))
          .isEqualTo(region(file, snippet.group("region")));
    }
    assertThat(MARK.matcher(text).results().count()).as("marks without a block").isEqualTo(found);
  }

  @Test
  void readme_showsEachWayToConnect() throws IOException {
    assertThat(Files.readString(Project.root().resolve("README.md")))
        .contains("/QuickStart.java#readme", "/JdbcQuickStart.java#readme", "quickstart.py#readme");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void links_leadToFilesThatExist(Path page) throws IOException {
    for (Matcher link = LINK.matcher(Files.readString(page)); link.find(); ) {
      assertThat(page.resolveSibling(link.group(1))).as("a link of %s", page).exists();
    }
  }

  /** The lines between {@code region NAME} and {@code endregion}, without their indentation. */
  private static String region(Path file, String name) throws IOException {
    List<String> lines = Files.readAllLines(file);
    int begin =
        lines.stream().map(String::strip).toList().indexOf(comment(file) + "region " + name);
    assertThat(begin).as("region %s of %s", name, file).isNotNegative();
    List<String> inside =
        lines.subList(begin + 1, lines.size()).stream()
            .takeWhile(line -> !line.strip().equals(comment(file) + "endregion"))
            .toList();
    return String.join("\n", inside).stripIndent() + "\n";
  }

  private static String comment(Path file) {
    return file.toString().endsWith(".py") ? "# " : "// ";
  }
}
