package dev.flightgate.server.metrics;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.query.StatementListener;
import dev.flightgate.server.query.StatementRecord;
import dev.flightgate.server.query.StatementRecord.Activity;
import dev.flightgate.server.query.StatementRecord.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts statements as they end. Meters are found by a key that is made once for each statement;
 * nothing is done for each batch. Thread-safe.
 */
final class StatementMetrics implements StatementListener {

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60),
    Duration.ofSeconds(600)
  };

  private record EndKey(String database, Activity activity, String outcome, String error) {}

  private record DatabaseKey(String database, Activity activity) {}

  /** What all statements of one activity in one database share. */
  private record Meters(Timer duration, Timer waited, Timer first, Counter rows, Counter bytes) {}

  private final MeterRegistry registry;
  private final Map<EndKey, Counter> ends = new ConcurrentHashMap<>();
  private final Map<DatabaseKey, Meters> meters = new ConcurrentHashMap<>();

  StatementMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void ended(StatementRecord statement) {
    Outcome outcome = statement.outcome();
    if (outcome == null) {
      return;
    }
    BackendException failure = outcome == Outcome.FAILED ? statement.failure() : null;
    String error = failure == null ? "" : failure.kind().name().toLowerCase(Locale.ROOT);
    ends.computeIfAbsent(
            new EndKey(statement.database(), statement.activity(), outcome.toString(), error),
            this::end)
        .increment();
    Meters of =
        meters.computeIfAbsent(
            new DatabaseKey(statement.database(), statement.activity()), this::meters);
    of.duration().record(statement.duration());
    of.waited().record(statement.waited());
    Duration first = statement.timeToFirstBatch();
    if (!first.isZero()) {
      of.first().record(first);
    }
    of.rows().increment((double) Math.max(0, statement.rows()));
    of.bytes().increment((double) statement.bytes());
  }

  private Counter end(EndKey key) {
    return Counter.builder("flightgate.statements")
        .tags("database", key.database(), "activity", word(key.activity()))
        .tags("outcome", key.outcome(), "error", key.error())
        .description("statements that ended, by what came of them")
        .register(registry);
  }

  private Meters meters(DatabaseKey key) {
    return new Meters(
        timer(key, "flightgate.statement.duration", "from its arrival to the end of its answer"),
        timer(key, "flightgate.statement.waited", "until the engine began with it"),
        timer(key, "flightgate.statement.first.batch", "until the first rows went out"),
        counter(key, "flightgate.rows", "rows sent, changed or uploaded"),
        counter(key, "flightgate.batch.bytes", "bytes of Arrow's batches sent or uploaded"));
  }

  private Timer timer(DatabaseKey key, String name, String description) {
    return Timer.builder(name)
        .tags("database", key.database(), "activity", word(key.activity()))
        .description(description)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private Counter counter(DatabaseKey key, String name, String description) {
    return Counter.builder(name)
        .tags("database", key.database(), "activity", word(key.activity()))
        .description(description)
        .register(registry);
  }

  private static String word(Activity activity) {
    return activity.name().toLowerCase(Locale.ROOT);
  }
}
