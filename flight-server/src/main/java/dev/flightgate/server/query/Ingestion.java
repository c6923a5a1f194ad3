package dev.flightgate.server.query;

import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.session.Session;
import dev.flightgate.server.session.Transaction;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Writes batches into tables. Thread-safe. */
final class Ingestion {

  private final Admission uploads;
  private final Admission transactionUploads;

  /**
   * @param uploads where they are admitted
   * @param transactionUploads where those within transactions are
   */
  Ingestion(Admission uploads, Admission transactionUploads) {
    this.uploads = uploads;
    this.transactionUploads = transactionUploads;
  }

  /**
   * Answers the rows written. An ingest by itself that another transaction was in the way of is
   * tried again, as long as none of its rows was taken: they are sent once.
   */
  long run(
      Session session,
      IngestTarget target,
      @Nullable Transaction transaction,
      BatchStream batches,
      StatementRecord record,
      Cancellation call) {
    Watched watched = new Watched(batches, record);
    return ConflictRetry.run(
        call,
        () -> transaction == null && !session.isPinned() && !watched.pulled,
        () -> write(session, target, transaction, watched, call));
  }

  private long write(
      Session session,
      IngestTarget target,
      @Nullable Transaction transaction,
      BatchStream batches,
      Cancellation call) {
    Admission places = transaction == null ? uploads : transactionUploads;
    try (StatementRun run =
        StatementRun.begin(session, transaction, call, StatementRun.WAIT, places)) {
      if (target.temporary() && transaction == null) {
        run.pin();
      }
      run.check(target);
      long rows = run.backend().ingest(target, new YieldingUpload(batches, run));
      if (target.temporary()) {
        run.madeState();
      }
      return rows;
    } finally {
      session.database().definitionsChanged();
    }
  }

  /**
   * The same batches, counted; knows whether any was asked for. Engines pull on threads of their
   * own.
   */
  private static final class Watched implements BatchStream {

    private final BatchStream batches;
    private final StatementRecord record;
    private volatile boolean pulled;

    Watched(BatchStream batches, StatementRecord record) {
      this.batches = batches;
      this.record = record;
    }

    @Override
    public VectorSchemaRoot root() {
      return batches.root();
    }

    @Override
    public boolean next() {
      pulled = true;
      boolean more = batches.next();
      if (more) {
        record.received(bytes(batches.root()));
      }
      return more;
    }

    private static long bytes(VectorSchemaRoot batch) {
      long bytes = 0;
      for (FieldVector vector : batch.getFieldVectors()) {
        bytes += vector.getBufferSize();
      }
      return bytes;
    }

    @Override
    public void close() {
      batches.close();
    }
  }
}
