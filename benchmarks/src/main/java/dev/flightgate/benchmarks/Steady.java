package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Report.Bound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Whether a gateway goes on as it began: eight clients read, ask, upload and cancel without a
 * pause, each over its own connection.
 */
final class Steady implements Benchmark {

  private static final double MEBIBYTE = 1 << 20;
  private static final int SLICES = 10;
  private static final long ROWS = 200_000;
  private static final int UPLOAD_BATCHES = 20;

  @Override
  public String name() {
    return "steady";
  }

  @Override
  public String question() {
    return "does it go on as it began?";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    Duration all = setup.quick() ? Duration.ofSeconds(15) : setup.steady();
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Client> clients = new ArrayList<>();
    try (ServerProcess gateway = ServerProcess.gateway(setup)) {
      for (int i = 0; i < 8; i++) {
        clients.add(new Client(gateway));
      }
      clients.get(0).update(Workload.lineitem(ROWS).setup());
      Load load = new Load(clients);
      List<Future<?>> working = load.start(threads);
      List<Slice> slices = new ArrayList<>();
      for (int i = 0; i < SLICES; i++) {
        slices.add(load.slice(all.dividedBy(SLICES), gateway));
      }
      load.over = true;
      for (Future<?> one : working) {
        one.get(1, TimeUnit.MINUTES);
      }
      tell(slices, load, report);
    } finally {
      threads.shutdownNow();
      for (Client client : clients) {
        client.close();
      }
    }
  }

  /** Operations per second of each kind, and the server's resident memory and CPU. */
  private record Slice(
      double reads,
      double queries,
      double uploads,
      double cancels,
      double resident,
      double cores) {}

  private static void tell(List<Slice> slices, Load load, Report report) {
    report.figure("results of 200,000 rows read", "/s", Samples.of(slices, Slice::reads));
    report.figure("small queries", "/s", Samples.of(slices, Slice::queries));
    report.figure("uploads of 160,000 rows", "/s", Samples.of(slices, Slice::uploads));
    report.figure("endless queries cancelled", "/s", Samples.of(slices, Slice::cancels));
    report.figure("server CPU", "cores", Samples.of(slices, Slice::cores));
    report.figure("resident memory", "MiB", Samples.of(slices, Slice::resident));
    Slice first = slices.get(0);
    Slice last = slices.get(slices.size() - 1);
    report.judge(
        "small queries, last tenth of the time / first",
        new Samples(last.queries / first.queries),
        Bound.AT_LEAST,
        0.90);
    report.judge(
        "rows read, last tenth of the time / first",
        new Samples(last.reads / first.reads),
        Bound.AT_LEAST,
        0.90);
    report.judge(
        "growth of resident memory after the first tenth, MiB",
        new Samples(last.resident - first.resident),
        Bound.AT_MOST,
        64);
    report.judge("errors", new Samples(load.errors.get()), Bound.AT_MOST, 0);
  }

  private interface Work {
    void run() throws Exception;
  }

  private static final class Load {
    private final List<Client> clients;
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong queries = new AtomicLong();
    private final AtomicLong uploads = new AtomicLong();
    private final AtomicLong cancels = new AtomicLong();
    final AtomicLong errors = new AtomicLong();
    volatile boolean over;

    Load(List<Client> clients) {
      this.clients = clients;
    }

    List<Future<?>> start(ExecutorService threads) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < clients.size(); i++) {
        Client client = clients.get(i);
        int kind = i % 4;
        String table = "steady" + i;
        all.add(
            threads.submit(
                () -> {
                  switch (kind) {
                    case 0 -> again(reads, () -> read(client, "select * from workload"));
                    case 1 -> again(queries, () -> read(client, "select max(l_tax) from workload"));
                    case 2 -> upload(client, table);
                    default -> again(cancels, () -> cancel(client));
                  }
                }));
      }
      return all;
    }

    Slice slice(Duration length, ServerProcess gateway) {
      double cpu = gateway.figures().cpuSeconds();
      long[] before = {reads.get(), queries.get(), uploads.get(), cancels.get()};
      long begin = System.nanoTime();
      LockSupport.parkNanos(length.toNanos());
      double seconds = (System.nanoTime() - begin) / 1e9;
      return new Slice(
          (reads.get() - before[0]) / seconds,
          (queries.get() - before[1]) / seconds,
          (uploads.get() - before[2]) / seconds,
          (cancels.get() - before[3]) / seconds,
          gateway.figures().residentBytes() / MEBIBYTE,
          (gateway.figures().cpuSeconds() - cpu) / seconds);
    }

    private void again(AtomicLong count, Work work) {
      while (!over) {
        try {
          work.run();
          count.incrementAndGet();
        } catch (Exception e) {
          if (errors.getAndIncrement() == 0) {
            System.err.println("benchmarks: the first failure: " + e);
          }
        }
      }
    }

    private static void read(Client client, String query) throws Exception {
      if (client.fetch(Client.ticket(client.plan(query))).rows() == 0) {
        throw new IllegalStateException("no rows");
      }
    }

    private void upload(Client client, String table) {
      FlightDescriptor target = Ingest.table(table);
      try (VectorSchemaRoot batch = client.firstBatch(Workload.numbers(8_192).query())) {
        again(uploads, () -> client.put(target, batch, UPLOAD_BATCHES));
      } catch (Exception e) {
        errors.incrementAndGet();
      }
    }

    private static void cancel(Client client) throws Exception {
      String endless = "select range as i from range(1000000000000)";
      try (FlightStream stream = client.open(Client.ticket(client.plan(endless)))) {
        if (!stream.next()) {
          throw new IllegalStateException("no rows");
        }
        stream.cancel("enough", null);
      }
    }
  }
}
