package dev.flightgate.benchmarks;

import com.google.protobuf.Any;
import dev.flightgate.benchmarks.Report.Bound;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * How fast rows come in: against a server that forgets them, and the engines' own ways. "Both at
 * once" is what the cores allow: as many rows forgotten and as many inserted at the same time,
 * which have nothing to do with each other.
 */
final class Ingest implements Benchmark {

  private static final long BATCH_ROWS = 8_192;

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public String question() {
    return "how fast do rows come in?";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    Path file = setup.work().resolve("ingest.sqlite");
    try (ServerProcess gateway =
            ServerProcess.gateway(
                setup, "--database", "main=duckdb::memory:", "--database", "lite=sqlite:" + file);
        ServerProcess peer = ServerProcess.peer(setup);
        Client duckdb = new Client(gateway, "main");
        Client sqlite = new Client(gateway, "lite");
        Client theirs = new Client(peer)) {
      long many = setup.amount(40_000_000);
      duckdb(setup, report, Workload.numbers(BATCH_ROWS), many, gateway, peer, duckdb, theirs);
      long wide = setup.amount(4_000_000);
      duckdb(setup, report, Workload.lineitem(BATCH_ROWS), wide, gateway, peer, duckdb, theirs);
      Workload nested = Workload.nested(BATCH_ROWS);
      duckdb(setup, report, nested, setup.amount(2_000_000), gateway, peer, duckdb, theirs);
      sqlite(setup, report, gateway, duckdb, sqlite, theirs);
    }
  }

  private static FlightDescriptor table() {
    return table("uploaded");
  }

  /** An upload into this table, which is made, or made anew. */
  static FlightDescriptor table(String name) {
    return FlightDescriptor.command(
        Any.pack(
                CommandStatementIngest.newBuilder()
                    .setTable(name)
                    .setTableDefinitionOptions(
                        TableDefinitionOptions.newBuilder()
                            .setIfNotExist(TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE)
                            .setIfExists(TableExistsOption.TABLE_EXISTS_OPTION_REPLACE))
                    .build())
            .toByteArray());
  }

  private static void duckdb(
      Setup setup,
      Report report,
      Workload workload,
      long rows,
      ServerProcess gateway,
      ServerProcess peer,
      Client ours,
      Client theirs)
      throws Exception {
    if (!workload.setup().isEmpty()) {
      ours.update(workload.setup());
    }
    String name = workload.name();
    boolean numbers = workload.setup().isEmpty();
    long batches = rows / BATCH_ROWS;
    try (VectorSchemaRoot batch = ours.firstBatch(workload.query())) {
      theirs.put(FlightDescriptor.path("keep", name), batch, 1);
      List<Way> ways = new ArrayList<>();
      ways.add(new Way("discarded", () -> discard(theirs, batch, batches)));
      ways.add(new Way("into DuckDB", () -> ours.put(table(), batch, batches)));
      ways.add(new Way("inserted in process", () -> insert(theirs, name, batches)));
      ways.add(new Way("both at once", () -> both(theirs, name, batch, batches)));
      if (numbers) {
        ways.add(new Way("by appender", () -> theirs.act("append", Long.toString(rows))));
      }
      repeat(ways, setup, rows, name, gateway, peer, report);
      Samples into = ways.get(1).rates();
      report.judge(
          "DoPut of " + name + " into DuckDB / discarded",
          into.dividedBy(ways.get(0).rates()),
          Bound.AT_LEAST,
          0.45);
      Samples inserted = ways.get(2).rates();
      report.figure(name + ", DoPut / inserted in process", "", into.dividedBy(inserted));
      Samples both = ways.get(3).rates();
      report.figure(name + ", DoPut / both at once", "", into.dividedBy(both));
      if (numbers) {
        report.judge(
            "DoPut of " + name + " into DuckDB / appender",
            into.dividedBy(ways.get(4).rates()),
            Bound.AT_LEAST,
            2.5);
      }
    }
  }

  private static void sqlite(
      Setup setup, Report report, ServerProcess gateway, Client duckdb, Client ours, Client theirs)
      throws Exception {
    long rows = setup.amount(2_000_000);
    long batches = rows / BATCH_ROWS;
    Path file = setup.work().resolve("batch.sqlite");
    try (VectorSchemaRoot batch = duckdb.firstBatch(Workload.numbers(BATCH_ROWS).query())) {
      List<Way> ways =
          List.of(
              new Way("into SQLite", () -> ours.put(table(), batch, batches)),
              new Way("by addBatch", () -> theirs.act("batch", rows + " " + file)));
      repeat(ways, setup, rows, "two numbers", gateway, gateway, report);
      report.judge(
          "DoPut of two numbers into SQLite / JDBC addBatch",
          ways.get(0).rates().dividedBy(ways.get(1).rates()),
          Bound.AT_LEAST,
          1.6);
    }
  }

  private static double discard(Client theirs, VectorSchemaRoot batch, long batches) {
    return theirs.put(FlightDescriptor.path("discard"), batch, batches);
  }

  private static double insert(Client theirs, String name, long batches) {
    return theirs.act("insert", name + " " + batches);
  }

  private static double both(Client theirs, String name, VectorSchemaRoot batch, long batches)
      throws Exception {
    CompletableFuture<Double> inserted =
        CompletableFuture.supplyAsync(() -> insert(theirs, name, batches));
    return Math.max(discard(theirs, batch, batches), inserted.get());
  }

  /** Answers the seconds it took. */
  private interface Work {
    double run() throws Exception;
  }

  private static final class Way {
    final String name;
    final Work work;
    final List<Double> rates = new ArrayList<>();

    Way(String name, Work work) {
      this.name = name;
      this.work = work;
    }

    Samples rates() {
      return new Samples(rates.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }

  /** Runs for some seconds, in which the JVMs compile what the ways need. */
  private static void warmUp(List<Way> ways, int seconds) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    do {
      for (Way way : ways) {
        way.work.run();
      }
    } while (System.nanoTime() < end);
  }

  private static void repeat(
      List<Way> ways,
      Setup setup,
      long rows,
      String what,
      ServerProcess gateway,
      ServerProcess peer,
      Report report)
      throws Exception {
    warmUp(ways, setup.pick(6, 1));
    double before = gateway.figures().cpuSeconds();
    double peerBefore = peer.figures().cpuSeconds();
    for (int repetition = 0; repetition < setup.repetitions(); repetition++) {
      List<Way> order = new ArrayList<>(ways);
      if (repetition % 2 == 1) {
        Collections.reverse(order);
      }
      for (Way way : order) {
        way.rates.add(rows / 1e6 / way.work.run());
      }
    }
    double millions = rows / 1e6 * setup.repetitions();
    for (Way way : ways) {
      report.figure(what + ", " + way.name, "M rows/s", way.rates());
    }
    double cpu = gateway.figures().cpuSeconds() - before;
    report.figure(what + ", gateway's CPU", "s/M rows", new Samples(cpu / millions));
    if (peer != gateway) {
      double peerCpu = peer.figures().cpuSeconds() - peerBefore;
      report.figure(
          what + ", peer's CPU, all its ways", "s/M rows", new Samples(peerCpu / millions));
    }
  }
}
