package dev.flightgate.server.query;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.config.GatewayConfig.QueryConfig;
import dev.flightgate.server.session.HeldMemory;
import dev.flightgate.server.session.KeptBatches;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Makes results that stay: the rows of a statement that runs once, or how many it changed. */
final class ResultKeeper {

  /**
   * The result of a statement that yields no rows, when it is asked for as a query: one row, {@code
   * Count: int64 not null}, the rows changed; -1 if the engine does not know.
   */
  static final Schema COUNT =
      new Schema(List.of(Field.notNullable("Count", MinorType.BIGINT.getType())));

  private final QueryMemory memory;
  private final QueryConfig config;

  ResultKeeper(QueryMemory memory, QueryConfig config) {
    this.memory = memory;
    this.config = config;
  }

  /** Opens a stream on the given allocator. */
  @FunctionalInterface
  interface StreamOpener {
    BatchStream open(BufferAllocator allocator);
  }

  /**
   * Reads a stream to its end and keeps the batches.
   *
   * @param share what they are counted in; owned, even on failure
   * @throws BackendException EXHAUSTED if they are more than {@code queries.kept-bytes-max} or any
   *     result may be, or than the share can have
   */
  KeptBatches keep(StreamOpener opener, HeldMemory.Share share) {
    BufferAllocator allocator = memory.open(Long.MAX_VALUE);
    List<ArrowRecordBatch> batches = new ArrayList<>();
    try (BatchStream stream = opener.open(allocator)) {
      long bytes = 0;
      ResultSize size = new ResultSize(config);
      while (stream.next()) {
        size.add(stream.root());
        ArrowRecordBatch batch = new VectorUnloader(stream.root()).getRecordBatch();
        batches.add(batch);
        bytes += batch.computeBodyLength();
        share.grow(batch.computeBodyLength());
        if (bytes > config.keptBytesMax()) {
          throw new BackendException(
              Kind.EXHAUSTED,
              "the result of a statement that may run only once is larger than "
                  + config.keptBytesMax()
                  + " bytes (setting queries.kept-bytes-max): return fewer rows, or write them to"
                  + " a table and select from it");
        }
      }
    } catch (RuntimeException e) {
      batches.forEach(ArrowRecordBatch::close);
      share.close();
      memory.retire(allocator);
      throw e;
    }
    return new KeptBatches(batches, allocator, share, () -> memory.retire(allocator));
  }

  /** Keeps a count, with the schema {@link #COUNT}. */
  KeptBatches keepCount(long count) {
    BufferAllocator allocator = memory.open();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(COUNT, allocator)) {
      BigIntVector vector = (BigIntVector) root.getVector(0);
      vector.allocateNew(1);
      vector.set(0, count);
      root.setRowCount(1);
      ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch();
      return new KeptBatches(List.of(batch), allocator, null, () -> memory.retire(allocator));
    }
  }
}
