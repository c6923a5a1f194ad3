package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Report.Bound;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a query goes on that nobody wants any more: from the cancel to the moment the engine has
 * nothing to do and the result is closed, which {@link WatchedBackendFactory} tells. Of a query
 * that waits for its turn, until its place in the queue is free.
 */
final class Cancel implements Benchmark {

  static final long PATIENCE_SECONDS = 30;

  @Override
  public String name() {
    return "cancel";
  }

  @Override
  public String question() {
    return "how long does a cancelled query go on?";
  }

  /** An endless query, which is cancelled while it executes or while its rows are read. */
  record Phase(String title, String database, boolean fetching, String query) {}

  private static final List<Phase> PHASES =
      List.of(
          new Phase(
              "DuckDB, in a join",
              "main",
              false,
              "select count(*) from range(10000000) a, range(10000000) b"
                  + " where a.range % 7 = b.range % 5"),
          new Phase(
              "DuckDB, in an aggregate",
              "main",
              false,
              "select sum(range % 7) from range(1000000000000)"),
          new Phase(
              "DuckDB, in fetch", "main", true, "select range as i from range(1000000000000)"),
          new Phase(
              "SQLite, in execution",
              "lite",
              false,
              "with recursive r(i) as (select 1 union all select i + 1 from r)"
                  + " select count(*) from r"),
          new Phase(
              "SQLite, in fetch",
              "lite",
              true,
              "with recursive r(i) as (select 1 union all select i + 1 from r) select i from r"));

  @Override
  public void run(Setup setup, Report report) throws Exception {
    ExecutorService readers = Executors.newCachedThreadPool();
    try {
      engines(setup, report, readers);
      inProcess(setup, report);
      queue(setup, report, readers);
    } finally {
      readers.shutdownNow();
    }
  }

  private static void engines(Setup setup, Report report, ExecutorService readers)
      throws Exception {
    Path duckdb = setup.work().resolve("duckdb.watch");
    Path sqlite = setup.work().resolve("sqlite.watch");
    Path file = setup.work().resolve("cancel.sqlite");
    try (ServerProcess gateway =
        ServerProcess.gatewayWithOurBackends(
            setup,
            "--database",
            "main=watched:" + duckdb + ":duckdb::memory:",
            "--database",
            "lite=watched:" + sqlite + ":sqlite:" + file)) {
      for (Phase phase : PHASES) {
        EngineWatch watch = EngineWatch.of(phase.database().equals("main") ? duckdb : sqlite);
        for (EndOfCall way : EndOfCall.values()) {
          List<Double> milliseconds = new ArrayList<>();
          for (int i = way == EndOfCall.REQUEST ? -1 : 0; i < times(setup); i++) {
            long[] times = new CancelledCall(gateway, phase, readers).end(way, watch);
            if (i >= 0) {
              milliseconds.add((times[1] - times[0]) / 1e6);
            }
          }
          tell(phase.title() + ", " + way.title(), milliseconds, report);
        }
      }
    }
  }

  /** How long DuckDB itself goes on, without a server around it. */
  private static void inProcess(Setup setup, Report report) throws Exception {
    try (ServerProcess peer = ServerProcess.peer(setup);
        Client client = new Client(peer)) {
      for (Phase phase : PHASES) {
        if (phase.database().equals("main") && !phase.fetching()) {
          double[] milliseconds = new double[times(setup)];
          for (int i = 0; i < milliseconds.length; i++) {
            milliseconds[i] = client.act("interrupt", "150 " + phase.query()) * 1e3;
          }
          report.figure(
              phase.title() + ", in process, Statement.cancel()", "ms", new Samples(milliseconds));
        }
      }
    }
  }

  /**
   * One result at a time, and one that waits: a second is refused while the first has its place.
   */
  private static void queue(Setup setup, Report report, ExecutorService readers) throws Exception {
    Path watched = setup.work().resolve("queue.watch");
    Path settings = setup.work().resolve("queue.yaml");
    Files.writeString(settings, "queries:\n  running-max: 1\n  queue-max: 1\n");
    try (ServerProcess gateway =
            ServerProcess.gatewayWithOurBackends(
                setup,
                "--config",
                settings.toString(),
                "--database",
                "main=watched:" + watched + ":duckdb::memory:");
        Client client = new Client(gateway)) {
      CancelledCall first = new CancelledCall(gateway, PHASES.get(1), readers);
      first.begin(EngineWatch.of(watched));
      Place place = new Place(client, readers);
      place.awaitFree();
      for (EndOfCall way : EndOfCall.values()) {
        List<Double> milliseconds = new ArrayList<>();
        for (int i = 0; i < times(setup); i++) {
          CancelledCall call = new CancelledCall(gateway, PHASES.get(1), readers);
          call.queue(way);
          long cancelled = call.end(way);
          long free = place.awaitFree();
          milliseconds.add((free - cancelled) / 1e6);
        }
        tell("in the queue, " + way.title(), milliseconds, report);
      }
      first.end(EndOfCall.REQUEST);
    }
  }

  private static int times(Setup setup) {
    return setup.pick(20, 2);
  }

  private static void tell(String what, List<Double> milliseconds, Report report) {
    Samples samples = Samples.of(milliseconds, Double::doubleValue);
    report.figure(what, "ms", samples);
    report.judge(
        "cancel to stopped, " + what + ", slowest, ms",
        new Samples(samples.max()),
        Bound.AT_MOST,
        100);
  }

  /** The one place in the queue, seen from outside. */
  static final class Place {

    /** A refusal comes within a few milliseconds; who is not refused has the place. */
    private static final Duration REFUSAL = Duration.ofMillis(40);

    private final Client client;
    private final ExecutorService readers;

    Place(Client client, ExecutorService readers) {
      this.client = client;
      this.readers = readers;
    }

    /** Asks for the place until it gets it, and gives it back; answers when it was asked for. */
    long awaitFree() throws Exception {
      long patience = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
      while (System.nanoTime() < patience) {
        CancelledCall probe = new CancelledCall(client, "SELECT 1", readers);
        long asked = System.nanoTime();
        probe.open();
        if (!probe.endsWithin(REFUSAL)) {
          probe.giveUp();
          return asked;
        }
        LockSupport.parkNanos(1_000_000);
      }
      throw new IllegalStateException("the place in the queue is never given back");
    }
  }
}
