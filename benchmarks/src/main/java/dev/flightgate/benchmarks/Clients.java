package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Report.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * What many clients get done, each over a connection and in a session of its own, against as many
 * threads that have DuckDB in their own process. Default settings of the gateway.
 */
final class Clients implements Benchmark {

  private static final long ROWS = 600_000;

  /**
   * A query that many send at once.
   *
   * @param judged whether there is enough for the engine to do that it decides the throughput
   */
  private record Query(String title, String sql, boolean judged) {}

  private static final List<Query> QUERIES =
      List.of(
          new Query(
              "aggregate",
              "select l_returnflag, l_linestatus, sum(l_quantity) as q, avg(l_discount) as d,"
                  + " count(*) as n from workload group by all order by all",
              true),
          new Query("lookup", "select * from workload where l_orderkey = 4242", false),
          new Query("SELECT 1", "SELECT 1", false));

  @Override
  public String name() {
    return "clients";
  }

  @Override
  public String question() {
    return "what do many clients get done at once?";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    List<Integer> counts = setup.quick() ? List.of(64) : List.of(1, 4, 16, 64, 256);
    Workload table = Workload.lineitem(ROWS);
    List<Client> clients = new ArrayList<>();
    ExecutorService threads = Executors.newCachedThreadPool();
    try (ServerProcess gateway = ServerProcess.gateway(setup);
        ServerProcess peer = ServerProcess.peer(setup);
        Client theirs = new Client(peer)) {
      for (int i = 0; i < counts.get(counts.size() - 1); i++) {
        clients.add(new Client(gateway));
      }
      clients.get(0).update(table.setup());
      theirs.act("sql", table.setup());
      // The smallest query makes the most calls, and so has their code compiled soonest.
      Query small = QUERIES.get(QUERIES.size() - 1);
      Crowd warmUp = new Crowd(small, clients.subList(0, 16), theirs, gateway, threads);
      warmUp.round(setup.pick(15_000, 4_000), true);
      for (Client client : clients) {
        client.fetch(Client.ticket(client.plan(small.sql()))); // connects, and has a session made
      }
      for (Query query : setup.quick() ? QUERIES.subList(0, 1) : QUERIES) {
        for (int count : counts) {
          Crowd crowd = new Crowd(query, clients.subList(0, count), theirs, gateway, threads);
          crowd.measure(setup, report);
        }
      }
    } finally {
      threads.shutdownNow();
      for (Client client : clients) {
        client.close();
      }
    }
  }

  /** Rates per second, latencies in milliseconds, CPU in cores. */
  private record Round(
      double ours, double theirs, double median, double slow, double server, double client) {}

  private static final class Crowd {
    private final Query query;
    private final List<Client> clients;
    private final Client peer;
    private final ServerProcess gateway;
    private final ExecutorService threads;
    private int errors;

    Crowd(
        Query query,
        List<Client> clients,
        Client peer,
        ServerProcess gateway,
        ExecutorService threads) {
      this.query = query;
      this.clients = clients;
      this.peer = peer;
      this.gateway = gateway;
      this.threads = threads;
    }

    void measure(Setup setup, Report report) throws Exception {
      long milliseconds = setup.pick(2_000, 1_000);
      round(setup.pick(2_000, 500), true);
      List<Round> rounds = new ArrayList<>();
      for (int i = 0; i < setup.pick(5, 3); i++) {
        rounds.add(round(milliseconds, i % 2 == 0));
      }
      String name = query.title() + ", " + clients.size() + " clients";
      Samples mine = Samples.of(rounds, Round::ours);
      Samples embedded = Samples.of(rounds, Round::theirs);
      Samples spread = Samples.of(rounds, Round::slow).dividedBy(Samples.of(rounds, Round::median));
      report.figure(name + ", ours", "/s", mine);
      report.figure(name + ", in process", "/s", embedded);
      report.figure(name + ", p50", "ms", Samples.of(rounds, Round::median));
      report.figure(name + ", p99", "ms", Samples.of(rounds, Round::slow));
      report.figure(name + ", server CPU", "cores", Samples.of(rounds, Round::server));
      report.figure(name + ", clients' CPU", "cores", Samples.of(rounds, Round::client));
      Samples ratio = mine.dividedBy(embedded);
      if (query.judged() && clients.size() >= 64) {
        report.judge(name + ": throughput / in process", ratio, Bound.AT_LEAST, 0.90);
        report.judge(name + ": p99 / p50", spread, Bound.AT_MOST, 4);
      } else {
        report.figure(name + ", ours / in process", "", ratio);
      }
      report.judge(name + ": errors", new Samples(errors), Bound.AT_MOST, 0);
    }

    Round round(long milliseconds, boolean oursFirst) throws Exception {
      Round mine = oursFirst ? ours(milliseconds) : null;
      double nanosEach =
          peer.act("crowd", clients.size() + " " + milliseconds + " " + query.sql()) * 1e9;
      mine = mine == null ? ours(milliseconds) : mine;
      return new Round(
          mine.ours, 1e9 / nanosEach, mine.median, mine.slow, mine.server, mine.client);
    }

    private Round ours(long milliseconds) throws Exception {
      double server = gateway.figures().cpuSeconds();
      double client = ProcessFigures.own().cpuSeconds();
      long begin = System.nanoTime();
      long end = begin + TimeUnit.MILLISECONDS.toNanos(milliseconds);
      List<Future<List<Double>>> all = new ArrayList<>();
      for (Client one : clients) {
        all.add(threads.submit(() -> again(one, end)));
      }
      List<Double> latencies = new ArrayList<>();
      for (Future<List<Double>> one : all) {
        latencies.addAll(one.get(5, TimeUnit.MINUTES));
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      Samples samples = Samples.of(latencies, Double::doubleValue);
      return new Round(
          latencies.size() / seconds,
          0,
          samples.median(),
          samples.quantile(0.99),
          (gateway.figures().cpuSeconds() - server) / seconds,
          (ProcessFigures.own().cpuSeconds() - client) / seconds);
    }

    /** Asks again and again until the time is over; how many milliseconds each took. */
    private List<Double> again(Client client, long end) {
      List<Double> milliseconds = new ArrayList<>();
      do {
        long begin = System.nanoTime();
        try {
          if (client.fetch(Client.ticket(client.plan(query.sql()))).rows() == 0) {
            throw new IllegalStateException("no rows");
          }
        } catch (Exception e) {
          failed(e);
        }
        milliseconds.add((System.nanoTime() - begin) / 1e6);
      } while (System.nanoTime() < end);
      return milliseconds;
    }

    private synchronized void failed(Exception failure) {
      if (errors++ == 0) {
        System.err.println("benchmarks: the first failure: " + failure);
      }
    }
  }
}
