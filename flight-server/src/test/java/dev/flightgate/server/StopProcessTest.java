package dev.flightgate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.flight.SqlClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real process, told to stop while it works. */
class StopProcessTest {

  private static final int ROWS = 3_000_000;
  private static final String LARGE = "SELECT i FROM range(" + ROWS + ") t(i)";

  private static final String ENDLESS = "SELECT i FROM range(1000000000000) t(i)";

  @TempDir private Path folder;
  private StartedServer server;

  @BeforeEach
  void start() throws IOException {
    assumeThat(System.getProperty("os.name")).as("a system with SIGTERM").doesNotContain("Windows");
    server =
        StartedServer.start(
            folder, "--grace", "60s", "--db-path", folder.resolve("main.duckdb").toString());
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.close();
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

  private void awaitDraining() {
    await().until(() -> server.ready().body().contains("draining"));
  }

  private void assertEndsWell() throws Exception {
    assertThat(server.exitCode()).as(server.log()).isZero();
    assertThat(folder.resolve("main.duckdb")).isRegularFile();
    assertThat(folder.resolve("main.duckdb.wal")).doesNotExist();
  }

  @Test
  void sigterm_whileAResultIsSent_sendsAllOfItAndEndsWithZero() throws Exception {
    assertThat(server.ready().status()).isEqualTo(200);
    try (SqlClient client = SqlClient.withoutLogin(server.port())) {
      client.update("CREATE TABLE t AS SELECT 1 AS x");
      try (FlightStream stream = begin(client, LARGE)) {
        server.process().destroy();
        awaitDraining();
        SqlClient.failure(FlightStatusCode.UNAVAILABLE, () -> client.query("SELECT 1"));
        assertThat(countRows(stream)).isEqualTo(ROWS);
      }
      assertEndsWell();
    }
  }

  @Test
  void sigterm_twice_cutsTheGraceShort() throws Exception {
    try (SqlClient client = SqlClient.withoutLogin(server.port());
        FlightStream stream = begin(client, ENDLESS)) {
      server.process().destroy();
      awaitDraining();
      long begun = System.nanoTime();

      server.process().destroy();

      FlightRuntimeException failure =
          SqlClient.failure(FlightStatusCode.UNAVAILABLE, () -> countRows(stream));
      assertThat(failure).hasMessageContaining("shutting down");
      assertEndsWell();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    }
  }
}
