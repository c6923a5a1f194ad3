package dev.flightgate.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.benchmarks.Outcome.Figure;
import dev.flightgate.benchmarks.Report.Bound;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Report report =
      new Report(new PrintStream(out, true, StandardCharsets.UTF_8), Map.of("cores", "2"));

  @Test
  void judge_whereTheMedianHolds_isMetEvenIfTheRangeDoesNot() {
    report.judge("rate", new Samples(1, 2, 3), Bound.AT_LEAST, 2);
    report.judge("memory", new Samples(1, 2, 3), Bound.AT_MOST, 1.5);

    assertThat(lines()).anyMatch(line -> line.matches(" +met +rate .*at least 2\\.00"));
    assertThat(lines()).anyMatch(line -> line.matches(" +MISSED +memory .*at most 1\\.50"));
  }

  @Test
  void printVerdicts_repeatsEveryTargetWithItsBenchmarkAndCountsThem() {
    report.begin("doget", "how fast?");
    report.judge("rate", new Samples(1), Bound.AT_LEAST, 2);
    report.judge("memory", new Samples(1), Bound.AT_MOST, 2);
    report.end();
    out.reset();
    report.printVerdicts();

    assertThat(lines()).containsSubsequence("Targets", "1 of 2 targets met");
    assertThat(lines()).anyMatch(line -> line.matches("MISSED doget +rate .*"));
  }

  @Test
  void outcomes_areThoseThatEnded_eachWithItsOwnFigures() {
    report.begin("doget", "how fast?");
    report.figure("ours", "rows/s", new Samples(1, 3));
    report.note("without a peer");
    report.end();
    report.begin("cancel", "how soon?");
    report.end();
    report.begin("broken", "why?");

    assertThat(report.outcomes()).extracting(Outcome::benchmark).containsExactly("doget", "cancel");
    assertThat(report.outcomes().get(0).figures())
        .containsExactly(new Figure("ours", "rows/s", new Samples(1, 3)));
    assertThat(report.outcomes().get(0).notes()).containsExactly("without a peer");
    assertThat(report.outcomes().get(1).figures()).isEmpty();
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
