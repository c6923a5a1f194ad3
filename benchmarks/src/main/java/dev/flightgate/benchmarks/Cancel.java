package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Report.Bound;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;

/** How long a cancelled query goes on, from the request to the end of its stream. */
final class Cancel implements Benchmark {

  private static final long PATIENCE_SECONDS = 30;

  @Override
  public String name() {
    return "cancel";
  }

  @Override
  public String question() {
    return "how long does a cancelled query go on?";
  }

  /** An endless query, which is cancelled while it executes or while its rows are read. */
  private record Phase(String database, boolean fetching, String query) {

    String title() {
      return (database.equals("main") ? "DuckDB" : "SQLite")
          + (fetching ? ", in fetch" : ", in execution");
    }
  }

  private static final List<Phase> PHASES =
      List.of(
          new Phase(
              "main",
              false,
              "select count(*) from range(10000000) a, range(10000000) b"
                  + " where a.range % 7 = b.range % 5"),
          new Phase("main", true, "select range as i from range(1000000000000)"),
          new Phase(
              "lite",
              false,
              "with recursive r(i) as (select 1 union all select i + 1 from r)"
                  + " select count(*) from r"),
          new Phase(
              "lite",
              true,
              "with recursive r(i) as (select 1 union all select i + 1 from r) select i from r"));

  @Override
  public void run(Setup setup, Report report) throws Exception {
    ExecutorService readers = Executors.newCachedThreadPool();
    String file = setup.work().resolve("cancel.sqlite").toString();
    try (ServerProcess gateway =
        ServerProcess.gateway(
            setup, "--database", "main=duckdb::memory:", "--database", "lite=sqlite:" + file)) {
      for (Phase phase : PHASES) {
        int times = setup.quick() ? 5 : 20;
        double[] milliseconds = new double[times];
        try (Client client = new Client(gateway, phase.database())) {
          cancel(client, phase, readers);
          for (int i = 0; i < times; i++) {
            milliseconds[i] = cancel(client, phase, readers);
          }
        }
        Samples samples = new Samples(milliseconds);
        report.figure(phase.title() + ", CancelFlightInfo to the stream's end", "ms", samples);
        report.judge(
            "cancel to stopped, " + phase.title() + ", slowest of " + times + ", ms",
            new Samples(samples.max()),
            Bound.AT_MOST,
            100);
      }
    } finally {
      readers.shutdownNow();
    }
  }

  private static double cancel(Client client, Phase phase, ExecutorService readers)
      throws Exception {
    FlightInfo info = client.plan(phase.query());
    CountDownLatch reading = new CountDownLatch(1);
    Future<Long> ended = readers.submit(() -> readToTheEnd(client, info, phase, reading));
    if (!reading.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the query did not begin");
    }
    LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
    long begin = System.nanoTime();
    client.sql().cancelFlightInfo(new CancelFlightInfoRequest(info), client.options());
    return (ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS) - begin) / 1e6;
  }

  /** Answers when the stream ended, which must be because it was cancelled. */
  private static long readToTheEnd(
      Client client, FlightInfo info, Phase phase, CountDownLatch reading) throws Exception {
    try (FlightStream stream = client.open(Client.ticket(info))) {
      if (!phase.fetching()) {
        reading.countDown();
      }
      while (stream.next()) {
        reading.countDown();
      }
      throw new IllegalStateException("the query ended by itself");
    } catch (FlightRuntimeException e) {
      long end = System.nanoTime();
      if (e.status().code() != FlightStatusCode.CANCELLED) {
        throw e;
      }
      return end;
    }
  }
}
