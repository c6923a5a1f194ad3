package dev.flightgate.server.metrics;

import dev.flightgate.server.health.Readiness;
import dev.flightgate.server.query.StatementListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that the gateway counts and measures, and what it is called: this class and {@link
 * StatementMetrics} are the only ones that name a metric. docs/guide/operation.md says what each
 * means. Thread-safe; most are read when somebody asks for them, and cost nothing until then.
 */
public final class Metrics implements AutoCloseable {

  private static final String DATABASE = "database";
  private static final String BYTES = "bytes";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  /** The registry itself refers to them weakly. */
  private final List<LongSupplier> totals = new CopyOnWriteArrayList<>();

  /** Counts what the JVM does. */
  public Metrics(String version) {
    registry.config().meterFilter(MeterFilter.denyNameStartsWith("jvm.gc.concurrent"));
    Gauge.builder("flightgate.build.info", () -> 1)
        .tag("version", version)
        .tag("java", Runtime.version().toString())
        .description("1; the labels say what runs")
        .register(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** Whether the gateway and its databases are ready. */
  public void readiness(Readiness readiness) {
    gauge("flightgate.ready", "1 if work may be sent, else 0", () -> readiness.now().isReady());
    for (String database : readiness.now().databases().keySet()) {
      for (Readiness.State state : Readiness.State.values()) {
        Gauge.builder(
                "flightgate.database.state", () -> state(readiness, database) == state ? 1 : 0)
            .tag(DATABASE, database)
            .tag("state", state.name().toLowerCase(Locale.ROOT))
            .description("1 for the state that the database is in, else 0")
            .register(registry);
      }
    }
  }

  private static Readiness.@Nullable State state(Readiness readiness, String database) {
    Readiness.DatabaseState one = readiness.now().databases().get(database);
    return one == null ? null : one.state();
  }

  /**
   * What there is now of something.
   *
   * @param read any thread
   */
  public void count(Level level, LongSupplier read) {
    Gauge.builder(level.name, read::getAsLong)
        .tags(level.queue.isEmpty() ? Tags.empty() : Tags.of("queue", level.queue))
        .description(level.description)
        .register(registry);
  }

  /** How often something happened since the start. */
  public void total(Total total, LongSupplier read) {
    totals.add(read);
    FunctionCounter.builder(total.name, read, LongSupplier::getAsLong)
        .description(total.description)
        .register(registry);
  }

  /**
   * What a database's engine holds of its own.
   *
   * @param read what it told last, by name
   */
  public void engine(String database, Supplier<Map<String, Long>> read) {
    for (String kind : List.of("memory", "spilled")) {
      Gauge.builder(
              "flightgate.engine.bytes", () -> read.get().getOrDefault(kind, 0L).doubleValue())
          .baseUnit(BYTES)
          .tag(DATABASE, database)
          .tag("kind", kind)
          .description("what the engine holds in memory, or put on disk for want of it")
          .register(registry);
    }
  }

  private void gauge(String name, String description, Supplier<Boolean> read) {
    Gauge.builder(name, () -> read.get() ? 1 : 0).description(description).register(registry);
  }

  /** Counts statements as they end. */
  public StatementListener statements() {
    return new StatementMetrics(registry);
  }

  /** All of them in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  /** What there is now. */
  public enum Level {
    /** Sessions. */
    SESSIONS("flightgate.sessions", "sessions that clients have open"),
    /** Transactions. */
    TRANSACTIONS("flightgate.transactions", "transactions that clients have open"),
    /** Calls under way. */
    CALLS("flightgate.calls.active", "calls and polled statements under way"),
    /** Statements that run. */
    RUNNING("flightgate.statements.running", "statements that run or send now"),
    /** Statements that wait for their turn. */
    QUEUED_STATEMENTS("flightgate.queue.length", "what waits for its turn", "statements"),
    /** Statements of transactions that wait for their turn. */
    QUEUED_TRANSACTIONS("flightgate.queue.length", "what waits for its turn", "transactions"),
    /** Results that wait for a thread to send them. */
    QUEUED_RESULTS("flightgate.queue.length", "what waits for its turn", "results"),
    /** Batches in memory. */
    ALLOCATED("flightgate.batches.bytes", "memory that Arrow's batches take"),
    /** The limit of that. */
    ALLOCATED_MAX("flightgate.batches.bytes.max", "memory that Arrow's batches may take");

    private final String name;
    private final String description;
    private final String queue;

    Level(String name, String description) {
      this(name, description, "");
    }

    Level(String name, String description, String queue) {
      this.name = name;
      this.description = description;
      this.queue = queue;
    }
  }

  /** What happened since the start. */
  public enum Total {
    /** Logins that were refused. */
    LOGIN_FAILURES("flightgate.login.failures", "logins and calls refused for their credentials");

    private final String name;
    private final String description;

    Total(String name, String description) {
      this.name = name;
      this.description = description;
    }
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
