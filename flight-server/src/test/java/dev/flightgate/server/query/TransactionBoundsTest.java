package dev.flightgate.server.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.query.Cancellation.Reason;
import dev.flightgate.server.session.PolledStatement;
import dev.flightgate.server.session.PreparedStatement;
import dev.flightgate.server.session.Transaction;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;

/** Transactions when something comes in between. */
class TransactionBoundsTest extends QueryFixture {

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
        queries
            .polls()
            .start(
                session, "select i from t", transaction.handle(), new byte[0], CallOrigin.SERVER);
    assertThat(insert.get(20, TimeUnit.SECONDS)).isOne();
    assertThat(queries.polls().first(polled).result()).isNotNull();
  }
}
