package dev.flightgate.server.backend.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.ColumnSample;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.SessionContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What DuckDB sessions do beyond the contract: lost texts, interrupts, uploads of every type. */
final class DuckDbSessionTest {

  private final DuckDbFixture duckdb = new DuckDbFixture();

  @AfterEach
  void closeAll() {
    duckdb.close();
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void failure_whoseTextTheDriverLoses_hasIt(boolean inTransaction) {
    if (inTransaction) {
      duckdb.session.begin();
    }
    assertThat(
            DuckDbFixture.fails(
                Kind.INVALID_DATA, () -> duckdb.cells("SELECT CAST('x' || 1 AS BIGINT) AS n")))
        .hasMessageContaining("Conversion Error")
        .hasMessageContaining("x1");
    duckdb.session.rollback();
    assertThat(duckdb.cells("SELECT 1")).containsExactly("1");
  }

  @Test
  void failure_ofReader_hasItsText() {
    try (BackendSession reader = duckdb.reader()) {
      assertThat(
              DuckDbFixture.fails(
                  Kind.INVALID_DATA,
                  () -> duckdb.cells(reader, "SELECT error('b' || 'oom')", Parameters.NONE)))
          .hasMessageContaining("boom");
      assertThat(duckdb.cells(reader, "SELECT 1", Parameters.NONE)).containsExactly("1");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT * FROM range(1000000000000) WHERE range % 7 = 9",
        "SELECT count(*) FROM range(10000000000) AS a, range(100) AS b WHERE a.range % 7 = 9",
        "SELECT * FROM range(1000000000000) ORDER BY hash(range)",
        "SELECT range AS x FROM range(1000000000000)",
        "SELECT max(range) FROM range(1000000000000)"
      })
  void cancel_atAnyMoment_isNoticedAtOnce(String sql) throws Exception {
    try (Threads threads = new Threads()) {
      for (int micros : new int[] {0, 50, 200, 1_000, 50_000}) {
        Future<BackendException> ended =
            threads.submit(() -> DuckDbFixture.fails(Kind.CANCELLED, () -> duckdb.cells(sql)));
        Future<?> cancel = threads.after(micros, duckdb.session::cancel);
        threads.await(cancel, "the cancel at " + micros + " us has not returned");
        long from = System.nanoTime();
        threads.await(ended, "what was cancelled at " + micros + " us has not ended");
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(5));
        duckdb.session.clearCancel();
        assertThat(duckdb.cells("SELECT 1")).containsExactly("1");
      }
    }
  }

  @Test
  void returning_closedBeforeItIsRead_hasChangedEveryRow() {
    duckdb.run("CREATE TABLE a(x BIGINT)");
    String sql = "INSERT INTO a FROM range(1000000) RETURNING x";
    try (PreparedQuery query = duckdb.session.prepare(sql)) {
      query.openStream(Parameters.NONE, 0, duckdb.allocator).close();
      assertThat(query.update(Parameters.NONE)).isEqualTo(1_000_000);
    }
    assertThat(duckdb.cells("SELECT count(*) FROM a")).containsExactly("2000000");
  }

  @Test
  void ingest_everyType_arrivesAsItLeft() {
    List<String> columns =
        DuckDbSamples.COLUMNS.stream().map(c -> value(c) + " AS " + c.name()).toList();
    String sql = "SELECT " + String.join(", ", columns) + " FROM range(3000)";
    String count = "SELECT count(*), count(DISTINCT t) FROM copied";
    try (BackendSession source = open();
        PreparedQuery query = source.prepare(sql);
        BatchStream rows = query.openStream(Parameters.NONE, 0, duckdb.allocator)) {
      IngestTarget target = target("copied", IngestTarget.Mode.CREATE);
      assertThat(duckdb.session.ingest(target, rows)).isEqualTo(3_000);
    }
    assertThat(duckdb.cells(count)).containsExactly("3000", "1");
    for (var sample : DuckDbSamples.COLUMNS) {
      String compared =
          "CAST(" + sample.name() + " AS VARCHAR) = CAST(" + value(sample) + " AS VARCHAR)";
      if (!sample.name().equals("g") && !sample.name().equals("u8")) {
        assertThat(duckdb.cells("SELECT DISTINCT " + compared + " FROM copied"))
            .as(sample.name())
            .containsExactly("true");
      }
    }
  }

  private static String value(ColumnSample sample) {
    return "(" + sample.literal() + ")::" + sample.sqlType();
  }

  @ParameterizedTest
  @EnumSource(IngestTarget.Mode.class)
  void ingest_catalogAndSchema_areFollowed(IngestTarget.Mode mode) {
    duckdb.run(
        "ATTACH ':memory:' AS \"other db\"",
        "CREATE SCHEMA \"other db\".\"a b\"",
        "CREATE TABLE \"other db\".main.t(x BIGINT)",
        "CREATE TABLE \"other db\".\"a b\".t(x BIGINT)");
    String table = mode == IngestTarget.Mode.CREATE ? "fresh" : "t";
    for (String schema : new String[] {"main", "a b"}) {
      IngestTarget target = new IngestTarget("other db", schema, table, mode, false);
      assertThat(ingest(target, "SELECT 5 AS x")).isEqualTo(1);
      assertThat(duckdb.cells("FROM \"other db\".\"" + schema + "\"." + table))
          .containsExactly("5");
    }
  }

  @Test
  void ingest_columnsThatDifferInCaseOnly_areRefused() {
    IngestTarget target = target("t", IngestTarget.Mode.CREATE);
    DuckDbFixture.fails(Kind.INVALID_DATA, () -> ingest(target, "SELECT 1 AS a, 2 AS A"));
    assertThatThrownBy(() -> duckdb.cells("FROM t")).isInstanceOf(BackendException.class);
  }

  @Test
  void ingest_afterwards_leavesNoNameBehind() {
    ingest(target("t", IngestTarget.Mode.CREATE), "SELECT 1 AS a");
    assertThat(duckdb.cells("SELECT view_name FROM duckdb_views() WHERE NOT internal")).isEmpty();
    assertThat(duckdb.session.metadata().catalogs()).containsExactly("memory");
  }

  @Test
  void catalogs_temporaryTable_showsTheirCatalog() {
    duckdb.run("CREATE TEMP TABLE t(x INTEGER)");
    assertThat(duckdb.session.metadata().catalogs()).containsExactly("memory", "temp");
    assertThat(duckdb.session.metadata().tables("temp", null, "t", List.of(), true))
        .singleElement()
        .satisfies(table -> assertThat(table.columns()).hasSize(1));
  }

  @Test
  void batchRows_session_boundsThem() {
    Schema narrow = schema("SELECT 1");
    Schema wide = schema("SELECT repeat('x', 10) AS a, " + "'b', ".repeat(200) + "1");
    assertThat(DuckDbStream.batchRows(narrow, context(512 * 1024, 65_536))).isEqualTo(65_536);
    assertThat(DuckDbStream.batchRows(wide, context(512 * 1024, 65_536))).isEqualTo(8_192);
    assertThat(DuckDbStream.batchRows(narrow, context(512 * 1024, 5_000))).isEqualTo(4_096);
    assertThat(DuckDbStream.batchRows(narrow, context(512 * 1024, 7))).isEqualTo(7);
    assertThat(
            DuckDbStream.batchRows(
                schema("SELECT 1::BIGINT, 2::BIGINT"), context(512 * 1024, 65_536)))
        .isEqualTo(32_768);
  }

  @Test
  void isLast_batchThatIsNotFull_isTrue() {
    try (PreparedQuery query = duckdb.session.prepare("FROM range(100000)");
        BatchStream stream = query.openStream(Parameters.NONE, 0, duckdb.allocator)) {
      assertThat(stream.next()).isTrue();
      assertThat(stream.isLast()).isFalse();
      assertThat(stream.next()).isTrue();
      assertThat(stream.root().getRowCount()).isEqualTo(100_000 - 65_536);
      assertThat(stream.isLast()).isTrue();
      assertThat(stream.next()).isFalse();
    }
  }

  private SessionContext context(int bytes, int rowsMax) {
    return new SessionContext("x", false, duckdb.allocator, null, null, bytes, rowsMax);
  }

  private Schema schema(String sql) {
    try (PreparedQuery query = duckdb.session.prepare(sql)) {
      return query.resultSchema();
    }
  }

  private static IngestTarget target(String table, IngestTarget.Mode mode) {
    return new IngestTarget(null, null, table, mode, false);
  }

  private BackendSession open() {
    return duckdb.backend.openSession(SessionContext.of("x", false, duckdb.allocator));
  }

  private long ingest(IngestTarget target, String sql) {
    try (BackendSession source = open();
        PreparedQuery query = source.prepare(sql);
        BatchStream rows = query.openStream(Parameters.NONE, 0, duckdb.allocator)) {
      return duckdb.session.ingest(target, rows);
    }
  }

  /** Two threads of the test's own, which no other test keeps busy, and what they do when late. */
  private static final class Threads implements AutoCloseable {

    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);

    <T> Future<T> submit(Callable<T> work) {
      return threads.submit(work);
    }

    Future<?> after(int micros, Runnable work) {
      return threads.schedule(work, micros, TimeUnit.MICROSECONDS);
    }

    void await(Future<?> work, String late) throws ExecutionException, InterruptedException {
      try {
        work.get(30, TimeUnit.SECONDS);
      } catch (TimeoutException stuck) {
        StringBuilder all = new StringBuilder(late);
        Thread.getAllStackTraces()
            .forEach((thread, frames) -> all.append("\n").append(thread).append(List.of(frames)));
        throw new AssertionError(all.toString(), stuck);
      }
    }

    @Override
    public void close() {
      threads.shutdownNow();
    }
  }
}
