package dev.flightgate.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.health.Readiness.Phase;
import dev.flightgate.server.health.Readiness.State;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When work may be sent, and when not. */
class ReadinessTest {

  private final AtomicLong nanos = new AtomicLong(1);
  private final Readiness readiness = new Readiness(List.of("a", "b"), nanos::get);

  private Readiness.DatabaseState database(String name) {
    return Objects.requireNonNull(readiness.now().databases().get(name));
  }

  private State state(String database) {
    return database(database).state();
  }

  private void serve() {
    readiness.answered("a");
    readiness.answered("b");
    readiness.enter(Phase.SERVING);
  }

  @Test
  void aGateway_isReadyOnceItServesAndEveryDatabaseAnswered() {
    readiness.enter(Phase.SERVING);
    readiness.answered("a");
    assertThat(readiness.now().isReady()).isFalse();
    assertThat(readiness.now().isReady("a")).isTrue();
    assertThat(readiness.now().isReady("b")).isFalse();
    readiness.answered("b");
    assertThat(readiness.now().isReady()).isTrue();
    assertThat(readiness.now().isReady("c")).isFalse();
  }

  @Test
  void aSuccess_countsForSomeSeconds() {
    serve();
    nanos.addAndGet(Readiness.FRESH.toNanos());
    assertThat(readiness.now().isReady()).isTrue();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(readiness.now().isReady()).isFalse();
    assertThat(state("a")).isEqualTo(State.DOWN);
    assertThat(database("a").sinceAnswer()).isEqualTo(Readiness.FRESH.plusSeconds(1));
    readiness.answered("a");
    assertThat(state("a")).isEqualTo(State.UP);
  }

  @Test
  void aGatewayThatDrains_isNotReadyAnyMore() {
    serve();
    readiness.enter(Phase.DRAINING);
    readiness.enter(Phase.SERVING);
    readiness.answered("a");
    assertThat(readiness.now().isReady()).isFalse();
    assertThat(readiness.now().isReady("a")).isFalse();
    assertThat(state("a")).isEqualTo(State.UP);
  }

  @Test
  void aLostDatabase_isLostUntilItAnswers() {
    serve();
    readiness.lost("a", false);
    readiness.failed("a");
    assertThat(state("a")).isEqualTo(State.LOST);
    readiness.lost("a", true);
    readiness.failed("a");
    assertThat(state("a")).isEqualTo(State.REOPENING);
    readiness.answered("a");
    assertThat(state("a")).isEqualTo(State.UP);
    readiness.failed("a");
    assertThat(state("a")).isEqualTo(State.DOWN);
  }

  @Test
  void listeners_areToldOfChangesOnly() {
    AtomicInteger told = new AtomicInteger();
    readiness.onChange(told::incrementAndGet);
    serve();
    assertThat(told).hasValue(3);
    serve();
    readiness.enter(Phase.STARTING);
    assertThat(told).hasValue(3);
    readiness.failed("b");
    readiness.failed("b");
    assertThat(told).hasValue(4);
  }
}
