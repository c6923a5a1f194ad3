package dev.flightgate.server.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.backend.BackendException.Kind;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Progress: told by engines that know it, to any thread, and by no others. */
interface ProgressContract extends ContractFixture {

  /** How long an engine may take to have an estimate, with room for a busy machine. */
  Duration ESTIMATED = Duration.ofSeconds(20);

  @Test
  default void progress_nothingRuns_isNotKnown() {
    assertThat(session().progress()).isEmpty();
    run("CREATE TABLE a(x BIGINT)");
    assertThat(session().progress()).isEmpty();
  }

  @Test
  default void progress_closedSession_isNotKnown() {
    BackendSession closed = openSession();
    closed.close();
    assertThat(closed.progress()).isEmpty();
  }

  @Test
  default void progress_whileAStatementRuns_growsWhereTheEngineKnows() throws Exception {
    run("CREATE TABLE a(x BIGINT)");
    String sql = "INSERT INTO a SELECT i FROM (" + manyRows(10_000_000_000L) + ") AS n";
    CompletableFuture<Throwable> running =
        CompletableFuture.supplyAsync(() -> catchThrowable(() -> run(sql)));
    try {
      if (can(Capability.PROGRESS)) {
        await().atMost(ESTIMATED).until(() -> tells(0));
        double first = session().progress().orElseThrow();
        await().atMost(ESTIMATED).until(() -> tells(first));
      } else {
        assertThat(session().progress()).isEmpty();
      }
    } finally {
      session().cancel();
    }
    fails(
        Kind.CANCELLED,
        () -> {
          throw running.get(ESTIMATED.toSeconds(), TimeUnit.SECONDS);
        });
    session().clearCancel();
    assertThat(session().progress()).isEmpty();
  }

  private boolean tells(double moreThan) {
    OptionalDouble progress = session().progress();
    progress.ifPresent(done -> assertThat(done).isBetween(0.0, 1.0));
    return progress.isPresent() && progress.getAsDouble() > moreThan;
  }
}
