package dev.flightgate.server.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Places for statements: so many, in the order of coming, for so long. */
class AdmissionTest {

  private static Admission of(int running, int queue, Duration wait) {
    return new Admission(
        RunningGateway.builder()
            .set("queries.running-max", running)
            .set("queries.queue-max", queue)
            .set("queries.queue-timeout", wait)
            .config()
            .queries());
  }

  private static Thread waiting(Runnable work) {
    Thread thread = new Thread(work, "waiting");
    thread.start();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    return thread;
  }

  @Test
  void places_givenBack_goToThoseWhoWaitInTheirOrder() throws Exception {
    Admission admission = of(1, 10, Duration.ofMinutes(1));
    List<Integer> order = new CopyOnWriteArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try (Admission.Place first = admission.enter()) {
      for (int i = 0; i < 5; i++) {
        int number = i;
        threads.add(
            waiting(
                () -> {
                  try (Admission.Place place = admission.enter()) {
                    order.add(number);
                  }
                }));
      }
      assertThat(order).isEmpty();
      first.close(); // and once more at the end, which gives no second place
    }
    for (Thread thread : threads) {
      thread.join(20_000);
    }
    assertThat(order).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void aStatement_thatWaitedTooLong_isToldTheSettings() {
    Admission admission = of(1, 10, Duration.ofMillis(1));
    try (Admission.Place first = admission.enter()) {
      assertThatExceptionOfType(BackendException.class)
          .isThrownBy(admission::enter)
          .withMessageContaining("queries.queue-timeout")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.EXHAUSTED));
    }
    admission.enter().close();
  }

  @Test
  void aStatement_whereTooManyWait_isRefusedAtOnce() throws Exception {
    Admission admission = of(1, 1, Duration.ofMinutes(1));
    Thread second;
    try (Admission.Place first = admission.enter()) {
      second = waiting(() -> admission.enter().close());
      assertThatExceptionOfType(BackendException.class)
          .isThrownBy(admission::enter)
          .withMessageContaining("queries.queue-max")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.EXHAUSTED));
    }
    second.join(20_000);
    admission.enter().close();
  }
}
