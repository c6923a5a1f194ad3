package dev.flightgate.server.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.duckdb.DuckDbBackendFactory;
import dev.flightgate.server.config.GatewayConfig;
import dev.flightgate.server.query.Cancellation.Reason;
import dev.flightgate.server.session.Database;
import dev.flightgate.server.session.PolledStatement;
import dev.flightgate.server.session.PreparedStatement;
import dev.flightgate.server.session.Session;
import dev.flightgate.server.session.SessionRegistry;
import dev.flightgate.server.session.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transactions when something comes in between. */
class TransactionBoundsTest {

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
  private final Principal alice = new Principal("alice", false);
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
      sessions.open(alice, "session", new Database("test", backend, false), null, true);

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

  private long update(String sql) {
    try (Cancellation call = queries.begin()) {
      return queries.update(session, sql, null, call);
    }
  }

  @Test
  void aCommit_cancelledMidway_isRolledBackAndOver() {
    Transaction transaction;
    try (Cancellation call = queries.begin()) {
      transaction = queries.beginTransaction(session, call);
    }
    try (Cancellation call = queries.begin()) {
      backend.beforeCommit(() -> call.cancel(Reason.REQUESTED));
      assertThatExceptionOfType(BackendException.class)
          .isThrownBy(() -> queries.endTransaction(transaction.handle(), alice, true, call))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
    }
    assertThat(backend.events()).containsExactly("1 begin", "1 commit failed", "1 rollback");
    try (Cancellation call = queries.begin()) {
      assertThatExceptionOfType(BackendException.class)
          .isThrownBy(() -> queries.endTransaction(transaction.handle(), alice, true, call))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
    }
  }

  @Test
  void aCommitAsText_cancelledMidway_isRolledBackAndAnotherCanBegin() {
    update("begin");
    try (Cancellation call = queries.begin()) {
      backend.beforeCommit(() -> call.cancel(Reason.REQUESTED));
      assertThatExceptionOfType(BackendException.class)
          .isThrownBy(() -> queries.update(session, "commit", null, call))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
    }
    assertThat(backend.events()).containsExactly("1 begin", "1 commit failed", "1 rollback");
    assertThat(session.hasTransaction()).isFalse();
    update("begin");
    update("commit");
    assertThat(backend.events()).endsWith("2 begin", "2 commit");
  }

  @Test
  void boundRows_onAKeptPlanWhileAnotherCallBegins_areATransactionOfTheirOwn() {
    try (Cancellation call = queries.begin();
        IntVector values = new IntVector("1", memory)) {
      PreparedStatement statement =
          queries.prepare(session, "insert into t values (?)", null, call);
      values.setSafe(0, 1);
      values.setSafe(1, 2);
      values.setValueCount(2);
      backend.beforeUpdate(() -> update("begin"));
      assertThat(queries.update(statement, Parameters.of(VectorSchemaRoot.of(values)), call))
          .isEqualTo(2);
    }
    // The other call's transaction is on a connection of its own, and stays open.
    assertThat(backend.events()).containsExactly("2 begin", "1 begin", "1 commit");
    assertThat(session.hasTransaction()).isTrue();
    update("commit");
    assertThat(backend.events()).endsWith("2 commit");
    assertThat(update("delete from t")).isEqualTo(2);
  }

  @Test
  void aStatement_thatWaitsWhileAPollWorks_isLetInOnceThePollOnlyKeepsItsResult() throws Exception {
    Transaction transaction;
    try (Cancellation call = queries.begin()) {
      transaction = queries.beginTransaction(session, call);
    }
    FutureTask<Long> insert =
        new FutureTask<>(
            () -> {
              try (Cancellation call = queries.begin()) {
                return queries.update(
                    session, "insert into t values (1)", transaction.handle(), call);
              }
            });
    Thread waiting = new Thread(insert, "waiting");
    backend.beforeStream(
        () -> {
          waiting.start();
          await()
              .atMost(Duration.ofSeconds(20))
              .until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
        });
    PolledStatement polled =
        queries.polls().start(session, "select i from t", transaction.handle(), new byte[0]);
    assertThat(insert.get(20, TimeUnit.SECONDS)).isOne();
    assertThat(queries.polls().first(polled).result()).isNotNull();
  }
}
