package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Report.Bound;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
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
        Client theirs = new Client(peer);
        JdbcDriver driver = JdbcDriver.open(setup);
        Connection jdbc = driver.connect(gateway);
        java.sql.PreparedStatement jdbcPrepared = jdbc.prepareStatement(QUERY)) {
      try (VectorSchemaRoot batch = ours.firstBatch(QUERY)) {
        theirs.put(FlightDescriptor.path("keep", "one"), batch, 1);
      }
      try (PreparedStatement prepared = ours.sql().prepare(QUERY, ours.options())) {
        Way constant = new Way("constant", () -> read(theirs, theirs.plan(QUERY)));
        List<Way> ways =
            List.of(
                constant,
                new Way("plain", () -> read(ours, ours.plan(QUERY)), 1.9),
                new Way("prepared", () -> read(ours, prepared.execute(ours.options())), 1.7),
                new Way("over JDBC, plain", () -> read(jdbc)),
                new Way("over JDBC, prepared", () -> read(jdbcPrepared.executeQuery())));
        measure(ways, setup);
        report(ways, constant, report);
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
    final double limit;
    final List<Double> median = new ArrayList<>();
    final List<Double> slow = new ArrayList<>();

    Way(String name, Query query) {
      this(name, query, Double.NaN);
    }

    /**
     * @param limit of what it takes, as a multiple of the constant's
     */
    Way(String name, Query query, double limit) {
      this.name = name;
      this.query = query;
      this.limit = limit;
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

  private static void measure(List<Way> ways, Setup setup) throws Exception {
    int times = setup.pick(4_000, 400);
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
  }

  private static void report(List<Way> ways, Way constant, Report report) {
    for (Way way : ways) {
      report.figure(way.name + ", p50", "ms", Way.samples(way.median));
      report.figure(way.name + ", p99", "ms", Way.samples(way.slow));
    }
    for (Way way : ways) {
      Samples ratio = Way.samples(way.median).dividedBy(Way.samples(constant.median));
      String name = "SELECT 1 " + way.name + ", p50 / constant GetFlightInfo + DoGet";
      if (!Double.isNaN(way.limit)) {
        report.judge(name, ratio, Bound.AT_MOST, way.limit);
      } else if (way != constant) {
        report.figure(name, "", ratio);
      }
    }
  }

  private static void read(Client client, FlightInfo info) throws Exception {
    if (client.fetch(Client.ticket(info)).rows() != 1) {
      throw new IllegalStateException("not one row");
    }
  }

  private static void read(Connection connection) throws SQLException {
    // A statement of its own each time: the driver never closes what one prepared before.
    try (Statement statement = connection.createStatement()) {
      read(statement.executeQuery(QUERY));
    }
  }

  private static void read(ResultSet result) throws SQLException {
    try (result) {
      if (!result.next() || result.getInt(1) != 1 || result.next()) {
        throw new IllegalStateException("not one row");
      }
    }
  }
}
