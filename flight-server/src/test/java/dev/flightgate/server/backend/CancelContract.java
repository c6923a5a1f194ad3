package dev.flightgate.server.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.backend.BackendException.Kind;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Cancelling: before, while executing, while fetching, while waiting; sticky until cleared. */
interface CancelContract extends ContractFixture {

  /** How long a cancelled call may take to notice, with room for a busy machine. */
  Duration NOTICED = Duration.ofSeconds(10);

  @Test
  default void cancel_idle_refusesWhateverComesNextUntilCleared() {
    run("CREATE TABLE a(x BIGINT)");
    session().cancel();
    session().cancel();
    fails(Kind.CANCELLED, "SELECT x FROM a");
    fails(Kind.CANCELLED, "INSERT INTO a VALUES (1)");
    fails(Kind.CANCELLED, () -> session().begin());
    session().clearCancel();
    assertThat(rows("SELECT x FROM a")).isEqualTo("x");
  }

  @Test
  default void cancel_preparedBefore_isCancelledWhenRun() {
    run("CREATE TABLE a(x BIGINT)");
    try (PreparedQuery select = session().prepare("SELECT 1 AS x");
        PreparedQuery insert = session().prepare("INSERT INTO a VALUES (1)")) {
      session().cancel();
      fails(Kind.CANCELLED, () -> rowsOf(select, Parameters.NONE, 0));
      fails(Kind.CANCELLED, () -> insert.update(Parameters.NONE));
      session().clearCancel();
      assertThat(rowsOf(select, Parameters.NONE, 0)).isEqualTo(PrintedTable.of("x", "1"));
      assertThat(insert.update(Parameters.NONE)).isEqualTo(1);
    }
  }

  @Test
  default void cancel_otherSession_isNotConcerned() {
    session().cancel();
    assertThat(rowsIn(openSession(), "SELECT 1 AS x")).isEqualTo(PrintedTable.of("x", "1"));
  }

  @Test
  default void cancel_executing_interrupts() {
    assertCancels(session(), () -> prepareAndRun(session(), endlessQuery()));
    session().clearCancel();
    assertThat(rows("SELECT 1 AS x")).isEqualTo(PrintedTable.of("x", "1"));
  }

  @Test
  default void cancel_updating_interruptsAndChangesNothing() {
    run("CREATE TABLE a(x BIGINT)");
    assertCancels(
        session(),
        () -> run("INSERT INTO a SELECT i FROM (" + manyRows(10_000_000_000L) + ") AS n"));
    session().clearCancel();
    assertThat(rows("SELECT count(*) AS n FROM a")).isEqualTo(PrintedTable.of("n", "0"));
  }

  @Test
  default void cancel_fetching_interrupts() {
    assertCancels(
        session(),
        () -> {
          try (PreparedQuery query = session().prepare(manyRows(10_000_000_000L));
              BatchStream stream = query.openStream(Parameters.NONE, 0, allocator())) {
            while (stream.next()) {
              assertThat(stream.root().getRowCount()).isPositive();
            }
          }
        });
    session().clearCancel();
    assertThat(rows("SELECT 1 AS x")).isEqualTo(PrintedTable.of("x", "1"));
  }

  @Test
  default void cancel_betweenTwoBatches_endsTheStream() {
    try (PreparedQuery query = session().prepare(manyRows(10_000_000L));
        BatchStream stream = query.openStream(Parameters.NONE, 0, allocator())) {
      assertThat(stream.next()).isTrue();
      session().cancel();
      fails(Kind.CANCELLED, stream::next);
      fails(Kind.CANCELLED, stream::next);
    }
    session().clearCancel();
    assertThat(rows("SELECT 1 AS x")).isEqualTo(PrintedTable.of("x", "1"));
  }

  @Test
  default void cancel_waitingForAnotherWriter_interrupts() {
    if (can(Capability.CONCURRENT_WRITERS)) {
      return;
    }
    run("CREATE TABLE a(x BIGINT)");
    BackendSession waiting = openSession();
    session().begin();
    run("INSERT INTO a VALUES (1)");
    assertCancels(waiting, () -> runIn(waiting, "INSERT INTO a VALUES (2)"));
    session().commit();
    waiting.clearCancel();
    assertThat(runIn(waiting, "INSERT INTO a VALUES (3)")).isEqualTo(1);
    assertThat(rows("SELECT x FROM a ORDER BY x")).isEqualTo(PrintedTable.of("x", "1", "3"));
  }

  @Test
  default void cancel_ingesting_leavesTheTableAsItWas() {
    run("CREATE TABLE a(x BIGINT)", "INSERT INTO a VALUES (1)");
    AtomicInteger pulls = new AtomicInteger();
    List<List<List<? extends @Nullable Object>>> batches =
        Collections.nCopies(100_000, List.of(List.of(2)));
    try (GivenRows rows =
        new GivenRows(allocator(), GivenRows.schema("x", GivenRows.INT64), batches)) {
      BatchStream cancelling =
          new DelegatingBatchStream(rows) {
            @Override
            public boolean next() {
              if (pulls.incrementAndGet() == 3) {
                session().cancel();
              }
              return super.next();
            }
          };
      fails(
          Kind.CANCELLED,
          () ->
              session()
                  .ingest(
                      new IngestTarget(null, null, "a", IngestTarget.Mode.APPEND, false),
                      cancelling));
    }
    session().clearCancel();
    assertThat(pulls.get()).isLessThan(100_000);
    assertThat(rows("SELECT x FROM a")).isEqualTo(PrintedTable.of("x", "1"));
  }

  /** Cancels a call once it is in the engine's hands, and expects it to say CANCELLED soon. */
  private void assertCancels(BackendSession session, Runnable call) {
    AtomicReference<@Nullable Throwable> outcome = new AtomicReference<>();
    Thread worker =
        new Thread(
            () -> {
              try {
                call.run();
                outcome.set(new AssertionError("ran to its end"));
              } catch (Throwable failure) { // handed to the test's thread, which judges it
                outcome.set(failure);
              }
            },
            "contract-cancelled");
    worker.start();
    await().atMost(NOTICED).until(() -> isInEngine(worker) || outcome.get() != null);
    session.cancel();
    await().atMost(NOTICED).until(() -> outcome.get() != null);
    assertThat(outcome.get())
        .isInstanceOfSatisfying(
            BackendException.class,
            failure -> assertThat(failure.kind()).isEqualTo(Kind.CANCELLED));
    await().atMost(NOTICED).until(() -> !worker.isAlive());
  }

  /** Whether the thread is inside a native method, or waits for one of the backend's locks. */
  private static boolean isInEngine(Thread thread) {
    StackTraceElement[] stack = thread.getStackTrace();
    return stack.length > 0
        && stack[0].isNativeMethod()
        && Arrays.stream(stack)
            .anyMatch(frame -> frame.getClassName().startsWith("dev.flightgate.server.backend."));
  }
}
