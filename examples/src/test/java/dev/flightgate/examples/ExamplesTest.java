package dev.flightgate.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.flightgate.examples.Programs.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each example prints, started with {@code examples/run} as the README says. */
final class ExamplesTest {

  private static final String SCRIPT = Project.root().resolve("examples").resolve("run").toString();

  @TempDir private static Path folder;

  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = GatewayProcess.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
  }

  @Test
  void quickStart_printsRowsAndCount() throws Exception {
    assertThat(printed("QuickStart"))
        .isEqualTo(
            """
            n_name	n_nationkey
            FRANCE	6
            GERMANY	7
            ROMANIA	19
            RUSSIA	22
            UNITED KINGDOM	23
            1 row inserted
            """);
  }

  @Test
  void jdbcQuickStart_printsRowsAndSums() throws Exception {
    assertThat(printed("JdbcQuickStart"))
        .isEqualTo(
            """
            FRANCE 6
            GERMANY 7
            ROMANIA 19
            RUSSIA 22
            UNITED KINGDOM 23
            4 visits, 9 times
            """);
  }

  @Test
  void transactions_thatFails_changesNothing() throws Exception {
    assertThat(printed("Transactions"))
        .isEqualTo(
            """
            after 60: ada has 40
            60 more: INVALID_ARGUMENT
            at the end: ada has 40
            at the end: bob has 60
            """);
  }

  @Test
  void bulkIngest_storesEveryRow() throws Exception {
    assertThat(printed("BulkIngest"))
        .isEqualTo(
            """
            100000 rows stored
            min("name")	max(id)
            event 0	99999
            """);
  }

  @Test
  void pythonQuickStart_printsRowsAndCounts() throws Exception {
    assumeThat(hasAdbc())
        .as("python3 that can import adbc_driver_flightsql, as examples/python/README.md says")
        .isTrue();
    assertThat(printed("quickstart.py"))
        .isEqualTo(
            """
            ['FRANCE', 'GERMANY', 'ROMANIA', 'RUSSIA', 'UNITED KINGDOM']
            (3, 2)
            """);
  }

  @Test
  void run_unknownExample_namesThoseThereAre() throws Exception {
    Outcome outcome = Programs.run(folder, gateway.environment(), List.of(SCRIPT, "Gateway"));

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("  QuickStart\n", "  quickstart.py\n");
  }

  @Test
  void run_passwordOfAnotherGateway_isNotUsed() throws Exception {
    Map<String, String> elsewhere = new HashMap<>(gateway.environment());
    elsewhere.compute("FLIGHTGATE_URI", (name, uri) -> uri + "0");
    Outcome outcome = Programs.run(folder, elsewhere, List.of(SCRIPT, "QuickStart"));

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).startsWith("examples/run: no gateway of yours listens on grpc://");
  }

  private static String printed(String example) throws IOException, InterruptedException {
    Outcome outcome = Programs.run(folder, gateway.environment(), List.of(SCRIPT, example));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    return outcome.out();
  }

  private static boolean hasAdbc() throws InterruptedException {
    try {
      List<String> question = List.of("python3", "-c", "import adbc_driver_flightsql, pyarrow");
      return Programs.run(folder, Map.of(), question).exitCode() == 0;
    } catch (IOException missing) {
      return false;
    }
  }
}
