package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Client.Fetch;
import dev.flightgate.benchmarks.Report.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * What the gateway adds to a plain Flight server when its engine costs nothing: both send the same
 * batch again and again, by reference.
 */
final class Canned implements Benchmark {

  private static final double GIGABYTE = 1e9;

  @Override
  public String name() {
    return "canned";
  }

  @Override
  public String question() {
    return "what does the gateway itself add to a plain Flight server?";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    try (ServerProcess gateway =
            ServerProcess.gatewayWithOurBackends(setup, "--database", "main=canned:batches");
        ServerProcess peer = ServerProcess.peer(setup);
        Client ours = new Client(gateway);
        Client theirs = new Client(peer)) {
      Pair pair = new Pair(gateway, peer, ours, theirs);
      pair.keep(CannedBatch.NUMBERS);
      long warm = System.nanoTime() + TimeUnit.SECONDS.toNanos(setup.pick(15, 3));
      for (int i = 0; System.nanoTime() < warm; i++) {
        pair.round(CannedBatch.NUMBERS, setup.pick(4_000, 1_000), i % 2 == 0);
      }
      pair.measure("two numbers", CannedBatch.NUMBERS, setup.pick(8_000, 1_500), setup, report);
      pair.measure("sixteen columns", CannedBatch.WIDE, setup.pick(8_000, 1_500), setup, report);
      pair.measure(
          "two numbers, 128 KiB", CannedBatch.SMALL, setup.pick(32_000, 6_000), setup, report);
    }
  }

  /** Rates in gigabytes per second, CPU of the server in seconds per gigabyte. */
  private record Round(double ours, double theirs, double oursCpu, double theirsCpu) {}

  private record Pair(ServerProcess gateway, ServerProcess peer, Client ours, Client theirs) {

    void keep(String name) throws Exception {
      try (VectorSchemaRoot batch = ours.firstBatch("SEND " + name + " 1")) {
        theirs.put(FlightDescriptor.path("keep", name), batch, 1);
      }
    }

    void measure(String what, String name, long batches, Setup setup, Report report)
        throws Exception {
      keep(name);
      round(name, batches, true);
      List<Round> rounds = new ArrayList<>();
      for (int i = 0; i < setup.pick(9, 3); i++) {
        rounds.add(round(name, batches, i % 2 == 0));
      }
      Samples mine = Samples.of(rounds, Round::ours);
      Samples plain = Samples.of(rounds, Round::theirs);
      report.figure(what + ", ours", "GB/s", mine);
      report.figure(what + ", plain", "GB/s", plain);
      report.figure(what + ", ours, server CPU", "s/GB", Samples.of(rounds, Round::oursCpu));
      report.figure(what + ", plain, server CPU", "s/GB", Samples.of(rounds, Round::theirsCpu));
      report.judge(
          "DoGet of a canned batch / a plain server's, " + what,
          mine.dividedBy(plain),
          Bound.AT_LEAST,
          0.95);
    }

    Round round(String name, long batches, boolean oursFirst) throws Exception {
      double[] mine = oursFirst ? ours(name, batches) : null;
      double[] plain = plain(name, batches);
      mine = mine == null ? ours(name, batches) : mine;
      return new Round(mine[0], plain[0], mine[1], plain[1]);
    }

    private double[] ours(String name, long batches) throws Exception {
      double before = gateway.figures().cpuSeconds();
      Fetch fetch = ours.fetch(Client.ticket(ours.plan("SEND " + name + " " + batches)));
      return figures(fetch, gateway.figures().cpuSeconds() - before);
    }

    private double[] plain(String name, long batches) throws Exception {
      double before = peer.figures().cpuSeconds();
      Fetch fetch = theirs.fetch(PeerServer.ticket(name, batches));
      return figures(fetch, peer.figures().cpuSeconds() - before);
    }

    private static double[] figures(Fetch fetch, double cpu) {
      double gigabytes = fetch.bytes() / GIGABYTE;
      return new double[] {gigabytes / fetch.seconds(), cpu / gigabytes};
    }
  }
}
