package dev.flightgate.server.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Who runs a task, and when, with threads that run only when the test says so. */
class QueryPoolTest {

  private final Queue<Runnable> threads = new ArrayDeque<>();
  private final List<String> events = new ArrayList<>();
  private final QueryPool pool = new QueryPool(threads::add, 1);

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
}
