package dev.flightgate.server.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.auth.Roles;
import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.sqlite.SqliteBackendFactory;
import dev.flightgate.server.config.GatewayConfig;
import dev.flightgate.server.session.Database;
import dev.flightgate.server.session.Handle;
import dev.flightgate.server.session.Session;
import dev.flightgate.server.session.SessionRegistry;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever has SQLite's one writer lock needs no place of those who wait for it. */
class WriterPlacesTest {

  private final RootAllocator memory = new RootAllocator();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Backend backend =
      new SqliteBackendFactory()
          .open(
              new BackendOptions(
                  "test",
                  BackendOptions.IN_MEMORY,
                  false,
                  memory,
                  List.of(),
                  "CREATE TABLE t(i INTEGER)",
                  Map.of("sqlite.busy-timeout", "1m")));
  // One place of each kind; who waits for it is refused soon.
  private final GatewayConfig config =
      RunningGateway.builder()
          .set("queries.running-max", 1)
          .set("queries.queue-timeout", Duration.ofMillis(200))
          .config();
  private final SessionRegistry sessions =
      new SessionRegistry(
          config.sessions(), 1024, 1024, memory.newChildAllocator("sessions", 0, Long.MAX_VALUE));
  private final QueryService queries =
      new QueryService(
          config.queries(),
          sessions,
          memory.newChildAllocator("queries", 0, Long.MAX_VALUE),
          new QueryService.Threads(Runnable::run, Runnable::run, timer));
  private final Database database = new Database("test", backend, false);
  private final Session alice = open("alice");
  private final Session bob = open("bob");

  private Session open(String user) {
    return sessions.open(Principal.of(user, Roles.ADMIN), user, database, null, true);
  }

  @AfterEach
  void close() {
    alice.leave();
    bob.leave();
    sessions.close();
    assertThat(queries.isQuiet()).isTrue();
    timer.shutdownNow();
    backend.close();
    memory.getChildAllocators().forEach(child -> child.close());
    memory.close();
  }

  private Handle begin(Session session) {
    try (Cancellation call = queries.begin()) {
      return queries.beginTransaction(session, call).handle();
    }
  }

  private void commit(Session session, Handle transaction) {
    try (Cancellation call = queries.begin()) {
      queries.endTransaction(transaction, session.principal(), true, call);
    }
  }

  private long update(Session session, @Nullable Handle transaction, String sql) {
    try (Cancellation call = queries.begin()) {
      return queries.update(session, sql, transaction, call);
    }
  }

  private long insert(Session session, @Nullable Handle transaction) {
    return update(session, transaction, "INSERT INTO t VALUES (1)");
  }

  private long ingest(Session session, Handle transaction) {
    IngestTarget target = new IngestTarget(null, null, "t", IngestTarget.Mode.APPEND, false);
    try (Cancellation call = queries.begin();
        OneRow rows = new OneRow(new IntVector("i", memory))) {
      return queries.ingest(session, target, transaction, rows, call);
    }
  }

  /** Work that has its place and waits for the writer lock now. */
  private static FutureTask<Long> waiting(FutureTask<Long> work) {
    Thread thread = new Thread(work, "waiting");
    thread.start();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    return work;
  }

  @Test
  void theTransactionThatWrites_whileAnotherWaitsForItsLock_runsItsStatements() throws Exception {
    Handle writing = begin(alice);
    insert(alice, writing);
    Handle second = begin(bob);
    FutureTask<Long> next = waiting(new FutureTask<>(() -> insert(bob, second)));
    assertThat(insert(alice, writing)).isOne();
    commit(alice, writing);
    assertThat(next.get(20, TimeUnit.SECONDS)).isOne();
    commit(bob, second);
  }

  @Test
  void theTransactionThatWrites_whileAnotherWaitsForItsLock_writesItsUploads() throws Exception {
    Handle writing = begin(alice);
    insert(alice, writing);
    Handle second = begin(bob);
    FutureTask<Long> next = waiting(new FutureTask<>(() -> ingest(bob, second)));
    assertThat(ingest(alice, writing)).isOne();
    commit(alice, writing);
    assertThat(next.get(20, TimeUnit.SECONDS)).isOne();
    commit(bob, second);
  }

  @Test
  void aTransactionAsText_whileAnotherWaitsForItsLock_commits() throws Exception {
    update(alice, null, "BEGIN");
    insert(alice, null);
    FutureTask<Long> next = waiting(new FutureTask<>(() -> insert(bob, null)));
    assertThat(insert(alice, null)).isOne();
    update(alice, null, "COMMIT");
    assertThat(next.get(20, TimeUnit.SECONDS)).isOne();
  }

  /** A batch of one row. */
  private static final class OneRow implements BatchStream {

    private final IntVector values;
    private final VectorSchemaRoot root;
    private boolean given;

    /** Owns the vector. */
    OneRow(IntVector values) {
      this.values = values;
      this.root = VectorSchemaRoot.of(values);
    }

    @Override
    public VectorSchemaRoot root() {
      return root;
    }

    @Override
    public boolean next() {
      root.clear();
      if (given) {
        return false;
      }
      given = true;
      values.setSafe(0, 1);
      root.setRowCount(1);
      return true;
    }

    @Override
    public void close() {
      root.close();
    }
  }
}
