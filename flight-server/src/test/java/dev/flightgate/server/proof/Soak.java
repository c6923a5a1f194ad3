package dev.flightgate.server.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * 32 clients that read, write, dawdle, cancel, vanish, are killed, and leave things behind, for so
 * many minutes as the system property {@code flightgate.soak.minutes} says, 10 if it is not set:
 * the server is to be afterwards what it was before. Too long for every build, and so not named as
 * the tests are that belong to it: {@code -Dtest=Soak}. Needs Linux.
 *
 * <p>A fifth of the time warms up, and then everybody hangs up for the first time: what the server
 * holds then, at rest, is what it may hold at the end. Resident memory is compared under load, the
 * fifth after that with the last one.
 */
@Timeout(value = 3, unit = TimeUnit.HOURS)
final class Soak {

  private static final Duration LENGTH =
      Duration.ofSeconds(Math.round(60 * Double.parseDouble(property("minutes", "10"))));
  private static final long SEED = Long.parseLong(property("seed", "" + System.nanoTime()));
  private static final int CONNECTIONS = 32;
  private static final double GROWTH_MAX = 1.10;

  /** Before that what the JVM compiles, and what allocators keep for later, still grows. */
  private static final Duration JUDGED_FROM = Duration.ofMinutes(5);

  private static final Duration REST_MAX = Duration.ofMinutes(2);
  private static final Duration KILL_INTERVAL = Duration.ofSeconds(15);

  /** Of those that come and go: whether the databases answer is asked each second. */
  private static final int PROBING_THREADS_MAX = 4;

  private static final double MEBIBYTE = 1 << 20;

  @TempDir private Path folder;

  private final SoakClient.Tally tally = new SoakClient.Tally();
  private final List<String> verdict = new ArrayList<>();
  private GatewayProcess gateway;
  private int port;
  private int killed;

  private static String property(String name, String otherwise) {
    return System.getProperty("flightgate.soak." + name, otherwise);
  }

  /** What the server holds when nobody is connected. */
  private record Rest(
      long bytes, int sessions, long heap, List<String> threads, List<String> handles) {}

  @Test
  void theServer_afterHoursOfEverything_isAsItWas() throws Exception {
    System.out.printf("soak of %s, -Dflightgate.soak.seed=%d%n", LENGTH, SEED);
    try (GatewayProcess started = start();
        BufferAllocator allocator = new RootAllocator()) {
      gateway = started;
      port = gateway.awaitReady();
      lay(allocator);
      load(allocator, LENGTH.dividedBy(5), SEED);
      Rest before = rest();
      List<Long> resident =
          load(allocator, LENGTH.multipliedBy(4).dividedBy(5), SEED + CONNECTIONS);
      Rest after = rest();
      judge(before, after, resident);
      assertThat(gateway.finish()).as("exit code").isZero();
      assertThat(Files.readString(GatewayProcess.log(folder))).doesNotContain("not clean");
    }
    assertThat(verdict).as("what is wrong").isEmpty();
  }

  /** With all of its heap from the start, so that what grows is what leaks. */
  private GatewayProcess start() throws IOException {
    return GatewayProcess.start(
        folder,
        "dev.flightgate.server.WatchedGateway",
        List.of(
            "-Xms256m",
            "-Xmx256m",
            "-XX:+AlwaysPreTouch",
            "-XX:-UseDynamicNumberOfCompilerThreads",
            "-XX:-UseDynamicNumberOfGCThreads"),
        Map.of(
            "FLIGHTGATE_SESSIONS_IDLE_TIMEOUT", "5s",
            "FLIGHTGATE_SESSIONS_RESULT_LIFETIME", "5s",
            "FLIGHTGATE_SESSIONS_TRANSACTION_IDLE_TIMEOUT", "5s",
            "FLIGHTGATE_SESSIONS_MAX", "4000",
            "FLIGHTGATE_SESSIONS_PER_USER_MAX", "4000"),
        "--config",
        Files.writeString(
                folder.resolve("flightgate.yaml"),
                """
                databases:
                  - name: main
                    type: duckdb
                    location: '%s'
                    settings: {duckdb.memory_limit: 256MB}
                  - {name: lite, type: sqlite, location: '%s'}
                """
                    .formatted(folder.resolve("main.duckdb"), folder.resolve("lite.db")))
            .toString());
  }

  private void lay(BufferAllocator allocator) throws Exception {
    for (String database : List.of("main", "lite")) {
      try (ProofClient client = ProofClient.login(port, allocator, database)) {
        client.update("create table soak_written (number bigint)");
        client.update(
            "create table soak as with recursive r(number) as (select 0 union all"
                + " select number + 1 from r where number < "
                + (SoakClient.ROWS - 1)
                + ") select number, 'row ' || number as text from r");
      }
    }
  }

  /** Has everybody work; the resident memory of the server, each second. */
  private List<Long> load(BufferAllocator allocator, Duration length, long seed) throws Exception {
    long end = System.nanoTime() + length.toNanos();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<?>> working = new ArrayList<>();
      for (int number = 0; number < CONNECTIONS; number++) {
        SoakClient client = new SoakClient(port, number, allocator, seed, tally);
        working.add(threads.submit(() -> client.run(() -> System.nanoTime() > end)));
      }
      working.add(
          threads.submit(
              () -> {
                killClients(end);
                return null;
              }));
      List<Long> resident = new ArrayList<>();
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        resident.add(gateway.residentBytes());
      }
      for (Future<?> one : working) {
        one.get(3, TimeUnit.MINUTES);
      }
      return resident;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Starts a client's process now and then, and kills it half-way through a result. */
  private void killClients(long end) throws Exception {
    while (System.nanoTime() + KILL_INTERVAL.toNanos() < end) {
      Process client =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--add-opens=java.base/java.nio=ALL-UNNAMED",
                  "-Xmx256m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  VanishingProcess.class.getName(),
                  Integer.toString(port))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try {
        Awaitility.await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> client.getInputStream().available() > 0 || !client.isAlive());
        killed += client.isAlive() ? 1 : 0;
      } finally {
        client.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
      }
      LockSupport.parkNanos(KILL_INTERVAL.toNanos());
    }
  }

  /**
   * What is left once the server had time to notice that everybody is gone. Without the handles of
   * SQLite's own file: closing one would take the locks of all, so SQLite keeps it for the next
   * that is opened, and there are as many as there ever were connections at once. Each connection
   * has another handle, of the write-ahead log, which does count.
   */
  private Rest rest() throws Exception {
    Rest[] last = new Rest[1];
    try {
      Awaitility.await()
          .atMost(REST_MAX)
          .pollInterval(Duration.ofSeconds(2))
          .until(
              () -> {
                last[0] =
                    new Rest(
                        Long.parseLong(gateway.ask("bytes")),
                        Integer.parseInt(gateway.ask("sessions")),
                        Long.parseLong(gateway.ask("heap")),
                        List.of(gateway.ask("threads").split(",")),
                        gateway.handles().stream()
                            .filter(file -> !file.endsWith("lite.db"))
                            .toList());
                return last[0].bytes == 0
                    && last[0].sessions == 0
                    && last[0].threads.stream().filter(Soak::comesAndGoes).count()
                        <= PROBING_THREADS_MAX;
              });
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      verdict.add("the server did not come to rest within " + REST_MAX);
    }
    return last[0];
  }

  /** Threads that the pools end when they have had nothing to do for 30 seconds. */
  private static boolean comesAndGoes(String thread) {
    return thread.matches("flightgate-(query|call|login)-\\d+");
  }

  private void judge(Rest before, Rest after, List<Long> resident) {
    int fifth = Math.max(1, resident.size() / 4); // of the whole, of which four fifths are here
    double early = median(resident.subList(0, fifth));
    double late = median(resident.subList(resident.size() - fifth, resident.size()));
    System.out.println("| done | times |\n|---|---|");
    tally
        .done()
        .forEach((action, count) -> System.out.println("| " + action + " | " + count + " |"));
    System.out.println("| CLIENT_KILLED | " + killed + " |\n");
    System.out.println("| of the server | before | after |\n|---|---|---|");
    row("resident memory under load, MiB", early, late);
    for (int tenth = 0; tenth < 10; tenth++) {
      int from = tenth * resident.size() / 10;
      int to = Math.max(from + 1, (tenth + 1) * resident.size() / 10);
      System.out.printf(Locale.ROOT, "%.0f ", median(resident.subList(from, to)));
    }
    System.out.println("MiB in each tenth of that");
    row("heap at rest, MiB", before.heap / MEBIBYTE, after.heap / MEBIBYTE);
    row("Arrow bytes at rest, MiB", before.bytes / MEBIBYTE, after.bytes / MEBIBYTE);
    row("sessions at rest", before.sessions, after.sessions);
    row("threads at rest", before.threads.size(), after.threads.size());
    row("open handles at rest", before.handles.size(), after.handles.size());
    tally.failures().forEach((what, count) -> wrong(true, count + " × " + what));
    wrong(after.bytes != 0, "Arrow bytes are left: " + after.bytes);
    wrong(after.sessions != 0, "sessions are left: " + after.sessions);
    boolean judged = LENGTH.compareTo(JUDGED_FROM) >= 0;
    System.out.println(judged ? "" : "resident memory is not judged before " + JUDGED_FROM);
    wrong(
        judged && late > GROWTH_MAX * early,
        "resident memory has grown: " + late / early + " times");
    wrong(after.heap > GROWTH_MAX * before.heap + MEBIBYTE, "the heap has grown");
    wrong(
        after.threads.size() > before.threads.size() + PROBING_THREADS_MAX,
        "threads are left: " + more(before.threads, after.threads));
    wrong(
        after.handles.size() > before.handles.size(),
        "handles are left: " + more(before.handles, after.handles));
    wrong(killed == 0, "no client's process was killed");
    for (SoakAction action : SoakAction.values()) {
      wrong(!tally.done().containsKey(action), action + " never went well");
    }
    System.out.println(verdict.isEmpty() ? "\nverdict: as it was" : "\nverdict: " + verdict);
  }

  private static void row(String what, double before, double after) {
    System.out.printf(Locale.ROOT, "| %s | %.1f | %.1f |%n", what, before, after);
  }

  private void wrong(boolean is, String what) {
    if (is) {
      verdict.add(what);
    }
  }

  private static List<String> more(List<String> before, List<String> after) {
    List<String> more = new ArrayList<>(after);
    before.forEach(more::remove);
    return more;
  }

  private static double median(List<Long> bytes) {
    return bytes.stream().sorted().skip(bytes.size() / 2).findFirst().orElseThrow() / MEBIBYTE;
  }
}
