package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Report.Bound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.flight.FlightStream;

/** What clients cost that read slowly, or not at all: the server must not buffer for them. */
final class SlowReader implements Benchmark {

  private static final double MEBIBYTE = 1 << 20;
  private static final long ROWS = 50_000_000;
  private static final int STALLED_CLIENTS = 100;

  @Override
  public String name() {
    return "slow-reader";
  }

  @Override
  public String question() {
    return "what memory do clients cost that read slowly, or not at all?";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    int repetitions = setup.pick(5, 1);
    double[] slow = new double[repetitions];
    double[] stalled = new double[repetitions];
    for (int i = 0; i < repetitions; i++) {
      slow[i] = slow(setup);
      stalled[i] = stalled(setup);
    }
    report.judge(
        "slow client, 50 M rows: growth of resident memory, MiB",
        new Samples(slow),
        Bound.AT_MOST,
        64);
    report.judge(
        "100 stalled clients on 1 GB results: growth of resident memory, MiB",
        new Samples(stalled),
        Bound.AT_MOST,
        256);
  }

  /** A new server each time, as one that has grown grows no more. */
  private static double slow(Setup setup) throws Exception {
    Duration pause = Duration.ofMillis(setup.quick() ? 2 : 8);
    try (ServerProcess gateway = ServerProcess.gateway(setup);
        Client client = new Client(gateway)) {
      long before = warmUp(gateway, client);
      String query = Workload.numbers(ROWS).query();
      try (Growth growth = new Growth(gateway, before)) {
        long rows = client.fetch(Client.ticket(client.plan(query)), pause.toNanos()).rows();
        if (rows != ROWS) {
          throw new IllegalStateException(rows + " rows");
        }
        return growth.bytes() / MEBIBYTE;
      }
    }
  }

  private static double stalled(Setup setup) throws Exception {
    String query = Workload.numbers(1L << 26).query();
    List<AutoCloseable> opened = new ArrayList<>();
    try (ServerProcess gateway = ServerProcess.gateway(setup);
        Client first = new Client(gateway)) {
      long before = warmUp(gateway, first);
      try (Growth growth = new Growth(gateway, before)) {
        for (int i = 0; i < STALLED_CLIENTS; i++) {
          Client client = new Client(gateway);
          opened.add(0, client);
          FlightStream stream = client.open(Client.ticket(client.plan(query)));
          opened.add(0, stream);
          if (!stream.next()) {
            throw new IllegalStateException("no rows");
          }
        }
        LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
        return growth.bytes() / MEBIBYTE;
      } finally {
        for (AutoCloseable one : opened) {
          if (one instanceof FlightStream stream) {
            stream.cancel("enough", null);
          }
          one.close();
        }
      }
    }
  }

  /** Has the server load and compile what it needs for one client; its resident bytes then. */
  private static long warmUp(ServerProcess gateway, Client client) throws Exception {
    client.fetch(Client.ticket(client.plan(Workload.numbers(5_000_000).query())));
    return gateway.figures().residentBytes();
  }
}
