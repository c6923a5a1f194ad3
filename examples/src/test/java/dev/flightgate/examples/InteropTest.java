package dev.flightgate.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.examples.Programs.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The proofs of {@code examples/interop} for the clients that need nothing but a JDK. Those in
 * other languages are run by {@code .ci/run}.
 */
final class InteropTest {

  /** The first time, Maven downloads the clients. */
  private static final long SECONDS_MAX = 900;

  @TempDir private static Path folder;

  @Test
  void javaClients_everyProofHolds() throws Exception {
    Path project = Project.root();
    Outcome outcome =
        Programs.run(
            folder,
            Map.of(
                "INTEROP_CLIENTS",
                "java-jdbc java-adbc",
                "INTEROP_CACHE",
                project.resolve("examples").resolve("target").resolve("interop").toString()),
            List.of(project.resolve("examples").resolve("interop").resolve("run-all").toString()),
            SECONDS_MAX);

    assertThat(outcome.out()).contains("passed: 3\n", "skipped: 0\n", "failed: 0");
    assertThat(outcome.exitCode()).isZero();
  }
}
