package dev.flightgate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.flight.SqlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightStatusCode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A database that DuckDB gives up, as it does when it cannot write a checkpoint: the real process,
 * whose files the kernel does not let grow any more.
 */
class FatalErrorTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @BeforeEach
  void needsPrlimit() {
    assumeThat(Path.of("/usr/bin/prlimit")).as("util-linux, to limit a process's files").exists();
  }

  private Path file(String database) {
    return folder.resolve(database + ".duckdb");
  }

  private StartedServer start(String... databases) throws IOException {
    StringBuilder settings = new StringBuilder("databases:\n");
    for (String database : databases) {
      settings.append(
          "  - {name: %1$s, type: duckdb, location: '%2$s', on-fatal-error: %1$s}%n"
              .formatted(database, file(database)));
    }
    Path config = Files.writeString(folder.resolve("gateway.yaml"), settings);
    return StartedServer.start(folder, "--config", config.toString(), "--grace", "1s");
  }

  /** The files of the process cannot grow beyond this from now on. */
  private static void limitFiles(StartedServer server, String bytes) throws Exception {
    Process prlimit =
        new ProcessBuilder(
                "prlimit",
                "--pid",
                Long.toString(server.process().pid()),
                "--fsize=" + bytes + ":unlimited")
            .inheritIO()
            .start();
    assertThat(prlimit.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(prlimit.exitValue()).isZero();
  }

  private void fill(SqlClient client) {
    client.update("CREATE TABLE t AS SELECT i FROM range(1000) r(i)");
    client.update("CHECKPOINT");
  }

  /** Commits, and has the engine fail for good. */
  private static void breakDown(SqlClient client) {
    client.update("INSERT INTO t SELECT i FROM range(10000) r(i)");
    SqlClient.failure(FlightStatusCode.INTERNAL, () -> client.update("CHECKPOINT"));
    assertThat(SqlClient.failure(FlightStatusCode.UNAVAILABLE, () -> client.query("SELECT 1")))
        .hasMessageContaining("fatal error");
  }

  @Test
  void aLostDatabase_isOpenedAgainOrStaysLost_asItsSettingSays() throws Exception {
    try (StartedServer server = start("reopen", "stay");
        SqlClient reopened = SqlClient.withoutLogin(server.port(), "reopen");
        SqlClient lost = SqlClient.withoutLogin(server.port(), "stay")) {
      fill(reopened);
      fill(lost);
      assertThat(server.ready().status()).isEqualTo(200);
      limitFiles(server, Long.toString(Files.size(file("reopen"))));
      breakDown(reopened);
      breakDown(lost);

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(server.ready().body())
                      .contains("\"reopen\":{\"state\":\"up\"", "\"stay\":{\"state\":\"lost\""));
      limitFiles(server, "unlimited");

      assertThat(reopened.query("SELECT count(*) FROM t")).isEqualTo(List.of(List.of(11_000L)));
      reopened.update("INSERT INTO t VALUES (1)");
      SqlClient.failure(FlightStatusCode.UNAVAILABLE, () -> lost.query("SELECT 1"));
      assertThat(server.ready().status()).isEqualTo(503);
      assertThat(HttpPage.get(server.http() + "/metrics").body())
          .contains("flightgate_database_state{database=\"stay\",state=\"lost\"} 1.0");
      assertThat(server.log())
          .containsOnlyOnce("database stay was given up by its engine")
          .contains("database reopen is open again");
      server.process().destroy();
      assertThat(server.exitCode()).as(server.log()).isZero();
    }
  }

  @Test
  void aLostDatabase_endsTheProcess_whereItsSettingSaysSo() throws Exception {
    try (StartedServer server = start("exit")) {
      try (SqlClient client = SqlClient.withoutLogin(server.port(), "exit")) {
        fill(client);
        limitFiles(server, Long.toString(Files.size(file("exit"))));
        breakDown(client);
      }
      assertThat(server.exitCode()).as(server.log()).isOne();
    }
    try (StartedServer again = start("exit");
        SqlClient client = SqlClient.withoutLogin(again.port(), "exit")) {
      assertThat(client.query("SELECT count(*) FROM t")).isEqualTo(List.of(List.of(11_000L)));
    }
  }
}
