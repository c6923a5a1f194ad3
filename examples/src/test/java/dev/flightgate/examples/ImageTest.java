package dev.flightgate.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.flightgate.client.Credentials;
import dev.flightgate.client.FlightgateClient;
import dev.flightgate.client.FlightgateException;
import dev.flightgate.client.IngestMode;
import dev.flightgate.client.QueryResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The image in a container as a user runs it: with a read-only root and no capability. Each test
 * has a volume of its own. {@code deploy/test} builds the image and runs this.
 */
@Tag("docker")
final class ImageTest {

  private static final int ROWS = 10_000;

  private ImageVolume volume;

  @BeforeAll
  static void requireImage() {
    GatewayContainer.assumeImage();
  }

  @BeforeEach
  void makeVolume() {
    volume = new ImageVolume();
  }

  @AfterEach
  void removeVolume() {
    volume.close();
  }

  private GatewayContainer start() {
    return GatewayContainer.start(
        volume,
        "serve",
        "--insecure",
        "--user",
        GatewayContainer.USER,
        "--database",
        "main=duckdb:/var/lib/flightgate/main.duckdb,lite=sqlite:/var/lib/flightgate/lite.db");
  }

  private static long count(FlightgateClient client, String query) {
    try (QueryResult rows = client.query(query)) {
      assertThat(rows.next()).isTrue();
      return ((Number) rows.batch().getVector(0).getObject(0)).longValue();
    }
  }

  private static long upload(FlightgateClient client, String table) {
    try (BigIntVector numbers = new BigIntVector("i", client.allocator());
        VectorSchemaRoot batch = VectorSchemaRoot.of(numbers)) {
      numbers.allocateNew(ROWS);
      for (int i = 0; i < ROWS; i++) {
        numbers.set(i, i);
      }
      batch.setRowCount(ROWS);
      return client.ingest(table, IngestMode.CREATE, batch);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void whatWasUploaded_isThereAfterARestart(String database) {
    try (GatewayContainer gateway = start();
        FlightgateClient client = gateway.connect(database)) {
      assertThat(upload(client, "kept")).isEqualTo(ROWS);
      assertThat(client.update("INSERT INTO kept VALUES (-1)")).isOne();
      assertThat(gateway.stop()).as("exit code after SIGTERM").isZero();
    }
    try (GatewayContainer gateway = start();
        FlightgateClient client = gateway.connect(database)) {
      assertThat(count(client, "SELECT count(*) FROM kept")).isEqualTo(ROWS + 1);
    }
  }

  @Test
  void wrongPassword_isRefused() {
    try (GatewayContainer gateway = start()) {
      assertThatThrownBy(
              () ->
                  FlightgateClient.connect(
                          gateway.uri(), Credentials.password(GatewayContainer.USER, "wrong"))
                      .close())
          .isInstanceOf(FlightgateException.class)
          .hasMessageContaining("wrong user or password");
    }
  }

  @Test
  void rootAndUser_areAsPromised() throws Exception {
    try (GatewayContainer gateway = start()) {
      assertThat(gateway.exec("id", "-u").getStdout().trim()).isEqualTo("10001");
      assertThat(gateway.exec("touch", "/opt/flightgate/x").getStderr())
          .contains("Read-only file system");
      assertThat(gateway.exec("touch", "/var/lib/flightgate/x").getExitCode()).isZero();
      assertThat(gateway.isHealthy()).isTrue();
    }
  }

  /** A client that reads gets its whole result, a change that was begun is whole or not there. */
  @Test
  void sigterm_underLoad_drainsAndLosesNothing() throws Exception {
    long sum = 0;
    long rows = 0;
    try (GatewayContainer gateway = start();
        FlightgateClient reader = gateway.connect("main");
        FlightgateClient writer = gateway.connect("main")) {
      writer.update("CREATE TABLE pairs (a BIGINT, b BIGINT)");
      CompletableFuture<Integer> exitCode;
      CompletableFuture<Long> written;
      try (QueryResult result = reader.query("SELECT range AS i FROM range(20000000)")) {
        assertThat(result.next()).isTrue();
        written = CompletableFuture.supplyAsync(() -> writeUntilRefused(writer));
        exitCode = CompletableFuture.supplyAsync(gateway::stop);
        do {
          rows += result.batch().getRowCount();
        } while (result.next());
      }
      assertThat(rows).isEqualTo(20_000_000);
      assertThat(exitCode.get(60, TimeUnit.SECONDS)).isZero();
      sum = written.get(60, TimeUnit.SECONDS);
    }
    try (GatewayContainer gateway = start();
        FlightgateClient client = gateway.connect("main")) {
      assertThat(count(client, "SELECT count(*) FROM pairs")).isGreaterThanOrEqualTo(sum);
      assertThat(count(client, "SELECT count(*) FROM pairs WHERE a <> b")).isZero();
    }
  }

  /** How many rows were acknowledged. */
  private static long writeUntilRefused(FlightgateClient writer) {
    long acknowledged = 0;
    for (int i = 0; i < 100_000; i++) {
      int value = i;
      Throwable refused =
          catchThrowable(() -> writer.update("INSERT INTO pairs VALUES (?, ?)", value, value));
      if (refused != null) {
        return acknowledged;
      }
      acknowledged++;
    }
    throw new AssertionError("nobody stopped the gateway");
  }

  /** As docker-compose.yml starts it: certificate and password made by deploy/compose/setup. */
  @Test
  void tls_withWhatTheFirstStartMakes_answers() throws Exception {
    try (ImageVolume secrets = new ImageVolume();
        GatewayContainer gateway = GatewayContainer.startAsComposed(volume, secrets)) {
      assertThat(gateway.isHealthy()).isTrue();
      try (FlightgateClient client = gateway.connectTls()) {
        assertThat(count(client, "SELECT count(*) FROM lineitem")).isEqualTo(60_175);
      }
      assertThat(gateway.logs()).doesNotContain("Exception");
    }
  }
}
