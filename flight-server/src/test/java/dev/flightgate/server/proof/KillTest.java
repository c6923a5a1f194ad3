package dev.flightgate.server.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real process, ended at any moment under load: what it acknowledged is there when it is
 * started again on the same files, and nothing is there by half. So many kills as the system
 * property {@code flightgate.kills} says, 3 if it is not set, at moments that {@code
 * flightgate.kills.seed} picks (though what the server does then is never quite the same); and a
 * fifth of that, one at least, of orderly ends.
 *
 * <p>A kill takes the process and not the machine: that the disk has what the engine wrote is not
 * proven here.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class KillTest {

  private static final int KILLS = Integer.getInteger("flightgate.kills", 3);
  private static final long SEED = Long.getLong("flightgate.kills.seed", System.nanoTime());
  private static final int MOMENT_MILLISECONDS_MAX = 1_200;
  private static final List<String> ENGINES = List.of("main", "lite");
  private static final String NEVER = "create table never (a integer)";

  @TempDir private Path folder;

  private final Random random = new Random(SEED);
  private final BufferAllocator allocator = new RootAllocator();
  private final List<Writer> writers = new ArrayList<>();
  private volatile boolean ending;
  private boolean loaded;

  @Test
  void whatWasAcknowledged_isThereAfterEachKill_andNothingIsByHalf() throws Exception {
    System.out.println("-Dflightgate.kills=" + KILLS + " -Dflightgate.kills.seed=" + SEED);
    lay();
    for (int kill = 1; kill <= KILLS; kill++) {
      try (GatewayProcess gateway = start()) {
        if (kill % 7 == 0) {
          pause(); // while it starts
          gateway.kill();
        } else {
          int port = gateway.awaitReady();
          check(port, "before kill " + kill);
          load(port, gateway::kill);
        }
      }
      delete(GatewayProcess.temporary(folder)); // as a container's are when it is started again
    }
    finish();
  }

  @Test
  void anOrderlyEnd_underLoad_losesNothingAndLeavesNothingBehind() throws Exception {
    System.out.println("orderly ends: -Dflightgate.kills.seed=" + SEED);
    lay();
    for (int end = 1; end <= Math.max(1, KILLS / 5); end++) {
      try (GatewayProcess gateway = start()) {
        int port = gateway.awaitReady();
        check(port, "before end " + end);
        load(port, () -> assertThat(gateway.terminate()).as("exit code").isZero());
      }
      assertNothingIsLeft();
    }
    finish();
  }

  private interface End {
    void now() throws Exception;
  }

  private GatewayProcess start() throws IOException {
    String library = System.getProperty("flightgate.sqlite.library");
    return GatewayProcess.start(
        folder,
        "dev.flightgate.server.Main",
        library == null ? List.of() : List.of("-Dflightgate.sqlite.library=" + library),
        Map.of(),
        "--config",
        config().toString());
  }

  /** DuckDB writes its log into its file often, so that kills meet it at that too. */
  private Path config() throws IOException {
    return Files.writeString(
        folder.resolve("flightgate.yaml"),
        """
        databases:
          - name: main
            type: duckdb
            location: '%s'
            settings: {duckdb.checkpoint_threshold: 100KB}
          - {name: lite, type: sqlite, location: '%s'}
        """
            .formatted(folder.resolve("main.duckdb"), folder.resolve("lite.db")));
  }

  private void lay() throws Exception {
    try (GatewayProcess gateway = start()) {
      int port = gateway.awaitReady();
      for (String engine : ENGINES) {
        try (ProofClient client = ProofClient.login(port, allocator, engine)) {
          client.update(NEVER);
          for (Way way : Way.values()) {
            client.update(way.definition());
            writers.add(new Writer(engine, way));
          }
        }
      }
      assertThat(gateway.terminate()).as("exit code").isZero();
    }
  }

  /** Has all writers write, and one transaction stay open, until the end at some moment. */
  private void load(int port, End end) throws Exception {
    ending = false;
    ExecutorService threads = Executors.newCachedThreadPool();
    try (ProofClient idle = ProofClient.login(port, allocator, "main")) {
      Transaction never = idle.sql().beginTransaction(idle.options());
      idle.sql().executeUpdate("insert into never values (1)", never, idle.options());
      List<Future<?>> writing = new ArrayList<>();
      for (Writer writer : writers) {
        writing.add(
            threads.submit(
                () -> {
                  writer.write(port, allocator, () -> ending);
                  return null;
                }));
      }
      if (!loaded || random.nextInt(4) > 0) {
        awaitWrites(writing);
      }
      loaded = true;
      pause();
      ending = true;
      end.now();
      for (Future<?> one : writing) {
        one.get(90, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Until all have had something acknowledged, which takes a JVM that has just started a while. */
  private void awaitWrites(List<Future<?>> writing) {
    List<Integer> before = writers.stream().map(Writer::acknowledged).toList();
    Awaitility.await()
        .atMost(90, TimeUnit.SECONDS)
        .until(
            () -> {
              List<Integer> now = writers.stream().map(Writer::acknowledged).toList();
              return IntStream.range(0, now.size()).allMatch(i -> now.get(i) > before.get(i))
                  || writing.stream().anyMatch(Future::isDone);
            });
  }

  private void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(MOMENT_MILLISECONDS_MAX)));
  }

  private void check(int port, String when) throws Exception {
    List<String> wrong = new ArrayList<>();
    for (String engine : ENGINES) {
      try (ProofClient client = ProofClient.login(port, allocator, engine)) {
        for (Writer writer : writers) {
          if (writer.database().equals(engine)) {
            wrong.addAll(writer.wrong(client));
          }
        }
        if (client.numbers("select count(*) from never").get(0)[0] != 0) {
          wrong.add(engine + ": rows of a transaction that was never committed");
        }
      }
    }
    assertThat(wrong).as("%s, with -Dflightgate.kills.seed=%d", when, SEED).isEmpty();
  }

  /** One more start, whose answers are checked and whose end is an orderly one. */
  private void finish() throws Exception {
    try (GatewayProcess gateway = start()) {
      check(gateway.awaitReady(), "at the end");
      assertThat(gateway.terminate()).as("exit code").isZero();
    }
    assertNothingIsLeft();
    for (Writer writer : writers) {
      System.out.printf(
          "%-20s %6d acknowledged, %4d not (%d met another writer)%n",
          writer, writer.acknowledged(), writer.notAcknowledged(), writer.refused());
      assertThat(writer.acknowledged()).as("acknowledged to %s", writer).isPositive();
    }
    allocator.close();
  }

  private void assertNothingIsLeft() throws IOException {
    assertThat(files(folder))
        .as("no write-ahead log, lock or temporary file")
        .containsExactlyInAnyOrder(
            "flightgate.yaml", "lite.db", "log", "main.duckdb", "state/signing.key");
    assertThat(Files.readString(GatewayProcess.log(folder)))
        .doesNotContain("not clean", "nobody foresaw");
  }

  /** All files below the folder, without the folders that they are in. */
  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .toList();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    }
  }
}
