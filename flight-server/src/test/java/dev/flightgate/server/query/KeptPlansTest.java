package dev.flightgate.server.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.backend.duckdb.DuckDbBackendFactory;
import dev.flightgate.server.config.GatewayConfig;
import dev.flightgate.server.session.Database;
import dev.flightgate.server.session.HeldResult;
import dev.flightgate.server.session.Session;
import dev.flightgate.server.session.SessionRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a query that is sent again is planned again, and when not. */
class KeptPlansTest {

  private final RootAllocator memory = new RootAllocator();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final InterferingBackend backend =
      new InterferingBackend(
          new DuckDbBackendFactory()
              .open(
                  new BackendOptions(
                      "test",
                      BackendOptions.IN_MEMORY,
                      false,
                      memory,
                      List.of(),
                      "CREATE TABLE t(i INTEGER)",
                      Map.of())));
  private final GatewayConfig config = RunningGateway.builder().config();
  private final SessionRegistry sessions =
      new SessionRegistry(
          config.sessions(), 1024, 1024, memory.newChildAllocator("sessions", 0, Long.MAX_VALUE));
  private final QueryService queries =
      new QueryService(
          config.queries(),
          sessions,
          memory.newChildAllocator("queries", 0, Long.MAX_VALUE),
          new QueryService.Threads(Runnable::run, Runnable::run, timer));
  private final Session session =
      sessions.open(
          new Principal("alice", false),
          "session",
          new Database("test", backend, false),
          null,
          true);

  @AfterEach
  void close() {
    session.leave();
    sessions.close();
    assertThat(sessions.isQuiet()).isTrue();
    assertThat(queries.isQuiet()).isTrue();
    timer.shutdownNow();
    backend.close();
    memory.getChildAllocators().forEach(child -> child.close());
    memory.close();
  }

  private HeldResult plan(String sql) {
    try (Cancellation call = queries.begin()) {
      return queries.plan(session, sql, null, call);
    }
  }

  private void fetch(HeldResult result, boolean toTheEnd) {
    try (ResultStream stream = queries.open(result, queries.begin())) {
      assertThat(stream.start()).isTrue();
      while (stream.next()) {
        if (!toTheEnd) {
          return;
        }
      }
    }
  }

  private void run(String sql) {
    fetch(plan(sql), true);
  }

  @Test
  void query_fetchedToItsEnd_isNotPlannedAgain() {
    run("select i from t");
    int plans = backend.plans();
    run("select i from t");
    run("select i from t");
    assertThat(backend.plans()).isEqualTo(plans);
  }

  @Test
  void query_fetchedInPartOrNotAtAll_isPlannedAgain() {
    fetch(plan("select range as i from range(100000)"), false);
    int plans = backend.plans();
    plan("select range as i from range(100000)");
    assertThat(backend.plans()).isEqualTo(plans + 1);
    plan("select range as i from range(100000)");
    assertThat(backend.plans()).isEqualTo(plans + 2);
  }

  @Test
  void query_afterADefinition_isPlannedAgain() {
    run("select i from t");
    try (Cancellation call = queries.begin()) {
      queries.update(session, "create table u(i int)", null, call);
    }
    int plans = backend.plans();
    run("select i from t");
    assertThat(backend.plans()).isEqualTo(plans + 1);
  }

  @Test
  void query_thatReturnsWhatItChanges_runsEachTime() {
    run("insert into t values (1) returning i");
    run("insert into t values (1) returning i");
    try (Cancellation call = queries.begin()) {
      assertThat(queries.update(session, "delete from t", null, call)).isEqualTo(2);
    }
  }

  @Test
  void manyQueries_keepTheLastOnesOnly() {
    for (int i = 0; i < 20; i++) {
      run("select " + i + " as i");
    }
    int plans = backend.plans();
    for (int i = 19; i > 15; i--) {
      run("select " + i + " as i");
    }
    assertThat(backend.plans()).isEqualTo(plans);
    run("select 0 as i");
    assertThat(backend.plans()).isEqualTo(plans + 1);
    assertThat(backend.open()).as("connections, four of them kept").isEqualTo(4);
  }
}
