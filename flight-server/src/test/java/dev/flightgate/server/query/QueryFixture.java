package dev.flightgate.server.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.auth.Roles;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.backend.duckdb.DuckDbBackendFactory;
import dev.flightgate.server.config.GatewayConfig;
import dev.flightgate.server.session.Database;
import dev.flightgate.server.session.Session;
import dev.flightgate.server.session.SessionRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;

/** The query service over DuckDB with an empty table t, without a door; nothing may be left. */
abstract class QueryFixture {

  final RootAllocator memory = new RootAllocator();
  final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  final InterferingBackend backend =
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
  final GatewayConfig config = RunningGateway.builder().config();
  final Principal alice = Principal.of("alice", Roles.ADMIN);
  final SessionRegistry sessions =
      new SessionRegistry(
          config.sessions(), 1024, 1024, memory.newChildAllocator("sessions", 0, Long.MAX_VALUE));
  final QueryService queries =
      new QueryService(
          config.queries(),
          sessions,
          memory.newChildAllocator("queries", 0, Long.MAX_VALUE),
          new QueryService.Threads(Runnable::run, Runnable::run, timer));
  final Session session =
      sessions.open(alice, "session", new Database("test", backend, false), null, true);

  @AfterEach
  final void close() {
    session.leave();
    sessions.close();
    assertThat(sessions.isQuiet()).isTrue();
    assertThat(queries.isQuiet()).isTrue();
    timer.shutdownNow();
    backend.close();
    memory.getChildAllocators().forEach(child -> child.close());
    memory.close();
  }

  final long update(String sql) {
    try (Cancellation call = queries.begin()) {
      return queries.update(session, sql, null, call);
    }
  }
}
