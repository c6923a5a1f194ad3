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
import java.util.concurrent.atomic.AtomicInteger;
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
    try (Admission.Place first = admission.enter("alice")) {
      for (int i = 0; i < 5; i++) {
        int number = i;
        threads.add(
            waiting(
                () -> {
                  try (Admission.Place place = admission.enter("alice")) {
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
  void places_wantedByTwoUsers_areTheirsInTurns() throws Exception {
    Admission admission = of(1, 10, Duration.ofMinutes(1));
    List<String> order = new CopyOnWriteArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try (Admission.Place first = admission.enter("alice")) {
      for (String user : List.of("alice", "alice", "alice", "bob", "carol", "bob")) {
        threads.add(
            waiting(
                () -> {
                  try (Admission.Place place = admission.enter(user)) {
                    order.add(user);
                  }
                }));
      }
    }
    for (Thread thread : threads) {
      thread.join(20_000);
    }
    assertThat(order).containsExactly("alice", "bob", "carol", "alice", "bob", "alice");
  }

  @Test
  void aStatement_interruptedWhileItWaits_leavesItsPlaceToOthers() throws Exception {
    Admission admission = of(1, 10, Duration.ofMinutes(1));
    List<String> order = new CopyOnWriteArrayList<>();
    Thread interrupted;
    Thread next;
    try (Admission.Place first = admission.enter("alice")) {
      interrupted =
          waiting(
              () -> {
                try {
                  admission.enter("alice").close();
                  order.add("ran");
                } catch (BackendException e) {
                  order.add("interrupted");
                }
              });
      next =
          waiting(
              () -> {
                admission.enter("alice").close();
                order.add("next");
              });
      interrupted.interrupt();
      interrupted.join(20_000);
    }
    next.join(20_000);
    assertThat(order).containsExactly("interrupted", "next");
    admission.enter("alice").close();
  }

  @Test
  void places_wantedByMany_areNeverMoreThanThereAreAndNoneIsLost() throws Exception {
    Admission admission = of(3, 100, Duration.ofMinutes(1));
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String user = "user " + i % 3;
      Thread thread =
          new Thread(
              () -> {
                for (int round = 0; round < 2_000; round++) {
                  try (Admission.Place place = admission.enter(user)) {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    inside.decrementAndGet();
                    done.incrementAndGet();
                  }
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join(20_000);
    }
    assertThat(done).hasValue(16_000);
    assertThat(most.get()).isLessThanOrEqualTo(3);
    for (int i = 0; i < 3; i++) {
      assertThat(admission.enter("alice")).isNotNull(); // none is lost
    }
  }

  @Test
  void aStatement_thatWaitedTooLong_isToldTheSettings() {
    Admission admission = of(1, 10, Duration.ofMillis(1));
    try (Admission.Place first = admission.enter("alice")) {
      assertThatExceptionOfType(BackendException.class)
          .isThrownBy(() -> admission.enter("alice"))
          .withMessageContaining("queries.queue-timeout")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.EXHAUSTED));
    }
    admission.enter("alice").close();
  }

  @Test
  void aStatement_whereTooManyWait_isRefusedAtOnce() throws Exception {
    Admission admission = of(1, 1, Duration.ofMinutes(1));
    Thread second;
    try (Admission.Place first = admission.enter("alice")) {
      second = waiting(() -> admission.enter("alice").close());
      assertThatExceptionOfType(BackendException.class)
          .isThrownBy(() -> admission.enter("alice"))
          .withMessageContaining("queries.queue-max")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.EXHAUSTED));
    }
    second.join(20_000);
    admission.enter("alice").close();
  }
}
