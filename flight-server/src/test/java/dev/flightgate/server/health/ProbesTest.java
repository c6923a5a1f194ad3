package dev.flightgate.server.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendInfo;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.Metadata;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.health.Readiness.State;
import dev.flightgate.server.session.Database;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Databases that answer badly, or not at all. */
class ProbesTest {

  private final BufferAllocator memory = new RootAllocator();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Engine engine = new Engine();
  private final Database database = new Database("main", engine, false);
  private final Readiness readiness = new Readiness(List.of("main"));
  private final List<String> lost = new CopyOnWriteArrayList<>();
  private final Probes probes =
      new Probes(
          List.of(database),
          readiness,
          memory,
          threads,
          (which, why) -> lost.add(which.name() + ": " + why.getMessage()),
          Duration.ofMillis(50));

  @AfterEach
  void close() throws InterruptedException {
    probes.stop();
    await().until(probes::isQuiet);
    threads.shutdownNow();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    memory.close();
  }

  private State state() {
    return Objects.requireNonNull(readiness.now().databases().get("main")).state();
  }

  @Test
  void aDatabaseThatFails_isDownAndAskedAgain() {
    probes.run();
    await().until(() -> state() == State.DOWN && probes.isQuiet());
    probes.awaitFirst();
    int asked = engine.sessions.get();
    probes.run();
    await().until(() -> engine.sessions.get() > asked);
    assertThat(lost).isEmpty();
  }

  @Test
  void aDatabaseThatDoesNotAnswer_isCancelledAndNotAskedOnceMore() {
    engine.hangs = true;
    await()
        .until(
            () -> {
              probes.run();
              return state() == State.DOWN;
            });
    assertThat(engine.sessions).hasValue(1);
    await().until(() -> engine.cancelled.getCount() == 0 && probes.isQuiet());
  }

  @Test
  void aDatabaseThatItsEngineGaveUp_isReportedAsLost() {
    engine.lost = true;
    probes.run();
    await().until(() -> !lost.isEmpty());
    assertThat(lost).containsExactly("main: broken");
  }

  @Test
  void aDatabaseThatIsSuspended_staysLostUntilItResumes() {
    database.suspend();
    probes.run();
    await().until(() -> lost.size() == 1 && probes.isQuiet());
    assertThat(lost.get(0)).contains("being opened again");
    database.resume(engine);
    probes.run();
    await().until(() -> state() == State.DOWN);
    assertThat(lost).hasSize(1);
  }

  /** Fails whatever it is asked, or hangs until it is cancelled. */
  private static final class Engine implements Backend {

    private final AtomicInteger sessions = new AtomicInteger();
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private volatile boolean hangs;
    private volatile boolean lost;

    @Override
    public BackendInfo info() {
      throw new IllegalStateException("nobody asks");
    }

    @Override
    public BackendSession openSession(SessionContext context) {
      sessions.incrementAndGet();
      return new Session();
    }

    @Override
    public boolean isLost(BackendException failure) {
      return lost;
    }

    @Override
    public void close() {}

    private final class Session implements BackendSession {

      @Override
      public PreparedQuery prepare(String sql) {
        try {
          if (hangs && !cancelled.await(1, TimeUnit.MINUTES)) {
            throw new AssertionError("nobody cancelled");
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        throw new BackendException(Kind.INTERNAL, "broken");
      }

      @Override
      public void cancel() {
        cancelled.countDown();
      }

      @Override
      public Metadata metadata() {
        throw new IllegalStateException("nobody asks");
      }

      @Override
      public long ingest(IngestTarget target, BatchStream batches) {
        throw new IllegalStateException("nobody asks");
      }

      @Override
      public void begin() {}

      @Override
      public void commit() {}

      @Override
      public void rollback() {}

      @Override
      public void clearCancel() {}

      @Override
      public void close() {}
    }
  }
}
