package dev.flightgate.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flightgate.benchmarks.Report.Bound;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void printVerdicts_repeatsEveryTargetWithItsBenchmark() {
    report.begin("doget", "how fast?");
    report.judge("rate", new Samples(1), Bound.AT_LEAST, 2);
    out.reset();
    report.printVerdicts();

    assertThat(lines()).containsSubsequence("Targets").last().asString().contains("doget", "rate");
  }

  @Test
  void write_yieldsFiguresTargetsAndMachine(@TempDir Path folder) throws Exception {
    report.begin("doget", "how fast?");
    report.figure("ours", "rows/s", new Samples(1, 3));
    report.judge("rate", new Samples(1), Bound.AT_LEAST, 2);
    Path file = folder.resolve("report.json");
    report.write(file);

    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.at("/machine/cores").asText()).isEqualTo("2");
    assertThat(json.at("/figures/0/median").asDouble()).isEqualTo(2);
    assertThat(json.at("/figures/0/samples").size()).isEqualTo(2);
    assertThat(json.at("/targets/0/met").asBoolean(true)).isFalse();
    assertThat(json.at("/targets/0/bound").asText()).isEqualTo("at least");
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
