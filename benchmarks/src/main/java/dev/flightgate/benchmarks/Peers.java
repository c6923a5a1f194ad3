package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Client.Fetch;
import dev.flightgate.benchmarks.Installation.Unavailable;
import dev.flightgate.benchmarks.Report.Bound;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The same queries and uploads for the gateway and for what others offer over the same engines, by
 * the same client, in rounds, every second of them in the opposite order.
 */
final class Peers implements Benchmark {

  private static final long WARM_UP_SECONDS = 10;

  /** Of one measurement, as one alone is shorter than the clock of CPU seconds is fine. */
  private static final int READS = 5;

  private static final String SELECT_ONE = "select 1 as one";

  /** Validity bitmaps may be left out or padded. */
  private static final double BYTES_TOLERANCE = 0.1;

  private static final int UPLOAD_ROWS = 8_192;
  private static final String SQLITE_QUERY = "select a, b, c, d, e, f from workload";

  @Override
  public String name() {
    return "peers";
  }

  @Override
  public String question() {
    return "how does the gateway compare with other servers over the same engines?";
  }

  @Override
  public boolean inShortForm() {
    return false; // it downloads them
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    List<Peer> peers = new ArrayList<>();
    try {
      peers.add(Peer.gateway(setup));
      peers.add(Peer.gatewayOfOneEngineThread(setup));
      addIfHad(peers, "DazzleDuck", report, () -> Peer.dazzleduck(setup));
      addIfHad(peers, "pyarrow over duckdb", report, () -> Peer.pyarrow(setup));
      peers.add(Peer.inProcess(setup));
      duckdb(new Rounds(peers, setup, report), setup);
    } finally {
      close(peers);
    }
    List<Peer> overSqlite = new ArrayList<>();
    try {
      Path file = setup.work().resolve("peers.sqlite");
      overSqlite.add(Peer.gateway(setup, "--database", "lite=sqlite:" + file));
      overSqlite.add(Peer.jdbc(setup, file));
      sqlite(new Rounds(overSqlite, setup, report), setup);
    } finally {
      close(overSqlite);
    }
  }

  private interface Start {
    Peer peer() throws IOException, InterruptedException, Unavailable;
  }

  private static void addIfHad(List<Peer> peers, String name, Report report, Start start)
      throws IOException, InterruptedException {
    try {
      peers.add(start.peer());
    } catch (Unavailable e) {
      report.note(name + " is left out: " + e.getMessage());
    }
  }

  private static void close(List<Peer> peers) throws Exception {
    for (Peer peer : peers) {
      peer.close();
    }
  }

  private static void duckdb(Rounds rounds, Setup setup) throws Exception {
    Workload compiling = Workload.lineitem(setup.amount(500_000));
    rounds.warmUp(compiling);
    for (Workload workload :
        List.of(
            Workload.numbers(setup.amount(20_000_000)),
            Workload.lineitem(setup.amount(1_000_000)),
            Workload.shortStrings(setup.amount(4_000_000)),
            Workload.longStrings(setup.amount(500_000)),
            Workload.decimals(setup.amount(3_000_000)),
            Workload.nested(setup.amount(1_000_000)))) {
      rounds.read(workload);
    }
    rounds.ask("SELECT 1", SELECT_ONE, 1, setup.quick() ? 500 : 2_000);
    rounds.upload(Workload.numbers(UPLOAD_ROWS), setup.amount(16_000_000));
    rounds.upload(Workload.lineitem(UPLOAD_ROWS), setup.amount(2_000_000));
    rounds.tellMemory();
  }

  private static void sqlite(Rounds rounds, Setup setup) throws Exception {
    Peer ours = rounds.peers.get(0);
    ours.execute("create table workload(a bigint, b bigint, c double, d double, e text, f text)");
    ours.execute(
        "insert into workload with recursive n(i) as (select 1 union all select i + 1 from n where"
            + " i < "
            + setup.amount(1_000_000)
            + ") select i, i * 7919, i / 3.0, i * 0.25, 'name ' || i, 'some longer text, ' || i"
            + " from n");
    Workload workload = new Workload("SQLite", "", SQLITE_QUERY);
    rounds.warmUp(workload);
    rounds.read(workload);
    rounds.ask("SQLite SELECT 1", SELECT_ONE, 1, setup.quick() ? 500 : 2_000);
  }

  /** The rounds of all that is measured; the first of the peers is ours. */
  private static final class Rounds {
    final List<Peer> peers;
    private final Setup setup;
    private final Report report;
    private final Set<Peer> told = new HashSet<>();

    Rounds(List<Peer> peers, Setup setup, Report report) {
      this.peers = peers;
      this.setup = setup;
      this.report = report;
    }

    private interface Measurement {
      /** What is the better the greater it is. */
      double of(Peer peer) throws Exception;
    }

    /** Reads for some seconds, in which the JVMs compile what all workloads need. */
    void warmUp(Workload workload) throws Exception {
      long batchRows = prepare(workload);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WARM_UP_SECONDS);
      while (System.nanoTime() < end) {
        for (Peer peer : peers) {
          peer.read(workload.query(), batchRows);
        }
      }
    }

    private long prepare(Workload workload) throws Exception {
      for (Peer peer : peers) {
        peer.execute(workload.setup());
      }
      try (VectorSchemaRoot batch = peers.get(0).client().firstBatch(workload.query())) {
        return batch.getRowCount();
      }
    }

    void read(Workload workload) throws Exception {
      long batchRows = prepare(workload);
      Fetch first = peers.get(0).read(workload.query(), batchRows);
      told.clear();
      Map<Peer, List<Double>> seconds = new LinkedHashMap<>();
      compare(
          workload.name(),
          "M rows/s",
          peers,
          peer -> {
            double before = peer.figures().cpuSeconds();
            double taken = 0;
            for (int i = 0; i < READS; i++) {
              Fetch fetch = peer.read(workload.query(), batchRows);
              taken += fetch.seconds();
              if (peer.serves()) {
                requireSame(workload.name(), peer, fetch, first);
              }
            }
            double millions = READS * first.rows() / 1e6;
            double cpu = peer.figures().cpuSeconds() - before;
            seconds.computeIfAbsent(peer, p -> new ArrayList<>()).add(cpu / millions);
            return millions / taken;
          });
      seconds.forEach(
          (peer, cpu) ->
              report.figure(
                  workload.name() + ", " + peer.name() + ", server CPU",
                  "s/M rows",
                  Samples.of(
                      cpu.subList(cpu.size() - setup.repetitions(), cpu.size()),
                      Double::doubleValue)));
    }

    /** The same rows; and the same bytes, or that is said. */
    private void requireSame(String what, Peer peer, Fetch theirs, Fetch ours) {
      if (theirs.rows() != ours.rows()) {
        throw new IllegalStateException(peer.name() + " sent " + theirs.rows() + " rows");
      }
      double share = (double) theirs.bytes() / ours.bytes();
      if (Math.abs(share - 1) > BYTES_TOLERANCE && told.add(peer)) {
        report.note(
            String.format(
                Locale.ROOT,
                "%s: %s sends %.2f of the bytes that the gateway sends",
                what,
                peer.name(),
                share));
      }
    }

    /** The median of many, one after the other. */
    void ask(String what, String query, long batchRows, int times) throws Exception {
      List<Peer> asked = peers.stream().filter(Peer::serves).toList();
      compare(
          what,
          "1/p50, queries/s",
          asked,
          peer -> {
            double[] seconds = new double[times];
            for (int i = 0; i < times; i++) {
              seconds[i] = peer.read(query, batchRows).seconds();
            }
            return 1 / new Samples(seconds).median();
          });
    }

    void upload(Workload workload, long rows) throws Exception {
      peers.get(0).execute(workload.setup());
      List<Peer> takers = peers.stream().filter(Peer::takesUploads).toList();
      try (VectorSchemaRoot batch = peers.get(0).client().firstBatch(workload.query())) {
        long count = rows / batch.getRowCount();
        double millions = count * batch.getRowCount() / 1e6;
        compare(
            "upload of " + workload.name(),
            "M rows/s",
            takers,
            peer -> millions / peer.upload(batch, count));
      }
    }

    /**
     * Measures all in turns, tells, and judges ours as it comes against every other server; how it
     * compares with other settings is told only.
     */
    private void compare(String what, String unit, List<Peer> compared, Measurement measurement)
        throws Exception {
      List<Results> all = compared.stream().map(p -> new Results(p, new ArrayList<>())).toList();
      for (Peer peer : compared) {
        settle(peer, measurement);
      }
      for (int repetition = 0; repetition < setup.repetitions(); repetition++) {
        List<Results> order = new ArrayList<>(all);
        if (repetition % 2 != 0) {
          Collections.reverse(order);
        }
        for (Results results : order) {
          results.values.add(measurement.of(results.peer));
        }
      }
      all.forEach(one -> report.figure(what + ", " + one.peer.name(), unit, one.samples()));
      for (Results ours : all) {
        if (ours.peer.isGateway()) {
          for (Results theirs : all) {
            if (!theirs.peer.isGateway()) {
              compareTwo(what, ours, theirs);
            }
          }
        }
      }
    }

    private void compareTwo(String what, Results ours, Results theirs) {
      boolean asItComes = ours.peer == peers.get(0);
      String name = asItComes ? "ours" : ours.peer.name();
      String title = name + " / " + theirs.peer.name() + ", " + what;
      Samples ratio = ours.samples().dividedBy(theirs.samples());
      if (asItComes && theirs.peer.serves()) {
        report.judge(title, ratio, Bound.AT_LEAST, 1.0);
      } else {
        report.figure(title, "", ratio);
      }
    }

    /** One by itself for some seconds: half of them are in Java, and compile what they do. */
    private void settle(Peer peer, Measurement measurement) throws Exception {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(setup.pick(8, 2));
      while (System.nanoTime() < end) {
        measurement.of(peer);
      }
    }

    private record Results(Peer peer, List<Double> values) {

      Samples samples() {
        return Samples.of(values, Double::doubleValue);
      }
    }

    void tellMemory() {
      for (Peer peer : peers) {
        double resident = peer.figures().residentBytesMax() / 1e6;
        report.figure("most memory resident, " + peer.name(), "MB", new Samples(resident));
      }
    }
  }
}
