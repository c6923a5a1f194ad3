package dev.flightgate.server.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches: their size, their memory, their end, and what may not happen beside them. */
interface StreamContract extends ContractFixture {

  @Test
  default void next_emptyResult_isFalseAtOnce() {
    try (PreparedQuery query = session().prepare("SELECT 1 AS x WHERE 1 = 0");
        BatchStream stream = query.openStream(Parameters.NONE, 0, allocator())) {
      assertThat(stream.next()).isFalse();
      assertThat(stream.next()).isFalse();
      assertThat(stream.root().getRowCount()).isZero();
      assertThat(stream.root().getSchema()).isEqualTo(query.resultSchema());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 2_048})
  default void next_batchRowsMax_isKeptAndNoRowIsLost(int batchRowsMax) {
    int rows = Math.min(5_000, batchRowsMax * 100);
    try (PreparedQuery query = openSession(batchRowsMax).prepare(manyRows(rows));
        BatchStream stream = query.openStream(Parameters.NONE, 0, allocator())) {
      VectorSchemaRoot root = stream.root();
      long expected = 1;
      while (stream.next()) {
        assertThat(stream.root()).isSameAs(root);
        assertThat(root.getRowCount()).isBetween(1, batchRowsMax);
        for (int i = 0; i < root.getRowCount(); i++) {
          assertThat(((BigIntVector) root.getVector(0)).get(i)).isEqualTo(expected++);
        }
        assertThat(stream.isLast() && expected <= rows).as("last before the end").isFalse();
      }
      assertThat(root.getRowCount()).isZero();
      assertThat(expected - 1).isEqualTo(rows);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2_048})
  default void next_batchStillInUse_leavesItsBuffersIntact(int batchRowsMax) {
    String sql = "SELECT i, 'text ' || i AS t FROM (" + manyRows(3L * batchRowsMax) + ") AS n";
    List<String> printed = new ArrayList<>();
    List<ArrowRecordBatch> kept = new ArrayList<>();
    try (PreparedQuery query = openSession(batchRowsMax).prepare(sql);
        BatchStream stream = query.openStream(Parameters.NONE, 0, allocator())) {
      while (stream.next()) {
        printed.add(PrintedTable.of(stream.root()));
        kept.add(new VectorUnloader(stream.root()).getRecordBatch());
      }
      try (VectorSchemaRoot copy = VectorSchemaRoot.create(query.resultSchema(), allocator())) {
        for (int i = 0; i < kept.size(); i++) {
          new VectorLoader(copy).load(kept.get(i));
          assertThat(PrintedTable.of(copy)).isEqualTo(printed.get(i));
        }
      }
    } finally {
      kept.forEach(ArrowRecordBatch::close);
    }
    assertThat(printed).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  default void next_batchBytes_keepBatchesNearTheirSize() {
    String wide = "x".repeat(1_000);
    SessionContext small =
        new SessionContext("contract", false, allocator(), null, null, 65_536, 65_536);
    BackendSession session = closing(backend().openSession(small));
    int batches = 0;
    try (PreparedQuery query =
            session.prepare("SELECT i, '" + wide + "' AS w FROM (" + manyRows(20_000) + ") AS n");
        BatchStream stream = query.openStream(Parameters.NONE, 0, allocator())) {
      while (stream.next()) {
        batches++;
      }
    }
    assertThat(batches).as("batches of 20 MB in all").isGreaterThan(2);
  }

  @Test
  default void openStream_allocator_holdsTheBatchesAndNothingAfterwards() {
    try (BufferAllocator own = allocator().newChildAllocator("own", 0, Long.MAX_VALUE);
        PreparedQuery query = session().prepare(manyRows(100_000))) {
      BatchStream stream = query.openStream(Parameters.NONE, 0, own);
      assertThat(stream.next()).isTrue();
      assertThat(own.getAllocatedMemory()).isPositive();
      stream.close();
      assertThat(own.getAllocatedMemory()).isZero();
    }
  }

  @Test
  default void next_batchLargerThanTheAllocator_isOutOfMemory() {
    String large = "SELECT replace(hex(zeroblob(1000000)), '0', 'xx') AS x";
    String sql = can(Capability.STRICT_TYPES) ? "SELECT repeat('x', 4000000) AS x" : large;
    try (BufferAllocator own = allocator().newChildAllocator("own", 0, 1_000_000);
        PreparedQuery query = session().prepare(sql);
        BatchStream stream = query.openStream(Parameters.NONE, 0, own)) {
      assertThatExceptionOfType(OutOfMemoryException.class).isThrownBy(stream::next);
    }
    assertThat(rows("SELECT 1 AS x")).isEqualTo(PrintedTable.of("x", "1"));
  }

  @Test
  default void close_streamNotRead_endsTheWorkAtOnce() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          try (PreparedQuery query = session().prepare(manyRows(10_000_000_000L))) {
            BatchStream stream = query.openStream(Parameters.NONE, 0, allocator());
            assertThat(stream.next()).isTrue();
            stream.close();
            stream.close();
          }
          assertThat(rows("SELECT 1 AS x")).isEqualTo(PrintedTable.of("x", "1"));
        });
  }

  @Test
  default void close_streamNeverPulled_leavesTheSessionUsable() {
    try (PreparedQuery query = session().prepare(manyRows(10))) {
      query.openStream(Parameters.NONE, 0, allocator()).close();
      assertThat(rowsOf(query, Parameters.NONE, 0)).endsWith("\n10");
    }
  }

  @Test
  default void openStream_again_runsAgain() {
    run("CREATE TABLE a(x BIGINT)");
    try (PreparedQuery query = session().prepare("SELECT count(*) AS n FROM a");
        PreparedQuery insert = session().prepare("INSERT INTO a VALUES (1)")) {
      for (int i = 0; i < 3; i++) {
        assertThat(rowsOf(query, Parameters.NONE, 0))
            .isEqualTo(PrintedTable.of("n", Integer.toString(i)));
        assertThat(insert.update(Parameters.NONE)).isEqualTo(1);
      }
    }
  }

  @Test
  default void session_streamOpen_refusesEverythingElse() {
    run("CREATE TABLE a(x BIGINT)");
    try (PreparedQuery query = session().prepare(manyRows(100_000));
        PreparedQuery insert = session().prepare("INSERT INTO a VALUES (1)");
        GivenRows given =
            new GivenRows(allocator(), GivenRows.schema("x", GivenRows.INT64), List.of())) {
      try (BatchStream stream = query.openStream(Parameters.NONE, 0, allocator())) {
        assertThat(stream.next()).isTrue();
        IngestTarget target = new IngestTarget(null, null, "a", IngestTarget.Mode.APPEND, false);
        List<Runnable> refused =
            List.of(
                () -> session().prepare("SELECT 1").close(),
                () -> query.openStream(Parameters.NONE, 0, allocator()).close(),
                () -> insert.update(Parameters.NONE),
                () -> session().ingest(target, given),
                () -> session().begin(),
                () -> session().commit(),
                () -> session().rollback());
        for (Runnable call : refused) {
          assertThatIllegalStateException().isThrownBy(call::run);
        }
        long rows = stream.root().getRowCount();
        while (stream.next()) {
          rows += stream.root().getRowCount();
        }
        assertThat(rows).isEqualTo(100_000);
      }
      assertThat(insert.update(Parameters.NONE)).isEqualTo(1);
    }
  }

  @Test
  default void close_query_isIdempotent() {
    PreparedQuery query = session().prepare("SELECT 1");
    query.close();
    assertThatCode(query::close).doesNotThrowAnyException();
  }
}
