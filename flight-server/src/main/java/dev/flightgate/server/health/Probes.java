package dev.flightgate.server.health;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.session.Database;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every database a small question again and again, through a backend session of its own that
 * counts towards no limit of the users', and tells {@link Readiness} what came of it. Thread-safe.
 */
public final class Probes {

  private static final Logger log = LoggerFactory.getLogger(Probes.class);

  /** How often each database is asked. */
  public static final Duration INTERVAL = Duration.ofSeconds(2);

  /** How long the answer may take; then the question is cancelled. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Readiness readiness;
  private final BufferAllocator memory;
  private final Executor callPool;
  private final BiConsumer<Database, BackendException> onLost;
  private final Duration patience;
  private final List<Probe> probes;
  private final CountDownLatch firstAnswers;

  /**
   * @param memory for the answers; the caller's
   * @param callPool where databases are asked
   * @param onLost told, on a thread of that pool, that an engine gave its database up; may take
   *     long, and until it is through the database is not asked
   */
  public Probes(
      Collection<Database> databases,
      Readiness readiness,
      BufferAllocator memory,
      Executor callPool,
      BiConsumer<Database, BackendException> onLost) {
    this(databases, readiness, memory, callPool, onLost, PATIENCE);
  }

  Probes(
      Collection<Database> databases,
      Readiness readiness,
      BufferAllocator memory,
      Executor callPool,
      BiConsumer<Database, BackendException> onLost,
      Duration patience) {
    this.patience = patience;
    this.readiness = readiness;
    this.memory = memory;
    this.callPool = callPool;
    this.onLost = onLost;
    this.probes = databases.stream().map(Probe::new).toList();
    this.firstAnswers = new CountDownLatch(probes.size());
  }

  /** Asks those databases that are not being asked, and cancels what takes too long. */
  public void run() {
    probes.forEach(Probe::tick);
  }

  /** Waits until each database was asked once, but not for long. */
  public void awaitFirst() {
    try {
      var unused = firstAnswers.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether none is being asked. */
  public boolean isQuiet() {
    return probes.stream().noneMatch(Probe::isBusy);
  }

  /** Cancels what is being asked, and asks nothing more. */
  public void stop() {
    probes.forEach(Probe::stop);
  }

  /** What the database's engine answered last, in bytes by name; empty before its first answer. */
  public Map<String, Long> gauges(String database) {
    return probes.stream()
        .filter(probe -> probe.database.name().equals(database))
        .findFirst()
        .map(probe -> probe.gauges)
        .orElse(Map.of());
  }

  private final class Probe {

    private final Database database;
    private volatile Map<String, Long> gauges = Map.of();

    // Guarded by this.
    private boolean busy;
    private boolean stopped;
    private boolean failing;
    private boolean first = true;
    private long askedNanos;
    private @Nullable BackendSession session;

    Probe(Database database) {
      this.database = database;
    }

    synchronized boolean isBusy() {
      return busy;
    }

    synchronized void stop() {
      stopped = true;
      if (session != null) {
        session.cancel();
      }
    }

    void tick() {
      synchronized (this) {
        if (stopped) {
          return;
        }
        if (!busy) {
          busy = true;
          askedNanos = System.nanoTime();
        } else {
          hurry();
          return;
        }
      }
      try {
        callPool.execute(this::ask);
      } catch (RuntimeException | Error noThread) {
        end(null);
        fail("no thread for it: " + noThread);
      }
    }

    /** A cancel that comes between two steps of the engine may be lost, and so is repeated. */
    private synchronized void hurry() {
      if (System.nanoTime() - askedNanos > patience.toNanos()) {
        readiness.failed(database.name());
        if (session != null) {
          session.cancel();
        }
      }
    }

    private void ask() {
      BackendException failure = null;
      try {
        query();
      } catch (BackendException e) {
        failure = e;
      } catch (RuntimeException | Error e) {
        failure = new BackendException(BackendException.Kind.INTERNAL, e.toString(), e);
      }
      end(failure);
    }

    private void end(@Nullable BackendException failure) {
      try {
        if (failure != null && !isStopped()) {
          explain(failure);
        }
      } finally {
        synchronized (this) {
          busy = false;
          if (first) {
            first = false;
            firstAnswers.countDown();
          }
        }
      }
    }

    private synchronized boolean isStopped() {
      return stopped;
    }

    private void query() {
      SessionContext context = SessionContext.of("flightgate", false, memory);
      try (BackendSession opened = database.backend().openSession(context)) {
        begin(opened);
        try (PreparedQuery query = opened.prepare(database.backend().probe());
            BatchStream rows = query.openStream(Parameters.NONE, 0, memory)) {
          if (rows.next()) {
            gauges = numbers(rows.root().getFieldVectors());
          }
        } finally {
          begin(null);
        }
      }
      succeed();
    }

    private synchronized void begin(@Nullable BackendSession used) {
      session = used;
      if (stopped && used != null) {
        used.cancel();
      }
    }

    private static Map<String, Long> numbers(List<FieldVector> columns) {
      Map<String, Long> numbers = new LinkedHashMap<>();
      for (FieldVector column : columns) {
        if (column.getObject(0) instanceof Number number) {
          numbers.put(column.getName(), number.longValue());
        }
      }
      return Map.copyOf(numbers);
    }

    private void succeed() {
      readiness.answered(database.name());
      synchronized (this) {
        if (!failing) {
          return;
        }
        failing = false;
      }
      log.info("database {} answers again", database.name());
    }

    private void explain(BackendException failure) {
      if (database.isLost(failure)) {
        onLost.accept(database, failure);
      } else {
        fail(failure.kind() + ": " + failure.getMessage());
      }
    }

    /** Said once, not with every probe. */
    private void fail(String why) {
      readiness.failed(database.name());
      synchronized (this) {
        if (failing) {
          return;
        }
        failing = true;
      }
      log.warn("database {} does not answer: {}", database.name(), why);
    }
  }
}
