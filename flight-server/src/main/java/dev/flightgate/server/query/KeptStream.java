package dev.flightgate.server.query;

import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.session.KeptBatches;
import java.util.Iterator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/** Reads a kept result from its beginning. Shares its buffers, copies nothing. */
final class KeptStream implements BatchStream {

  private final KeptBatches kept;
  private final VectorSchemaRoot root;
  private final VectorLoader loader;
  private final Iterator<ArrowRecordBatch> batches;
  private boolean closed;

  /** Takes over the caller's share of the batches. */
  KeptStream(Schema schema, KeptBatches kept) {
    this.kept = kept;
    this.root = VectorSchemaRoot.create(schema, kept.allocator());
    this.loader = new VectorLoader(root);
    this.batches = kept.batches().iterator();
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public boolean next() {
    root.clear();
    if (!batches.hasNext()) {
      return false;
    }
    loader.load(batches.next());
    return true;
  }

  @Override
  public boolean isLast() {
    return !batches.hasNext();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      root.close();
      kept.release();
    }
  }
}
