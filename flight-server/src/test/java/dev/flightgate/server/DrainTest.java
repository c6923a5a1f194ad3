package dev.flightgate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.flight.SqlClient;
import dev.flightgate.server.flight.WatchedHealth;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that closes lets what runs go on, as long as it has patience. */
class DrainTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int ROWS = 3_000_000;
  private static final String LARGE = "SELECT i FROM range(" + ROWS + ") t(i)";

  private static final String ENDLESS = "SELECT i FROM range(1000000000000) t(i)";

  @TempDir private Path folder;

  private static FlightStream begin(SqlClient client) {
    return begin(client, LARGE);
  }

  private static FlightStream begin(SqlClient client, String query) {
    FlightInfo info = client.sql().execute(query, client.options());
    FlightStream stream =
        client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options());
    assertThat(stream.next()).isTrue();
    return stream;
  }

  private static long countRows(FlightStream stream) {
    long rows = stream.getRoot().getRowCount();
    while (stream.next()) {
      rows += stream.getRoot().getRowCount();
    }
    return rows;
  }

  private static void awaitDraining(SqlClient client) {
    await()
        .untilAsserted(
            () -> SqlClient.failure(FlightStatusCode.UNAVAILABLE, () -> client.query("SELECT 1")));
  }

  private static CompletableFuture<Void> close(RunningGateway gateway, Duration grace) {
    return CompletableFuture.runAsync(() -> gateway.close(grace));
  }

  @Test
  void close_whileAResultIsSent_sendsAllOfItAndTakesNothingNew() throws Exception {
    try (RunningGateway gateway = RunningGateway.builder().set("http.port", 0).start();
        SqlClient client = SqlClient.login(gateway, "alice");
        WatchedHealth health = new WatchedHealth(gateway, "")) {
      health.await(ServingStatus.SERVING);
      assertThat(HttpPage.get(gateway.httpUri() + "/readyz").status()).isEqualTo(200);
      FlightInfo planned = client.sql().execute("SELECT 42", client.options());
      try (FlightStream stream = begin(client)) {
        CompletableFuture<Void> closing = close(gateway, LONG);

        health.await(ServingStatus.NOT_SERVING);
        HttpPage ready = HttpPage.get(gateway.httpUri() + "/readyz");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.body()).contains("\"ready\":false", "\"phase\":\"draining\"");
        assertThat(HttpPage.get(gateway.httpUri() + "/healthz").status()).isEqualTo(200);
        assertThat(SqlClient.failure(FlightStatusCode.UNAVAILABLE, () -> client.query("SELECT 1")))
            .hasMessageContaining("shutting down");
        assertThat(client.rows(planned)).isEqualTo(List.of(List.of(42)));
        assertThat(closing).isNotDone();

        assertThat(countRows(stream)).isEqualTo(ROWS);
        closing.get(30, TimeUnit.SECONDS);
      }
      assertThat(health.end()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void close_whenItsGraceIsOver_cancelsWhatStillRuns() throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        SqlClient client = SqlClient.login(gateway, "alice");
        FlightStream stream = begin(client, ENDLESS)) {
      CompletableFuture<Void> closing = close(gateway, Duration.ofMillis(100));

      FlightRuntimeException failure =
          SqlClient.failure(FlightStatusCode.UNAVAILABLE, () -> countRows(stream));
      assertThat(failure).hasMessageContaining("shutting down");
      closing.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void close_whileAnotherCloses_takesTheShorterGrace() throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        SqlClient client = SqlClient.login(gateway, "alice");
        FlightStream stream = begin(client, ENDLESS)) {
      CompletableFuture<Void> first = close(gateway, LONG);
      awaitDraining(client);
      assertThat(first).isNotDone();
      CompletableFuture<Void> second = close(gateway, Duration.ZERO);

      SqlClient.failure(FlightStatusCode.UNAVAILABLE, () -> countRows(stream));
      first.get(10, TimeUnit.SECONDS);
      second.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void close_withTransactionsOpen_letsThemBeCommittedAndRollsTheOthersBack() throws Exception {
    String file = folder.resolve("drained.duckdb").toString();
    try (RunningGateway gateway =
            RunningGateway.builder().database("main", "duckdb", file).start();
        SqlClient client = SqlClient.login(gateway, "alice")) {
      client.update("CREATE TABLE t (x INTEGER)");
      Transaction committed = client.sql().beginTransaction(client.options());
      client.sql().executeUpdate("INSERT INTO t VALUES (1)", committed, client.options());
      Transaction left = client.sql().beginTransaction(client.options());
      client.sql().executeUpdate("INSERT INTO t VALUES (2)", left, client.options());
      CompletableFuture<Void> closing;
      try (FlightStream stream = begin(client)) {
        closing = close(gateway, LONG);
        awaitDraining(client);
        client.sql().commit(committed, client.options());
        assertThat(countRows(stream)).isEqualTo(ROWS);
      }
      closing.get(30, TimeUnit.SECONDS);
    }
    assertThat(Path.of(file + ".wal")).doesNotExist();
    try (RunningGateway again = RunningGateway.builder().database("main", "duckdb", file).start();
        SqlClient client = SqlClient.login(again, "alice")) {
      assertThat(client.query("SELECT x FROM t")).isEqualTo(List.of(List.of(1)));
    }
  }

  @Test
  void close_withNothingRunning_waitsForNobody() throws Exception {
    RunningGateway gateway = RunningGateway.start();
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      client.query("SELECT 1");
      long begun = System.nanoTime();
      gateway.close(LONG);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }
  }
}
