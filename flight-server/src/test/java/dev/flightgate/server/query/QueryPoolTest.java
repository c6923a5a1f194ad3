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
    pool.executeHere(task("here"));

    assertThat(events).containsExactly("here");
    assertThat(threads).isEmpty();
  }

  @Test
  void executeHere_noPlaceIsFree_waitsItsTurn() {
    pool.executeHere(
        () -> {
          pool.execute(task("second"));
          pool.executeHere(task("third"));
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
  void execute_aPlaceIsTaken_keepsTheNumberOfPlaces() {
    pool.execute(task("first"));
    pool.execute(task("second"));

    assertThat(threads).hasSize(1);
    threads.remove().run();
    threads.remove().run();
    pool.executeHere(task("third"));
    assertThat(events).containsExactly("first", "second", "third");
  }

  @Test
  void executeHere_theTaskFails_givesThePlaceBack() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                pool.executeHere(
                    () -> {
                      throw new IllegalStateException("failed");
                    }));

    pool.executeHere(task("next"));
    assertThat(events).containsExactly("next");
  }

  @Test
  void execute_noThreadIsLeft_saysSoAndGivesThePlaceBack() {
    QueryPool refusing = withoutThreads();

    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> refusing.execute(task("refused")));
    refusing.executeHere(task("next"));

    assertThat(events).containsExactly("next");
  }

  @Test
  void executeHere_noThreadIsLeftForWhoWaits_runsThemHere() {
    QueryPool refusing = withoutThreads();
    refusing.executeHere(
        () -> {
          refusing.execute(
              () -> {
                throw new IllegalStateException("failed: not the failure of who comes first");
              });
          refusing.execute(task("third"));
          events.add("first");
        });
    assertThat(events).containsExactly("first", "third");

    refusing.executeHere(task("next"));
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
