package dev.flightgate.server.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.session.Handle;
import dev.flightgate.server.session.HeldResult;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Results of one transaction that wait for their fetch, one after the other. */
class BegunStreamTest extends QueryFixture {

  private HeldResult poll(Handle transaction) {
    Polls polls = queries.polls();
    HeldResult result =
        polls
            .first(
                polls.start(session, "select 1 as n", transaction, new byte[0], CallOrigin.SERVER))
            .result();
    return Objects.requireNonNull(result);
  }

  @Test
  void aFetch_closedWhenTheNextResultAlreadyWaits_leavesThatAbleToMakeRoom() {
    try (Cancellation call = queries.begin()) {
      Handle transaction = queries.beginTransaction(session, call).handle();
      HeldResult first = poll(transaction);
      try (ResultStream fetch = queries.open(first, call)) {
        assertThat(fetch.start()).isTrue();
        assertThat(fetch.next()).isTrue();
        fetch.release();
        poll(transaction);
      }
      assertThat(queries.update(session, "insert into t values (1)", transaction, call))
          .isEqualTo(1);
    }
  }
}
