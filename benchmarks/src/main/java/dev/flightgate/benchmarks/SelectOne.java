package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Report.Bound;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.vector.VectorSchemaRoot;

/** What a small query costs beyond the two calls that Flight SQL needs. */
final class SelectOne implements Benchmark {

  private static final String QUERY = "SELECT 1";

  @Override
  public String name() {
    return "select-1";
  }

  @Override
  public String question() {
    return "what does a small query cost beyond the two calls it needs?";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    try (ServerProcess gateway = ServerProcess.gateway(setup);
        ServerProcess peer = ServerProcess.peer(setup);
        Client ours = new Client(gateway);
        Client theirs = new Client(peer)) {
      try (VectorSchemaRoot batch = ours.firstBatch(QUERY)) {
        theirs.put(FlightDescriptor.path("keep", "one"), batch, 1);
      }
      try (PreparedStatement prepared = ours.sql().prepare(QUERY, ours.options())) {
        List<Way> ways =
            List.of(
                new Way("plain", () -> read(ours, ours.plan(QUERY))),
                new Way("prepared", () -> read(ours, prepared.execute(ours.options()))),
                new Way("constant", () -> read(theirs, theirs.plan(QUERY))));
        measure(ways, setup, report);
        double cpu = gateway.figures().cpuSeconds() + peer.figures().cpuSeconds();
        report.figure("CPU of both servers in all", "s", new Samples(cpu));
      }
    }
  }

  private interface Query {
    void run() throws Exception;
  }

  private static final class Way {
    final String name;
    final Query query;
    final List<Double> median = new ArrayList<>();
    final List<Double> slow = new ArrayList<>();

    Way(String name, Query query) {
      this.name = name;
      this.query = query;
    }

    /** Runs it so often; notes the quantiles of the latency in milliseconds. */
    void measure(int times) throws Exception {
      double[] milliseconds = new double[times];
      for (int i = 0; i < times; i++) {
        long begin = System.nanoTime();
        query.run();
        milliseconds[i] = (System.nanoTime() - begin) / 1e6;
      }
      Samples samples = new Samples(milliseconds);
      median.add(samples.median());
      slow.add(samples.quantile(0.99));
    }

    static Samples samples(List<Double> values) {
      return new Samples(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }

  private static void measure(List<Way> ways, Setup setup, Report report) throws Exception {
    int times = setup.quick() ? 1_000 : 4_000;
    for (int warmUp = 0; warmUp < 3; warmUp++) {
      for (Way way : ways) {
        way.measure(times);
      }
    }
    ways.forEach(way -> way.median.clear());
    ways.forEach(way -> way.slow.clear());
    for (int repetition = 0; repetition < setup.repetitions(); repetition++) {
      List<Way> order = new ArrayList<>(ways);
      if (repetition % 2 == 1) {
        Collections.reverse(order);
      }
      for (Way way : order) {
        way.measure(times);
      }
    }
    for (Way way : ways) {
      report.figure(way.name + ", p50", "ms", Way.samples(way.median));
      report.figure(way.name + ", p99", "ms", Way.samples(way.slow));
    }
    Samples constant = Way.samples(ways.get(2).median);
    double[] limits = {1.9, 1.7};
    for (int i : Arrays.asList(0, 1)) {
      Way way = ways.get(i);
      report.judge(
          "SELECT 1 " + way.name + ", p50 / constant GetFlightInfo + DoGet",
          Way.samples(way.median).dividedBy(constant),
          Bound.AT_MOST,
          limits[i]);
    }
  }

  private static void read(Client client, FlightInfo info) throws Exception {
    if (client.fetch(Client.ticket(info)).rows() != 1) {
      throw new IllegalStateException("not one row");
    }
  }
}
