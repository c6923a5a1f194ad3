package dev.flightgate.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.benchmarks.Outcome.Verdict;
import dev.flightgate.benchmarks.Report.Bound;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicationTest {

  private static final Path GUIDE = Path.of("../docs/guide");

  @TempDir Path guide;

  @BeforeEach
  void layPage() throws Exception {
    Files.copy(GUIDE.resolve("performance.md"), guide.resolve("performance.md"));
  }

  @Test
  void page_ofTheGuide_saysWhatItsSummarySays() throws Exception {
    List<Outcome> published = Summary.read(GUIDE.resolve("performance/benchmarks.json"));
    String page = Files.readString(GUIDE.resolve("performance.md"));

    assertThat(page).isEqualTo(Publication.page(page, published));
  }

  @Test
  void charts_ofTheGuide_showWhatItsSummarySays() throws Exception {
    for (Outcome outcome : Summary.read(GUIDE.resolve("performance/benchmarks.json"))) {
      assertThat(GUIDE.resolve("performance/" + outcome.benchmark() + ".svg"))
          .hasContent(Chart.svg(outcome));
    }
  }

  @Test
  void publish_replacesWhatItFound_andKeepsTheRest() throws Exception {
    Publication.publish(guide, List.of(outcome("one", 1), outcome("two", 1)));
    Publication.publish(guide, List.of(outcome("one", 3)));

    assertThat(Files.readString(guide.resolve("performance.md")))
        .contains("| one | rate | 3.00 | at least 2.00 | met |")
        .contains("| two | rate | 1.00 | at least 2.00 | **missed** |")
        .contains("1 of 2 targets met")
        .contains("![how?](performance/two.svg)")
        .doesNotContain("| one | rate | 1.00");
    assertThat(guide.resolve("performance/one.svg")).exists();
  }

  private static Outcome outcome(String name, double rate) {
    return new Outcome(
        name,
        "how?",
        1,
        Map.of("form", "full"),
        List.of(),
        List.of(),
        List.of(new Verdict("rate", new Samples(rate), Bound.AT_LEAST, 2)));
  }
}
