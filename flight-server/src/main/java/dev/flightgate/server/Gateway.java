package dev.flightgate.server;

import dev.flightgate.server.audit.AuditLog;
import dev.flightgate.server.auth.Authenticator;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.config.DirectMemory;
import dev.flightgate.server.config.GatewayConfig;
import dev.flightgate.server.config.GatewayConfig.DatabaseConfig;
import dev.flightgate.server.config.GatewayConfig.OnFatalError;
import dev.flightgate.server.config.ShownSettings;
import dev.flightgate.server.flight.FlightDoor;
import dev.flightgate.server.health.Probes;
import dev.flightgate.server.health.Readiness;
import dev.flightgate.server.health.Readiness.Phase;
import dev.flightgate.server.http.HttpDoor;
import dev.flightgate.server.listener.GatewayListener;
import dev.flightgate.server.listener.Listeners;
import dev.flightgate.server.query.QueryPool;
import dev.flightgate.server.query.QueryService;
import dev.flightgate.server.query.StatementLog;
import dev.flightgate.server.query.SystemEngine;
import dev.flightgate.server.sample.TpchSample;
import dev.flightgate.server.session.Database;
import dev.flightgate.server.session.SessionRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: opens databases, sessions, queries and the doors, and closes them in reverse.
 * The only place that wires objects. Thread-safe.
 */
public final class Gateway implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Gateway.class);
  private static final double SAMPLE_SCALE = 0.01;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final GatewayConfig config;
  private final Doors doors;
  private final Readiness readiness;
  private final List<GatewayListener> given;
  private final @Nullable Authenticator authenticator;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Grace grace = new Grace();
  private final CountDownLatch closed = new CountDownLatch(1);
  private int port;
  private int httpPort;
  private @Nullable Measures measures;
  private LongSupplier allocatedBytes = () -> 0;
  private IntSupplier sessionCount = () -> 0;
  private StatementLog statements = new StatementLog();
  private volatile @Nullable String failure;
  private Listeners listeners = Listeners.of(List.of());

  private Gateway(
      GatewayConfig config, @Nullable Authenticator authenticator, List<GatewayListener> given) {
    this.config = config;
    this.doors = new Doors(config);
    this.readiness = new Readiness(config.databases().stream().map(DatabaseConfig::name).toList());
    this.authenticator = authenticator;
    this.given = given;
  }

  /**
   * Starts a gateway; when this returns, clients can connect.
   *
   * @param listeners told what happens at the gateway, each event in this order; closed with it
   * @throws GatewayStartException if it cannot; nothing is left open then
   */
  public static Gateway start(GatewayConfig config, GatewayListener... listeners)
      throws GatewayStartException {
    return start(new Gateway(config, null, List.of(listeners)));
  }

  /**
   * Starts a gateway that asks the program it is embedded in who its clients are, in the place of
   * the users, tokens and issuers of the configuration; when this returns, clients can connect.
   *
   * @param listeners told what happens at the gateway, each event in this order; closed with it
   * @throws GatewayStartException if it cannot; nothing is left open then
   */
  public static Gateway start(
      GatewayConfig config, Authenticator authenticator, GatewayListener... listeners)
      throws GatewayStartException {
    return start(new Gateway(config, authenticator, List.of(listeners)));
  }

  private static Gateway start(Gateway gateway) throws GatewayStartException {
    try {
      gateway.open();
      return gateway;
    } catch (GatewayStartException | RuntimeException e) {
      gateway.grace.atMost(Duration.ZERO);
      gateway.closeOpened(e);
      throw e;
    }
  }

  private void open() throws GatewayStartException {
    Runnable refreshHttp = openHttp();
    Listeners others = keep(Listeners.of(given));
    AuditLog audit = openAudit();
    listeners = audit == null ? others : others.after(List.of(audit));
    BufferAllocator memory = keep(new RootAllocator(DirectMemory.forBatches()));
    allocatedBytes = memory::getAllocatedMemory;
    Databases opening = keep(new Databases(memory));
    Map<String, Database> databases = opening.open(config.databases());
    Database main = databases.values().iterator().next();
    if (config.sample()) {
      loadSample(main, memory);
    }
    int runningMax = config.queries().runningMax();
    QueryPool queryPool =
        new QueryPool(Pools.keep(opened, Pools.fixed("flightgate-query", runningMax)), runningMax);
    ExecutorService callPool = Pools.keep(opened, Pools.growing("flightgate-call"));
    ScheduledExecutorService timer = Pools.keep(opened, Pools.timer("flightgate-timer"));
    Periodic periodic = new Periodic(timer, opened);
    SessionRegistry sessions =
        new SessionRegistry(
            config.sessions(),
            config.flight().batchBytes(),
            config.flight().batchRowsMax(),
            child(memory, "sessions"));
    sessionCount = sessions::size;
    FatalErrors fatal =
        new FatalErrors(onFatalErrors(), opening, sessions, readiness, this::closeLater);
    Probes probes =
        new Probes(databases.values(), readiness, child(memory, "probes"), callPool, fatal::handle);
    keep(
        () -> {
          probes.stop();
          awaitQuiet(probes::isQuiet);
        });
    probes.run();
    periodic.every(Probes.INTERVAL, probes::run);
    SystemEngine system = keep(new SystemEngine(child(memory, "system")));
    QueryService queries =
        new QueryService(
            config.queries(),
            sessions,
            child(memory, "queries"),
            new QueryService.Threads(callPool, queryPool, timer),
            new QueryService.SystemSource(system, ShownSettings.of(config)));
    statements = queries.statements();
    if (!listeners.isEmpty()) {
      statements.listen(listeners);
    }
    if (audit != null) {
      statements.guard(audit);
    }
    ExecutorService keeper = Pools.keep(opened, Pools.fixed("flightgate-keeper", 1));
    // Expiring rolls back, which may take long, and deadlines are to be kept meanwhile.
    periodic.every(Duration.ofSeconds(1), Periodic.onceAtATime(sessions::expire, keeper));
    periodic.every(Duration.ofMillis(50), queries::sweep);
    Entrance entrance = Entrance.of(config, authenticator);
    FlightDoor.Parts parts =
        new FlightDoor.Parts(
            entrance.login(),
            queries,
            sessions,
            databases,
            main,
            child(memory, "uploads"),
            callPool,
            queryPool,
            timer,
            listeners,
            readiness);
    if (measures != null) {
      measures.bind(parts, memory, probes);
    }
    keep(() -> awaitQuiet(() -> queries.isQuiet() && sessions.isQuiet()));
    FlightDoor door = keep(doors.flight(parts));
    periodic.every(Duration.ofSeconds(1), Periodic.onceAtATime(entrance::refresh, keeper));
    periodic.every(Duration.ofSeconds(1), Periodic.onceAtATime(door::refresh, keeper));
    periodic.every(Duration.ofSeconds(1), Periodic.onceAtATime(refreshHttp, keeper));
    keep(sessions);
    keep(queries::shutDown);
    keep(door::shutDown);
    keep(() -> drain(queries));
    port = door.port();
    probes.awaitFirst();
    readiness.enter(Phase.SERVING);
  }

  /** First of all, so that it tells of the start, and is the last to go. What refreshes it. */
  private Runnable openHttp() throws GatewayStartException {
    Integer asked = config.http().port();
    if (asked == null) {
      return () -> {};
    }
    measures = keep(new Measures(readiness));
    ExecutorService maker = Pools.keep(opened, Pools.fixed("flightgate-page", 1));
    HttpDoor.Parts parts = new HttpDoor.Parts(readiness, Main.version(), measures::scrape, maker);
    HttpDoor door = keep(doors.http(asked, parts));
    httpPort = door.port();
    return door::refresh;
  }

  private Map<String, OnFatalError> onFatalErrors() {
    return config.databases().stream()
        .collect(Collectors.toMap(DatabaseConfig::name, DatabaseConfig::onFatalError));
  }

  /** Takes nothing new, and lets what runs go on as long as there is grace. */
  private void drain(QueryService queries) {
    readiness.enter(Phase.DRAINING);
    queries.drain();
    if (!grace.await(queries::isDrained)) {
      log.info("what still runs is cancelled: {} calls", queries.active());
    }
  }

  /** Ends the gateway of its own accord. */
  private void closeLater(String reason) {
    failure = reason;
    Thread closer = new Thread(this::closeAfterFailure, "flightgate-exit");
    closer.setDaemon(true);
    closer.start();
  }

  private void closeAfterFailure() {
    try {
      close();
    } catch (IllegalStateException e) {
      log.warn("the gateway did not close cleanly", e);
    }
  }

  private @Nullable AuditLog openAudit() throws GatewayStartException {
    Path file = config.audit().file();
    if (file == null) {
      return null;
    }
    try {
      return keep(AuditLog.open(file, config.audit()));
    } catch (IOException e) {
      throw new GatewayStartException("audit.file: " + file + " cannot be written: " + e, e);
    }
  }

  private static void loadSample(Database database, BufferAllocator memory)
      throws GatewayStartException {
    SessionContext context = SessionContext.of("flightgate", false, memory);
    try (BackendSession session = database.backend().openSession(context)) {
      TpchSample.fill(session, memory, SAMPLE_SCALE);
    } catch (BackendException e) {
      throw new GatewayStartException(
          "sample: database " + database.name() + " cannot be filled: " + e.getMessage(), e);
    }
  }

  private BufferAllocator child(BufferAllocator memory, String name) {
    return keep(memory.newChildAllocator(name, 0, Long.MAX_VALUE));
  }

  private <T extends AutoCloseable> T keep(T resource) {
    opened.push(resource);
    return resource;
  }

  /** The port that clients connect to. */
  public int port() {
    return port;
  }

  /** The URI that clients connect to. */
  public String uri() {
    return doors.uri(config.flight().tls() == null ? "grpc" : "grpc+tls", port);
  }

  /** Where health and metrics are told over HTTP; empty if they are not. */
  public Optional<String> httpUri() {
    String scheme = config.flight().tls() == null ? "http" : "https";
    return config.http().port() == null
        ? Optional.empty()
        : Optional.of(doors.uri(scheme, httpPort));
  }

  /** How many bytes Arrow batches take now, in all queries, sessions and uploads. */
  public long allocatedBytes() {
    return allocatedBytes.getAsLong();
  }

  /** What runs now; listeners can be added. */
  public StatementLog statements() {
    return statements;
  }

  /** How many sessions there are now. */
  public int sessionCount() {
    return sessionCount.getAsInt();
  }

  /** Waits until the gateway is closed. */
  public void awaitTermination() throws InterruptedException {
    closed.await();
  }

  /** Why the gateway ends, or has ended, of its own accord; empty if it does not. */
  public Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /** Like {@link #close(Duration)}, with the grace of {@code shutdown.grace}. */
  @Override
  public void close() {
    close(config.shutdown().grace());
  }

  /**
   * Takes nothing new, lets what runs go on, then cancels what still does, rolls back what is open,
   * and closes everything. Idempotent; whoever calls it while another does waits for that, and a
   * shorter grace than the other's counts.
   *
   * @param grace how long what runs may go on; zero ends it at once
   * @throws IllegalStateException if something did not close cleanly
   */
  public void close(Duration grace) {
    this.grace.atMost(grace);
    IllegalStateException failures = new IllegalStateException("the gateway did not close cleanly");
    closeOpened(failures);
    closed.countDown();
    if (failures.getSuppressed().length > 0) {
      throw failures;
    }
  }

  private synchronized void closeOpened(Exception reason) {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        reason.addSuppressed(e);
      }
    }
  }

  private static void awaitQuiet(BooleanSupplier quiet) {
    Grace limit = new Grace();
    limit.atMost(CLOSE_TIMEOUT);
    limit.await(quiet);
  }
}
