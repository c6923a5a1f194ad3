package dev.flightgate.client;

import static dev.flightgate.client.Outcomes.assertStatus;
import static dev.flightgate.client.Outcomes.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against the real gateway with its sample data. */
final class ClientEndToEndTest {

  /** Billions of rows. */
  private static final String ENDLESS =
      "SELECT a.l_orderkey, a.l_comment FROM lineitem a, lineitem b";

  @TempDir private static Path folder;

  private static ServerProcess server;

  private FlightgateClient client;

  @BeforeAll
  static void start() throws Exception {
    server = ServerProcess.start(folder, "--sample");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void connect() throws Exception {
    client = server.connect();
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @Test
  void query_withParameters_yieldsTheRows() {
    assertThat(
            rows(
                client.query(
                    "SELECT n_name, n_nationkey FROM nation"
                        + " WHERE n_regionkey = ? AND n_name > ? ORDER BY n_name",
                    3L,
                    "G")))
        .containsExactly("GERMANY\t7", "ROMANIA\t19", "RUSSIA\t22", "UNITED KINGDOM\t23");
  }

  @Test
  void query_ofManyBatches_yieldsEveryRow() {
    long count = 0;
    try (QueryResult rows = client.query("SELECT l_orderkey, l_comment FROM lineitem")) {
      assertThat(rows.schema().getFields())
          .extracting(Field::getName)
          .containsExactly("l_orderkey", "l_comment");
      while (rows.next()) {
        count += rows.batch().getRowCount();
      }
    }
    assertThat(List.of(Long.toString(count)))
        .isEqualTo(rows(client.query("SELECT count(*) FROM lineitem")));
  }

  @Test
  void query_withoutRows_hasColumns() {
    try (QueryResult rows = client.query("SELECT n_name FROM nation WHERE n_nationkey < 0")) {
      assertThat(rows.schema().getFields()).hasSize(1);
      assertThat(rows.next()).isFalse();
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void update_countsRows() {
    client.update("CREATE TABLE counted (id BIGINT, name VARCHAR)");
    assertThat(client.update("INSERT INTO counted VALUES (1, 'a'), (2, 'b')")).isEqualTo(2);
    assertThat(client.update("UPDATE counted SET name = ? WHERE id = ?", "c", 2)).isEqualTo(1);
    assertThat(rows(client.query("SELECT id, name FROM counted ORDER BY id")))
        .containsExactly("1\ta", "2\tc");
    client.update("DROP TABLE counted");
  }

  @Test
  void prepared_runsAgainWithOtherValues() {
    try (PreparedStatement prepared =
        client.prepare("SELECT n_name FROM nation WHERE n_nationkey = ?")) {
      assertThat(prepared.isUpdate()).isFalse();
      assertThat(prepared.parameterSchema().getFields()).hasSize(1);
      assertThat(prepared.resultSchema().getFields()).hasSize(1);
      assertThat(rows(prepared.bind(7L).query())).containsExactly("GERMANY");
      assertThat(rows(prepared.bind(6L).query())).containsExactly("FRANCE");
      assertThat(rows(prepared.query())).containsExactly("FRANCE");
    }
  }

  @Test
  void prepared_withABatchOfRows_runsForEach() {
    client.update("CREATE TABLE many (id BIGINT, name VARCHAR)");
    try (PreparedStatement insert = client.prepare("INSERT INTO many VALUES (?, ?)");
        VectorSchemaRoot rows = Batches.of(client.allocator(), 1, 3)) {
      assertThat(insert.isUpdate()).isTrue();
      assertThat(insert.bind(rows).update()).isEqualTo(3);
      assertThat(insert.bind(4L, null).update()).isEqualTo(1);
    }
    assertThat(rows(client.query("SELECT id, name FROM many ORDER BY id")))
        .containsExactly("1\tname 1", "2\tname 2", "3\tname 3", "4\tnull");
    client.update("DROP TABLE many");
  }

  @Test
  void transaction_takesEffectOnlyWhenCommitted() {
    client.update("CREATE TABLE accounts (id BIGINT, name VARCHAR)");
    try (Transaction transaction = client.begin()) {
      transaction.update("INSERT INTO accounts VALUES (1, 'lost')");
      assertThat(rows(transaction.query("SELECT count(*) FROM accounts"))).containsExactly("1");
    }
    assertThat(rows(client.query("SELECT count(*) FROM accounts"))).containsExactly("0");
    try (Transaction transaction = client.begin();
        VectorSchemaRoot rows = Batches.of(client.allocator(), 2, 2)) {
      transaction.update("INSERT INTO accounts VALUES (?, ?)", 1L, "kept");
      transaction.ingest("accounts", IngestMode.APPEND, rows);
      transaction.commit();
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> transaction.query("SELECT 1"))
          .withMessage("the transaction has ended");
    }
    assertThat(rows(client.query("SELECT count(*) FROM accounts"))).containsExactly("3");
    client.update("DROP TABLE accounts");
  }

  @Test
  void ingest_ofManyBatches_storesEveryRow() throws Exception {
    byte[] stream = Batches.stream(client.allocator(), 20, 5_000);
    try (ArrowStreamReader reader =
        new ArrowStreamReader(new ByteArrayInputStream(stream), client.allocator())) {
      assertThat(client.ingest("loaded", IngestMode.CREATE, reader)).isEqualTo(100_000);
    }
    assertThat(rows(client.query("SELECT count(*), min(id), max(id) FROM loaded")))
        .containsExactly("100000\t0\t99999");

    try (VectorSchemaRoot rows = Batches.of(client.allocator(), 0, 10)) {
      assertStatus(
          FlightStatusCode.ALREADY_EXISTS, () -> client.ingest("loaded", IngestMode.CREATE, rows));
      assertStatus(
          FlightStatusCode.NOT_FOUND, () -> client.ingest("missing", IngestMode.APPEND, rows));
      assertThat(client.ingest("loaded", IngestMode.REPLACE, rows)).isEqualTo(10);
      assertThat(client.ingest("loaded", IngestMode.CREATE_APPEND, rows)).isEqualTo(10);
    }
    assertThat(rows(client.query("SELECT count(*) FROM loaded"))).containsExactly("20");
    client.update("DROP TABLE loaded");
  }

  @Test
  void tables_nameTheSampleData() {
    assertThat(client.tables())
        .extracting(TableInfo::name)
        .contains("nation", "lineitem", "orders");
    assertThat(client.tables()).extracting(TableInfo::type).contains("TABLE");
  }

  @Test
  void mistakes_carryStatusAndTheEnginesMessage() {
    assertStatus(FlightStatusCode.INVALID_ARGUMENT, () -> client.query("SELEC 1"))
        .withMessageContaining("SELEC");
    assertStatus(FlightStatusCode.NOT_FOUND, () -> client.query("SELECT * FROM missing"))
        .withMessageContaining("missing");
    assertStatus(FlightStatusCode.NOT_FOUND, () -> client.update("DELETE FROM missing"));
    assertStatus(FlightStatusCode.INVALID_ARGUMENT, () -> client.prepare("SELECT (").close());
    assertStatus(
        FlightStatusCode.INVALID_ARGUMENT,
        () -> client.query("SELECT n_name FROM nation WHERE n_nationkey = ?", 1, 2));
    assertThat(rows(client.query("SELECT 1"))).containsExactly("1");
  }

  @Test
  void result_closedEarly_cancelsTheQuery() {
    long started = System.nanoTime();
    try (QueryResult rows = client.query(ENDLESS)) {
      assertThat(rows.next()).isTrue();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
    assertThat(rows(client.query("SELECT 1"))).containsExactly("1");
  }

  @Test
  void thread_interruptedWhileWaiting_getsCancelled() throws Exception {
    CompletableFuture<Thread> reading = new CompletableFuture<>();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<FlightStatusCode> outcome =
          thread.submit(
              () -> {
                try (QueryResult rows = client.query(ENDLESS)) {
                  while (rows.next()) {
                    reading.complete(Thread.currentThread());
                  }
                  return FlightStatusCode.OK;
                } catch (FlightgateException failure) {
                  return failure.code();
                } finally {
                  var unused = Thread.interrupted();
                }
              });
      reading.get(60, TimeUnit.SECONDS).interrupt();
      assertThat(outcome.get(60, TimeUnit.SECONDS)).isEqualTo(FlightStatusCode.CANCELLED);
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void client_sharedByManyThreads_answersEachItsOwn() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<List<String>>> answers = new ArrayList<>();
      for (long key = 0; key < 25; key++) {
        long asked = key;
        answers.add(
            threads.submit(
                () ->
                    rows(
                        client.query(
                            "SELECT n_nationkey FROM nation WHERE n_nationkey = ?", asked))));
      }
      for (int key = 0; key < 25; key++) {
        assertThat(answers.get(key).get(60, TimeUnit.SECONDS))
            .containsExactly(Integer.toString(key));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void close_withAResultLeftOpen_saysThatMemoryLeaked() throws Exception {
    FlightgateClient leaking = server.connect();
    assertThat(leaking.query("SELECT n_name FROM nation").next()).isTrue();

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(leaking::close)
        .withMessageStartingWith("a result or batch was not closed before its client");
  }
}
