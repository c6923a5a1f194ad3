package dev.flightgate.server;

import dev.flightgate.server.audit.AuditLog;
import dev.flightgate.server.auth.Authenticator;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.config.DirectMemory;
import dev.flightgate.server.config.GatewayConfig;
import dev.flightgate.server.config.ShownSettings;
import dev.flightgate.server.flight.FlightDoor;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: opens databases, sessions, queries and the Flight door, and closes them in
 * reverse. The only place that wires objects. Thread-safe.
 */
public final class Gateway implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Gateway.class);
  private static final double SAMPLE_SCALE = 0.01;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final GatewayConfig config;
  private final List<GatewayListener> given;
  private final @Nullable Authenticator authenticator;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private int port;
  private LongSupplier allocatedBytes = () -> 0;
  private IntSupplier sessionCount = () -> 0;
  private StatementLog statements = new StatementLog();
  private Listeners listeners = Listeners.of(List.of());

  private Gateway(
      GatewayConfig config, @Nullable Authenticator authenticator, List<GatewayListener> given) {
    this.config = config;
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
      gateway.closeOpened(e);
      throw e;
    }
  }

  private void open() throws GatewayStartException {
    Listeners others = keep(Listeners.of(given));
    AuditLog audit = openAudit();
    listeners = audit == null ? others : others.after(List.of(audit));
    BufferAllocator memory = keep(new RootAllocator(DirectMemory.forBatches()));
    allocatedBytes = memory::getAllocatedMemory;
    Map<String, Database> databases = keep(new Databases(memory)).open(config.databases());
    Database main = databases.values().iterator().next();
    if (config.sample()) {
      loadSample(main, memory);
    }
    int runningMax = config.queries().runningMax();
    QueryPool queryPool =
        new QueryPool(Pools.keep(opened, Pools.fixed("flightgate-query", runningMax)), runningMax);
    ExecutorService callPool = Pools.keep(opened, Pools.growing("flightgate-call"));
    ScheduledExecutorService timer = Pools.keep(opened, Pools.timer("flightgate-timer"));
    SessionRegistry sessions =
        new SessionRegistry(
            config.sessions(),
            config.flight().batchBytes(),
            config.flight().batchRowsMax(),
            child(memory, "sessions"));
    sessionCount = sessions::size;
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
    every(Duration.ofSeconds(1), onceAtATime(sessions::expire, keeper), timer);
    every(Duration.ofMillis(50), queries::sweep, timer);
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
            listeners);
    keep(() -> awaitQuiet(sessions, queries));
    FlightDoor door = keep(openDoor(parts));
    every(Duration.ofSeconds(1), onceAtATime(entrance::refresh, keeper), timer);
    every(Duration.ofSeconds(1), onceAtATime(door::refresh, keeper), timer);
    keep(sessions);
    keep(queries::shutDown);
    keep(door::shutDown);
    port = door.port();
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

  private FlightDoor openDoor(FlightDoor.Parts parts) throws GatewayStartException {
    String address = config.flight().host() + ":" + config.flight().port();
    try {
      return FlightDoor.open(config, parts);
    } catch (SSLException | IllegalArgumentException e) {
      throw new GatewayStartException(
          "flight.tls: the certificates and key cannot be used: " + rootMessage(e), e);
    } catch (IOException e) {
      String reason = rootMessage(e);
      // Netty's native transport has no exception of its own for this, only the system's words.
      String why =
          reason.contains("Address already in use")
              ? "is in use: choose another port with --port, or 0 for a free one"
              : "cannot be listened on: " + reason;
      throw new GatewayStartException(address + " " + why, e);
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  private BufferAllocator child(BufferAllocator memory, String name) {
    return keep(memory.newChildAllocator(name, 0, Long.MAX_VALUE));
  }

  private <T extends AutoCloseable> T keep(T resource) {
    opened.push(resource);
    return resource;
  }

  private void every(Duration interval, Runnable task, ScheduledExecutorService timer) {
    long nanos = interval.toNanos();
    Future<?> periodic =
        timer.scheduleWithFixedDelay(guarded(task), nanos, nanos, TimeUnit.NANOSECONDS);
    keep(() -> periodic.cancel(false));
  }

  /** Hands the task over, unless it still runs. */
  private static Runnable onceAtATime(Runnable task, ExecutorService executor) {
    AtomicBoolean running = new AtomicBoolean();
    return () -> {
      if (running.compareAndSet(false, true)) {
        executor.execute(
            () -> {
              try {
                guarded(task).run();
              } finally {
                running.set(false);
              }
            });
      }
    };
  }

  /** A periodic task that fails once is not run again, so it must not. */
  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.error("a periodic task failed", e);
      }
    };
  }

  /** The port that clients connect to. */
  public int port() {
    return port;
  }

  /** The URI that clients connect to. */
  public String uri() {
    String scheme = config.flight().tls() == null ? "grpc" : "grpc+tls";
    String host = config.flight().host();
    return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
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

  /** Cancels what runs, rolls back what is open, and closes everything. Idempotent. */
  @Override
  public void close() {
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

  private static void awaitQuiet(SessionRegistry sessions, QueryService queries) {
    long deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
    while (!(queries.isQuiet() && sessions.isQuiet()) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
