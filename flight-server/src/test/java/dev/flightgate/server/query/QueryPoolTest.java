package dev.flightgate.server.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Who runs a task, and when, with threads that run only when the test says so. */
class QueryPoolTest {

  private final Queue<Runnable> threads = new ArrayDeque<>();
  private final List<String> events = new ArrayList<>();
  private final QueryPool pool = new QueryPool(threads::add, 1);

  private static QueryPool withoutThreads() {
    return new QueryPool(
        task -> {
          throw new RejectedExecutionException("as the test says");
        },
        1);
  }

  private Runnable task(String name) {
    return () -> events.add(name);
  }

  @Test
  void executeHere_aPlaceIsFree_runsAtOnce() {
    pool.executeHere("alice", task("here"));

    assertThat(events).containsExactly("here");
    assertThat(threads).isEmpty();
  }

  @Test
  void executeHere_noPlaceIsFree_waitsItsTurn() {
    pool.executeHere(
        "alice",
        () -> {
          pool.execute(task("second"));
          pool.executeHere("alice", task("third"));
          events.add("first");
        });

    assertThat(events).containsExactly("first");
    assertThat(threads).hasSize(1);
    threads.remove().run();
    assertThat(threads).hasSize(1);
    threads.remove().run();
    assertThat(events).containsExactly("first", "second", "third");
    assertThat(threads).isEmpty();
  }

  @Test
  void execute_severalUsersWait_givesThemTurns() {
    pool.executeHere(
        "alice",
        () -> {
          for (String task : List.of("alice 1", "alice 2", "alice 3", "bob 1", "bob 2")) {
            pool.execute(task.substring(0, task.indexOf(' ')), task(task));
          }
        });

    while (!threads.isEmpty()) {
      threads.remove().run();
    }
    assertThat(events).containsExactly("alice 1", "bob 1", "alice 2", "bob 2", "alice 3");
  }

  @Test
  void remove_ofATaskThatWaits_forgetsItAndNoOther() {
    Runnable gone = task("gone");
    pool.executeHere(
        "alice",
        () -> {
          pool.execute("alice", gone);
          pool.execute("alice", task("stays"));
          assertThat(pool.remove("bob", gone)).isFalse();
          assertThat(pool.remove("alice", gone)).isTrue();
          assertThat(pool.remove("alice", gone)).isFalse();
        });

    threads.remove().run();
    assertThat(threads).isEmpty();
    assertThat(events).containsExactly("stays");
  }

  @Test
  void execute_aPlaceIsTaken_keepsTheNumberOfPlaces() {
    pool.execute(task("first"));
    pool.execute(task("second"));

    assertThat(threads).hasSize(1);
    threads.remove().run();
    threads.remove().run();
    pool.executeHere("alice", task("third"));
    assertThat(events).containsExactly("first", "second", "third");
  }

  @Test
  void executeHere_theTaskFails_givesThePlaceBack() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                pool.executeHere(
                    "alice",
                    () -> {
                      throw new IllegalStateException("failed");
                    }));

    pool.executeHere("alice", task("next"));
    assertThat(events).containsExactly("next");
  }

  @Test
  void execute_noThreadIsLeft_saysSoAndGivesThePlaceBack() {
    QueryPool refusing = withoutThreads();

    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> refusing.execute(task("refused")));
    refusing.executeHere("alice", task("next"));

    assertThat(events).containsExactly("next");
  }

  @Test
  void executeHere_noThreadIsLeftForWhoWaits_runsThemHere() {
    QueryPool refusing = withoutThreads();
    refusing.executeHere(
        "alice",
        () -> {
          refusing.execute(
              () -> {
                throw new IllegalStateException("failed: not the failure of who comes first");
              });
          refusing.execute(task("third"));
          events.add("first");
        });
    assertThat(events).containsExactly("first", "third");

    refusing.executeHere("alice", task("next"));
    assertThat(events).endsWith("next");
  }

  @Test
  void execute_noThreadIsLeft_losesNobodyWhoWaits() {
    QueryPool[] refusing = new QueryPool[1];
    refusing[0] =
        new QueryPool(
            task -> {
              if (events.isEmpty()) {
                events.add("refused");
                refusing[0].execute(task("waiting")); // another's, while this place is taken
              }
              throw new OutOfMemoryError("as the test says");
            },
            1);

    assertThatExceptionOfType(OutOfMemoryError.class)
        .isThrownBy(() -> refusing[0].execute(task("lost")));
    assertThat(events).containsExactly("refused", "waiting");
  }
}
