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
import org.jspecify.annotations.Nullable;

/**
 * How near the SQLite backend, drained in process, comes to a loop in C over SQLite's own
 * functions, and how far it is ahead of arrow-jdbc; the same rows over the wire; and rows going in,
 * against JDBC's addBatch.
 */
final class SqliteReader implements Benchmark {

  private static final int WARM_UP_ROUNDS = 4;
  private static final long COMPILE_SECONDS = 60;

  private static final String READ_NATIVE = "reading, ours by native code";
  private static final String READ_DRIVER = "reading, ours through the driver";
  private static final String READ_LOOP = "reading, C loop in the driver's SQLite";
  private static final String READ_SYSTEM = "reading, C loop over the system's SQLite";
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
    boolean nativeCode = !setup.nativeCode().isEmpty();
    if (!nativeCode) {
      report.note("native code is not measured: its library was not built");
    }
    Path source = setup.home().resolve("benchmarks/src/main/c/sqlite_loop.c");
    Path loop = compiled(setup, report, "sqlite_loop", source.toString(), "-lsqlite3");
    Path extension =
        compiled(
            setup,
            report,
            "libsqlite_loop.so",
            source.toString(),
            "-DEXTENSION",
            "-shared",
            "-fPIC");
    try (SqliteProcess engines = SqliteProcess.start(setup, file)) {
      engines.act("fill " + rows);
      try (ServerProcess gateway =
              ServerProcess.gateway(setup, "--database", "lite=sqlite:" + file);
          Client client = new Client(gateway)) {
        engines.act("ours off");
        int batchRows = engines.batchRows();
        List<Way> ways = new ArrayList<>();
        if (nativeCode) {
          ways.add(new Way(READ_NATIVE, () -> engines.act("ours auto")));
        }
        ways.add(new Way(READ_DRIVER, () -> engines.act("ours off")));
        if (extension != null) {
          String words = "loop " + batchRows + " " + extension;
          ways.add(new Way(READ_LOOP, () -> engines.act(words)));
        }
        if (loop != null) {
          ways.add(new Way(READ_SYSTEM, () -> runLoop(loop, file, batchRows)));
        }
        ways.add(new Way(READ_JDBC, () -> engines.act("arrow-jdbc " + batchRows)));
        ways.add(
            new Way(
                "reading, ours by DoGet",
                () ->
                    client.fetch(Client.ticket(client.plan(SqliteSample.QUERY))).rowsPerSecond()));
        repeat(ways, setup.repetitions());
      }
      write(setup, engines, nativeCode);
    }
    tell(report);
  }

  private void write(Setup setup, SqliteProcess engines, boolean nativeCode) throws Exception {
    long rows = setup.amount(800_000);
    List<Way> ways = new ArrayList<>();
    if (nativeCode) {
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
    ratio(report, "by native code / C loop over the system's SQLite", READ_NATIVE, READ_SYSTEM);
    ratio(report, "through the driver / C loop over the system's", READ_DRIVER, READ_SYSTEM);
    ratio(report, "writing through the driver / addBatch", WRITE_DRIVER, WRITE_JDBC);
    ratio(report, "writing by native code / addBatch", WRITE_NATIVE, WRITE_JDBC);
  }

  private void judge(Report report, String target, String ours, String theirs, double limit) {
    if (rates.containsKey(ours) && rates.containsKey(theirs)) {
      report.judge(target, samples(ours).dividedBy(samples(theirs)), Bound.AT_LEAST, limit);
    }
  }

  private void ratio(Report report, String name, String ours, String theirs) {
    if (rates.containsKey(ours) && rates.containsKey(theirs)) {
      report.figure(name, "", samples(ours).dividedBy(samples(theirs)));
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

  /** The loop in C, compiled; null, and said aloud, where there is no compiler or no SQLite. */
  private static @Nullable Path compiled(
      Setup setup, Report report, String name, String... arguments) throws Exception {
    Path made = setup.work().resolve(name);
    List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-o", made.toString()));
    command.addAll(List.of(arguments));
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
    report.note(name + " is not measured: it needs gcc and libsqlite3-dev");
    return null;
  }

  private static double runLoop(Path loop, Path file, int batchRows) throws Exception {
    Process process =
        new ProcessBuilder(
                loop.toString(),
                file.toString(),
                Integer.toString(batchRows),
                SqliteSample.TYPES,
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
