package dev.flightgate.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flightgate.benchmarks.Outcome.Figure;
import dev.flightgate.benchmarks.Outcome.Verdict;
import dev.flightgate.benchmarks.Report.Bound;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTest {

  private static final Outcome OUTCOME =
      new Outcome(
          "doget",
          "how fast?",
          12.5,
          Map.of("cores", "2"),
          List.of("without a peer"),
          List.of(new Figure("lineitem, ours", "rows/s", new Samples(1, 3))),
          List.of(new Verdict("ours / theirs", new Samples(0.5), Bound.AT_LEAST, 1)));

  @TempDir Path folder;

  @Test
  void write_yieldsMachineSecondsFiguresAndVerdicts() throws Exception {
    Path file = folder.resolve("summary.json");
    Summary.write(file, List.of(OUTCOME));

    JsonNode json = new ObjectMapper().readTree(file.toFile()).at("/benchmarks/0");
    assertThat(json.at("/machine/cores").asText()).isEqualTo("2");
    assertThat(json.at("/seconds").asDouble()).isEqualTo(12.5);
    assertThat(json.at("/figures/0/median").asDouble()).isEqualTo(2);
    assertThat(json.at("/figures/0/samples").size()).isEqualTo(2);
    assertThat(json.at("/targets/0/met").asBoolean(true)).isFalse();
    assertThat(json.at("/targets/0/bound").asText()).isEqualTo("at least");
  }

  @Test
  void read_ofWhatWasWritten_isTheSame() throws Exception {
    Path file = folder.resolve("summary.json");
    Summary.write(file, List.of(OUTCOME));

    assertThat(Summary.read(file)).containsExactly(OUTCOME);
  }
}
