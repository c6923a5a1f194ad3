package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Report.Bound;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How near the SQLite backend, drained in process, comes to a loop in C over SQLite's own
 * functions, and how far it is ahead of arrow-jdbc; the same rows over the wire; and rows going in,
 * against JDBC's addBatch.
 */
final class SqliteReader implements Benchmark {

  private static final int WARM_UP_ROUNDS = 4;
  private static final long COMPILE_SECONDS = 60;
  private static final String LOOP = "/benchmarks/src/main/c/sqlite_loop.c";
  private static final String BUILD = "/flight-server/src/main/c/build";

  private static final String READ_NATIVE = "reading, ours by native code";
  private static final String READ_DRIVER = "reading, ours through the driver";
  private static final String READ_LOOP = "reading, C loop";
  private static final String READ_JDBC = "reading, arrow-jdbc";
  private static final String WRITE_NATIVE = "writing, ours by native code";
  private static final String WRITE_DRIVER = "writing, ours through the driver";
  private static final String WRITE_JDBC = "writing, addBatch";

  private final Map<String, List<Double>> rates = new LinkedHashMap<>();

  @Override
  public String name() {
    return "sqlite";
  }

  @Override
  public String question() {
    return "how near is the SQLite backend to SQLite itself?";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    Path file = setup.work().resolve("sample.sqlite");
    long rows = setup.amount(2_000_000);
    rates.clear();
    Path loop = compiled(setup, "sqlite_loop", "gcc", "-O2", "-o", "OUT", LOOP, "-lsqlite3");
    Path library = compiled(setup, "libflightgate_sqlite.so", setup.home() + BUILD, "OUT");
    try (SqliteProcess engines = SqliteProcess.start(setup, file, library)) {
      engines.act("fill " + rows);
      try (ServerProcess gateway =
              ServerProcess.gateway(setup, "--database", "lite=sqlite:" + file);
          Client client = new Client(gateway)) {
        read(setup, engines, loop, library, file, client);
      }
      write(setup, engines, library);
    }
    tell(report);
  }

  private void read(
      Setup setup,
      SqliteProcess engines,
      @Nullable Path loop,
      @Nullable Path library,
      Path file,
      Client client)
      throws Exception {
    engines.act("ours off");
    int batchRows = engines.batchRows();
    List<Way> ways = new ArrayList<>();
    if (library != null) {
      ways.add(new Way(READ_NATIVE, () -> engines.act("ours auto")));
    }
    ways.add(new Way(READ_DRIVER, () -> engines.act("ours off")));
    if (loop != null) {
      ways.add(new Way(READ_LOOP, () -> runLoop(loop, file, batchRows)));
    }
    ways.add(new Way(READ_JDBC, () -> engines.act("arrow-jdbc " + batchRows)));
    ways.add(
        new Way(
            "reading, ours through the driver, by DoGet",
            () -> client.fetch(Client.ticket(client.plan(SqliteSample.QUERY))).rowsPerSecond()));
    repeat(ways, setup.repetitions());
  }

  private void write(Setup setup, SqliteProcess engines, @Nullable Path library) throws Exception {
    long rows = setup.amount(800_000);
    List<Way> ways = new ArrayList<>();
    if (library != null) {
      ways.add(new Way(WRITE_NATIVE, () -> engines.act("ingest auto " + rows)));
    }
    ways.add(new Way(WRITE_DRIVER, () -> engines.act("ingest off " + rows)));
    ways.add(new Way(WRITE_JDBC, () -> engines.act("addBatch " + rows)));
    repeat(ways, setup.repetitions());
  }

  private void tell(Report report) {
    rates.keySet().forEach(way -> report.figure(way, "M rows/s", samples(way)));
    judge(report, "SQLite reader through the driver / C loop", READ_DRIVER, READ_LOOP, 0.33);
    judge(report, "SQLite reader by native code / C loop", READ_NATIVE, READ_LOOP, 0.7);
    judge(report, "SQLite reader through the driver / arrow-jdbc", READ_DRIVER, READ_JDBC, 1.6);
    judge(report, "SQLite ingest through the driver / addBatch", WRITE_DRIVER, WRITE_JDBC, 1.6);
    judge(report, "SQLite ingest by native code / addBatch", WRITE_NATIVE, WRITE_JDBC, 1.6);
  }

  private void judge(Report report, String target, String ours, String theirs, double limit) {
    if (rates.containsKey(ours) && rates.containsKey(theirs)) {
      report.judge(target, samples(ours).dividedBy(samples(theirs)), Bound.AT_LEAST, limit);
    } else {
      System.out.println("  NOT MEASURED: " + target);
    }
  }

  private Samples samples(String way) {
    return new Samples(
        rates.getOrDefault(way, List.of()).stream().mapToDouble(rate -> rate / 1e6).toArray());
  }

  /** Answers rows per second. */
  private interface Work {
    double run() throws Exception;
  }

  private record Way(String name, Work work) {}

  /** Some rounds to compile what is measured, and then those that count, in both orders. */
  private void repeat(List<Way> ways, int repetitions) throws Exception {
    List<Way> order = new ArrayList<>(ways);
    for (int round = -WARM_UP_ROUNDS; round < repetitions; round++) {
      for (Way way : order) {
        double rate = way.work.run();
        if (round >= 0) {
          rates.computeIfAbsent(way.name, name -> new ArrayList<>()).add(rate);
        }
      }
      Collections.reverse(order);
    }
  }

  /**
   * What a command makes of the sources, OUT standing for it; null, and said aloud, where there is
   * no compiler or no SQLite to compile with.
   */
  private static @Nullable Path compiled(Setup setup, String name, String... words)
      throws Exception {
    Path made = setup.work().resolve(name);
    List<String> command =
        Stream.of(words)
            .map(word -> word.equals("OUT") ? made.toString() : word)
            .map(word -> word.equals(LOOP) ? setup.home() + LOOP : word)
            .toList();
    try {
      Process compiler =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(setup.target().resolve("sqlite-compiler.log").toFile())
              .start();
      boolean ended = compiler.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS);
      if (ended && compiler.exitValue() == 0 && Files.exists(made)) {
        return made;
      }
      compiler.destroyForcibly();
    } catch (IOException noCompiler) {
      // said below
    }
    System.out.println("  " + name + " needs gcc and sqlite3ext.h (libsqlite3-dev)");
    return null;
  }

  private static double runLoop(Path loop, Path file, int batchRows) throws Exception {
    Process process =
        new ProcessBuilder(
                loop.toString(),
                file.toString(),
                Integer.toString(batchRows),
                "iirrtt",
                SqliteSample.QUERY)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var out = process.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      if (line == null) {
        throw new IllegalStateException("the C loop failed");
      }
      String[] words = line.split(" ", -1);
      return Long.parseLong(words[0]) / (Long.parseLong(words[2]) / 1e9);
    }
  }
}
