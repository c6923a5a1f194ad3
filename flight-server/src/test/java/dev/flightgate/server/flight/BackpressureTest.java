package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.ServerMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that reads slowly, or not at all, costs the server a batch or two, not the result. */
class BackpressureTest {

  private static final long MEBIBYTE = 1L << 20;

  /** Generous, for a shared machine: the benchmark holds 64 MiB, and the whole result is 400. */
  private static final long GROWTH_BYTES_MAX = 128 * MEBIBYTE;

  private static String endless(String database) {
    return database.equals("main")
        ? "select range as i, repeat('x', 100) as t from range(1000000000000)"
        : "with recursive r(i) as (select 1 union all select i + 1 from r)"
            + " select i, printf('%0100d', i) as t from r";
  }

  private static void drain(SqlClient client, String query) throws Exception {
    FlightInfo info = client.sql().execute(query, client.options());
    try (FlightStream stream =
        client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
      while (stream.next()) {
        assertThat(stream.getRoot().getRowCount()).isPositive();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void stalledClients_holdNoThreadAndLittleMemory(String database) throws Exception {
    int stalled = 100; // many more than the query pool has threads
    try (RunningGateway gateway = RunningGateway.start();
        SqlClient client = SqlClient.login(gateway, "alice", database)) {
      List<FlightStream> streams = new ArrayList<>();
      try {
        for (int i = 0; i < stalled; i++) {
          FlightInfo info = client.sql().execute(endless(database), client.options());
          FlightStream stream =
              client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options());
          streams.add(stream);
          assertThat(stream.next()).isTrue();
        }
        // The stalled ones have filled what they may; others are served all the same.
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> ServerMemory.pullingThreads() == 0);
        assertThat(client.query("select 42")).hasSize(1);
        // What the server holds for each: the batch above the ready mark, and one being made.
        assertThat(ServerMemory.arrowBytes(gateway)).isLessThan(4 * MEBIBYTE * stalled);
      } finally {
        for (FlightStream stream : streams) {
          stream.close();
        }
      }
    }
  }

  @Test
  void fiftyMillionRows_toAClientThatReadsSlowly_growTheServerLittle() throws Exception {
    try (ServerMemory.ServerProcess server = ServerMemory.startProcess();
        SqlClient client = SqlClient.withoutLogin(server.port())) {
      // A first stream of the same kind, so that what is measured is the rows and not a cold JVM.
      drain(client, "select range as i from range(5000000)");
      FlightInfo info =
          client.sql().execute("select range as i from range(50000000)", client.options());
      long rows = 0;
      long largest = 0;
      try (FlightStream stream =
          client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
        assertThat(stream.next()).isTrue();
        rows += stream.getRoot().getRowCount();
        long atFirstBatch = server.residentBytes();
        int batches = 1;
        while (stream.next()) {
          rows += stream.getRoot().getRowCount();
          if (++batches % 32 == 0) {
            // The pace of a slow reader, not a wait for anything.
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            largest = Math.max(largest, server.residentBytes() - atFirstBatch);
          }
        }
      }
      assertThat(rows).isEqualTo(50_000_000);
      assertThat(largest).as("growth of resident memory").isLessThan(GROWTH_BYTES_MAX);
    }
  }
}
