package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Report.Bound;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightStream;

/** Whether a large result is streamed: its first rows come at once, and memory stays bounded. */
final class Memory implements Benchmark {

  private static final double MEBIBYTE = 1 << 20;
  private static final long LARGE = 2_000_000_000;
  private static final long MANY = 200_000_000;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String question() {
    return "when does a large result begin, and what memory does it take?";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    try (ServerProcess gateway = ServerProcess.gateway(setup);
        Client client = new Client(gateway)) {
      for (int i = 0; i < 20; i++) {
        firstBatch(client);
      }
      List<Double> milliseconds = new ArrayList<>();
      for (int i = 0; i < setup.pick(40, 10); i++) {
        milliseconds.add(firstBatch(client));
      }
      report.judge(
          "first batch of a 2-billion-row SELECT, ms",
          Samples.of(milliseconds, Double::doubleValue),
          Bound.AT_MOST,
          20);
    }
    List<Double> growths = new ArrayList<>();
    for (int i = 0; i < setup.pick(5, 1); i++) {
      growths.add(growth(setup));
    }
    report.judge(
        "200 M rows to a fast client: growth of resident memory, MiB",
        Samples.of(growths, Double::doubleValue),
        Bound.AT_MOST,
        256);
  }

  /** Milliseconds from the query to its first rows. */
  private static double firstBatch(Client client) throws Exception {
    long begin = System.nanoTime();
    try (FlightStream stream =
        client.open(Client.ticket(client.plan(Workload.numbers(LARGE).query())))) {
      if (!stream.next()) {
        throw new IllegalStateException("no rows");
      }
      double milliseconds = (System.nanoTime() - begin) / 1e6;
      stream.cancel("one batch is enough", null);
      return milliseconds;
    }
  }

  /** A new server each time, as one that has grown grows no more. */
  private static double growth(Setup setup) throws Exception {
    try (ServerProcess gateway = ServerProcess.gateway(setup);
        Client client = new Client(gateway)) {
      client.fetch(Client.ticket(client.plan(Workload.numbers(5_000_000).query())));
      try (Growth growth = new Growth(gateway, gateway.figures().residentBytes())) {
        long rows = client.fetch(Client.ticket(client.plan(Workload.numbers(MANY).query()))).rows();
        if (rows != MANY) {
          throw new IllegalStateException(rows + " rows");
        }
        return growth.bytes() / MEBIBYTE;
      }
    }
  }
}
