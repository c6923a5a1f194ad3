package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Client.Fetch;
import dev.flightgate.benchmarks.Report.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * How near a DoGet comes to what the wire allows (a plain Flight server that re-sends one batch of
 * the same size) and to what the engine allows (DuckDB drained into Arrow in process), alone and
 * both at once.
 */
final class DoGet implements Benchmark {

  private static final double GIGABYTE = 1e9;
  private static final long SETTLING_SECONDS = 3;

  @Override
  public String name() {
    return "doget";
  }

  @Override
  public String question() {
    return "how near is a DoGet to what the wire and the engine allow?";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    List<Workload> workloads =
        List.of(
            Workload.numbers(setup.amount(80_000_000)),
            Workload.lineitem(setup.amount(4_000_000)),
            Workload.shortStrings(setup.amount(16_000_000)),
            Workload.longStrings(setup.amount(2_000_000)),
            Workload.decimals(setup.amount(12_000_000)),
            Workload.nested(setup.amount(3_000_000)));
    try (ServerProcess gateway = ServerProcess.gateway(setup);
        ServerProcess peer = ServerProcess.peer(setup);
        Client ours = new Client(gateway);
        Client theirs = new Client(peer)) {
      Workload compiling = Workload.lineitem(setup.amount(4_000_000));
      new Comparison(compiling, gateway, peer, ours, theirs).warmUp(setup.pick(15, 3));
      for (Workload workload : workloads) {
        Comparison comparison = new Comparison(workload, gateway, peer, ours, theirs);
        comparison.prepare();
        comparison.repeat(setup.repetitions());
        comparison.tell(report);
      }
    }
  }

  /** One repetition's outcome: rates in rows per second, CPU in seconds per gigabyte. */
  private record Round(
      double ours,
      double wire,
      double engine,
      double oursCpu,
      double wireCpu,
      double engineCpu,
      double clientCpu,
      double both,
      double bothCpu) {}

  /** A rate, and the CPU seconds per gigabyte of the server and of the client. */
  private record Run(double rate, double serverCpu, double clientCpu, Fetch fetch) {}

  private static final class Comparison {
    private final Workload workload;
    private final ServerProcess gateway;
    private final ServerProcess peer;
    private final Client ours;
    private final Client theirs;
    private final List<Round> rounds = new ArrayList<>();
    private long batchRows;

    Comparison(
        Workload workload, ServerProcess gateway, ServerProcess peer, Client ours, Client theirs) {
      this.workload = workload;
      this.gateway = gateway;
      this.peer = peer;
      this.ours = ours;
      this.theirs = theirs;
    }

    void prepare() throws Exception {
      if (!workload.setup().isEmpty()) {
        ours.update(workload.setup());
        theirs.act("sql", workload.setup());
      }
      try (VectorSchemaRoot batch = ours.firstBatch(workload.query())) {
        batchRows = batch.getRowCount();
        theirs.put(FlightDescriptor.path("keep", workload.name()), batch, 1);
      }
    }

    /** Runs for some seconds, in which the JVMs compile what all workloads need. */
    void warmUp(int seconds) throws Exception {
      prepare();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      for (int i = 0; System.nanoTime() < end; i++) {
        round(i % 2 == 0);
      }
    }

    void repeat(int repetitions) throws Exception {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLING_SECONDS);
      for (int i = 0; i < 2 || System.nanoTime() < end; i++) {
        round(i % 2 == 0);
      }
      rounds.clear();
      for (int i = 0; i < repetitions; i++) {
        round(i % 2 == 0);
      }
    }

    /** Ours, the wire, the engine; or the other way round, so that no order favours anybody. */
    private void round(boolean oursFirst) throws Exception {
      Run mine = oursFirst ? ours() : null;
      Run engine = oursFirst ? null : engine();
      Run wire = wire();
      mine = mine == null ? ours() : mine;
      engine = engine == null ? engine() : engine;
      Run both = both();
      rounds.add(
          new Round(
              mine.rate,
              wire.rate,
              engine.rate,
              mine.serverCpu,
              wire.serverCpu,
              engine.serverCpu,
              mine.clientCpu,
              both.rate,
              both.serverCpu));
    }

    private Fetch last = new Fetch(0, 0, 0);

    private Run ours() throws Exception {
      return run(gateway, () -> last = ours.fetch(Client.ticket(ours.plan(workload.query()))));
    }

    private Run wire() throws Exception {
      return run(peer, this::resend);
    }

    private Fetch resend() throws Exception {
      long batches = Math.max(1, last.rows() / batchRows);
      return theirs.fetch(PeerServer.ticket(workload.name(), batches));
    }

    private Run engine() throws Exception {
      return run(peer, () -> new Fetch(last.rows(), last.bytes(), drain()));
    }

    private double drain() {
      return theirs.act("drain", batchRows + " " + workload.query());
    }

    /**
     * As many rows drained and as many re-sent at the same time, which have nothing to do with each
     * other: what engine, wire and client allow that share these cores.
     */
    private Run both() throws Exception {
      return run(
          peer,
          () -> {
            CompletableFuture<Double> drained = CompletableFuture.supplyAsync(this::drain);
            double sent = resend().seconds();
            return new Fetch(last.rows(), last.bytes(), Math.max(sent, drained.get()));
          });
    }

    private interface Work {
      Fetch run() throws Exception;
    }

    private static Run run(ServerProcess server, Work work) throws Exception {
      double serverBefore = server.figures().cpuSeconds();
      double clientBefore = ProcessFigures.own().cpuSeconds();
      Fetch fetch = work.run();
      double gigabytes = fetch.bytes() / GIGABYTE;
      return new Run(
          fetch.rowsPerSecond(),
          (server.figures().cpuSeconds() - serverBefore) / gigabytes,
          (ProcessFigures.own().cpuSeconds() - clientBefore) / gigabytes,
          fetch);
    }

    private Samples samples(ToDoubleFunction<Round> of) {
      return new Samples(rounds.stream().mapToDouble(of).toArray());
    }

    void tell(Report report) {
      String name = workload.name();
      report.figure(name + ", batches of", "rows", new Samples(batchRows));
      report.figure(name + ", ours", "M rows/s", samples(r -> r.ours / 1e6));
      report.figure(name + ", one batch re-sent", "M rows/s", samples(r -> r.wire / 1e6));
      report.figure(name + ", drained in process", "M rows/s", samples(r -> r.engine / 1e6));
      report.figure(name + ", both at once", "M rows/s", samples(r -> r.both / 1e6));
      report.figure(name + ", ours, server CPU", "s/GB", samples(Round::oursCpu));
      report.figure(name + ", re-sent, server CPU", "s/GB", samples(Round::wireCpu));
      report.figure(name + ", drained, CPU", "s/GB", samples(Round::engineCpu));
      report.figure(name + ", both at once, CPU", "s/GB", samples(Round::bothCpu));
      report.figure(name + ", ours, client CPU", "s/GB", samples(Round::clientCpu));
      Samples ofWire = samples(Round::ours).dividedBy(samples(Round::wire));
      Samples ofEngine = samples(Round::ours).dividedBy(samples(Round::engine));
      Samples cpu =
          samples(Round::oursCpu)
              .dividedBy(samples(Round::wireCpu).plus(samples(Round::engineCpu)));
      boolean numbers = name.equals("two numbers");
      if (name.equals("short strings")) {
        report.figure(name + ", ours / re-sent", "", ofWire);
      } else {
        report.judge(
            "DoGet of " + name + " / its ceiling", ofWire, Bound.AT_LEAST, numbers ? 0.55 : 0.42);
      }
      if (name.equals("lineitem") || name.equals("short strings")) {
        report.judge("DoGet of " + name + " / in-process drain", ofEngine, Bound.AT_LEAST, 0.90);
      } else {
        report.figure(name + ", ours / drained", "", ofEngine);
      }
      tellOfBoth(report, name);
      report.judge(
          name + ": server CPU per GB / (drain + re-send)",
          cpu,
          Bound.AT_MOST,
          numbers ? 1.35 : 1.15);
    }

    /** Where a target is missed, these say whether the machine or the gateway is the reason. */
    private void tellOfBoth(Report report, String name) {
      Samples ofBoth = samples(Round::ours).dividedBy(samples(Round::both));
      report.figure(name + ", ours / both at once", "", ofBoth);
      Samples cpuOfBoth = samples(Round::oursCpu).dividedBy(samples(Round::bothCpu));
      report.figure(name + ", ours / both at once, CPU", "", cpuOfBoth);
    }
  }
}
