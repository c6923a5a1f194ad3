package dev.flightgate.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 10,000 results that are asked for and never fetched: what only reads, what was prepared and is
 * never closed, and what ran at once and whose rows wait.
 */
final class AbandonedResultsTest {

  private static final int INFOS = 10_000;
  private static final int CLIENTS = 4;
  private static final long GROWTH_BYTES_MAX = 192 << 20;

  /** Some 20 KiB for each of 100 results of each session; all of them would be 64 MiB. */
  private static final long KEPT_BYTES_MAX = 32 << 20;

  @TempDir private Path folder;

  private GatewayProcess gateway;
  private int port;

  @Test
  void tenThousandResults_thatNobodyFetches_costNothingLasting() throws Exception {
    Assumptions.assumeThat(System.getProperty("os.name"))
        .as("a system with /proc")
        .isEqualTo("Linux");
    try (GatewayProcess started =
            GatewayProcess.start(
                folder,
                "dev.flightgate.server.WatchedGateway",
                List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch"),
                Map.of("FLIGHTGATE_SESSIONS_IDLE_TIMEOUT", "10s"),
                "--database",
                "main=duckdb::memory:");
        BufferAllocator allocator = new RootAllocator();
        ProofClient asking = ProofClient.login(start(started), allocator, "main")) {
      asking.update("create table changed (number bigint)");
      abandon(allocator, INFOS / 10); // so that the code is compiled, and memory as it will be
      Duration before = median(asking);
      long resident = gateway.residentBytes();

      Set<String> told = abandon(allocator, INFOS);

      assertThat(Long.parseLong(gateway.ask("bytes"))).as("kept").isBetween(1L, KEPT_BYTES_MAX);
      assertThat(gateway.residentBytes() - resident).as("growth").isLessThan(GROWTH_BYTES_MAX);
      assertThat(Integer.parseInt(gateway.ask("sessions"))).isLessThanOrEqualTo(2 * CLIENTS + 1);
      assertThat(Arrays.stream(gateway.ask("threads").split(","))).hasSizeLessThan(80);
      Duration after = median(asking);
      System.out.println("a query: " + before + " before, " + after + " after; told: " + told);
      assertThat(after).isLessThan(before.multipliedBy(2).plusMillis(5));
      assertThat(told).hasSize(1).allMatch(why -> why.contains("unknown ticket"));
      await()
          .atMost(60, TimeUnit.SECONDS)
          .until(() -> gateway.ask("bytes").equals("0") && gateway.ask("sessions").equals("0"));
    }
  }

  private int start(GatewayProcess started) throws Exception {
    gateway = started;
    port = gateway.awaitReady();
    return port;
  }

  /** What the clients were told when they came back for their first results, numbers left out. */
  private Set<String> abandon(BufferAllocator allocator, int infos) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<String>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        all.add(threads.submit(() -> abandonByOne(allocator, infos / CLIENTS)));
      }
      Set<String> told = new TreeSet<>();
      for (Future<String> one : all) {
        told.add(one.get(3, TimeUnit.MINUTES));
      }
      return told;
    } finally {
      threads.shutdownNow();
    }
  }

  private String abandonByOne(BufferAllocator allocator, int infos) throws Exception {
    try (ProofClient client = ProofClient.login(port, allocator, "main")) {
      FlightInfo first = client.plan("select 1");
      for (int i = 0; i < infos; i++) {
        ask(client, i);
      }
      client.rows(first);
      return "here it is";
    } catch (FlightRuntimeException e) {
      assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND);
      return e.getMessage().replaceAll("\\d+", "N");
    }
  }

  private static void ask(ProofClient client, int number) {
    switch (number % 3) {
      case 0 -> client.plan("select range, repeat('x', 1000) from range(1000000)");
      case 1 -> {
        PreparedStatement never = client.sql().prepare("select 1", client.options());
        never.execute(client.options());
      }
      default ->
          client.plan(
              "insert into changed select range from range(300) returning number, repeat('y', 50)");
    }
  }

  private static Duration median(ProofClient client) throws Exception {
    List<Duration> took = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      long begin = System.nanoTime();
      assertThat(client.numbers("select 1")).hasSize(1);
      took.add(Duration.ofNanos(System.nanoTime() - begin));
    }
    return took.stream().sorted().skip(100).findFirst().orElseThrow();
  }
}
