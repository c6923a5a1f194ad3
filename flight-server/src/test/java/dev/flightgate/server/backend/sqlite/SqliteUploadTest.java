package dev.flightgate.server.backend.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.IngestTarget.Mode;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;

/** Uploads that take their time, are large, or are in vain. */
final class SqliteUploadTest extends SqliteFixture {

  private static IngestTarget into(String table, Mode mode) {
    return new IngestTarget(null, null, table, mode, false);
  }

  /** Batches of as many BIGINTs, counted up; before each but the first, something happens. */
  private final class Counting implements BatchStream {
    private final BigIntVector vector = new BigIntVector("c", allocator);
    private final VectorSchemaRoot root = VectorSchemaRoot.of(vector);
    private final int batches;
    private final int rows;
    private final Runnable between;
    private int given;

    Counting(int batches, int rows, Runnable between) {
      this.batches = batches;
      this.rows = rows;
      this.between = between;
    }

    @Override
    public VectorSchemaRoot root() {
      return root;
    }

    @Override
    public boolean next() {
      root.clear();
      if (given > 0) {
        between.run();
      }
      if (given == batches) {
        return false;
      }
      vector.allocateNew(rows);
      for (int row = 0; row < rows; row++) {
        vector.set(row, (long) given * rows + row);
      }
      root.setRowCount(rows);
      given++;
      return true;
    }

    @Override
    public void close() {
      root.close();
    }
  }

  @Test
  void ingest_clientStalls_othersWriteMeanwhile() {
    Backend backend = open(SqliteSettings.BUSY_TIMEOUT, "50ms");
    BackendSession other = session(backend);
    run(other, "CREATE TABLE t(x INTEGER)");
    Runnable insert = () -> run(other, "INSERT INTO t VALUES (1)");
    BackendSession session = session(backend);
    assertThat(session.ingest(into("c", Mode.CREATE), closing(new Counting(3, 2, insert))))
        .isEqualTo(6);
    session.begin();
    assertThat(session.ingest(into("c", Mode.APPEND), closing(new Counting(2, 1, insert))))
        .isEqualTo(2);
    session.commit();
    assertThat(rows(session, "SELECT count(*) FROM t")).isEqualTo("5");
    assertThat(rows(session, "SELECT group_concat(c) FROM c")).isEqualTo("0,1,2,3,4,5,0,1");
  }

  @Test
  void ingest_moreThanMemoryHolds_isCompleteAndInOrder() {
    BackendSession session = session(open());
    int rows = 100_000;
    int batches = 2 * UploadSpool.MEMORY_BYTES_MAX / (rows * Long.BYTES);
    long heldMax = UploadSpool.MEMORY_BYTES_MAX + 4L * rows * Long.BYTES;
    BatchStream upload =
        closing(
            new Counting(
                batches,
                rows,
                () -> assertThat(allocator.getAllocatedMemory()).isLessThan(heldMax)));
    assertThat(session.ingest(into("c", Mode.CREATE), upload)).isEqualTo((long) batches * rows);
    assertThat(rows(session, "SELECT count(*), min(c), max(c), sum(c = rowid - 1) FROM c"))
        .isEqualTo("%1$d | 0 | %2$d | %1$d".formatted(batches * rows, batches * rows - 1));
  }

  @Test
  void ingest_intoWhatCannotBe_isRefusedBeforeTheClientSendsIt() {
    BackendSession session = session(open());
    Runnable tooLate =
        () -> {
          throw new IllegalStateException("the upload was read");
        };
    fails(
        Kind.NOT_FOUND,
        () -> session.ingest(into("c", Mode.APPEND), closing(new Counting(2, 1, tooLate))));
  }

  @Test
  void ingest_uploadFailsAfterMuch_leavesNothing() {
    BackendSession session = session(open());
    int rows = 100_000;
    int[] left = {2 * UploadSpool.MEMORY_BYTES_MAX / (rows * Long.BYTES)};
    Runnable gone =
        () -> {
          if (left[0]-- == 0) {
            throw new BackendException(Kind.CANCELLED, "gone");
          }
        };
    fails(
        Kind.CANCELLED,
        () -> session.ingest(into("c", Mode.CREATE), closing(new Counting(99, rows, gone))));
    fails(Kind.NOT_FOUND, () -> rows(session, "SELECT * FROM c"));
  }
}
