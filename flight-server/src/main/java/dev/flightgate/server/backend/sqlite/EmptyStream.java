package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BatchStream;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** The result of a statement that yields no columns. */
final class EmptyStream implements BatchStream {

  private final VectorSchemaRoot root = new VectorSchemaRoot(new Schema(List.of()), List.of(), 0);
  private final Runnable onClose;

  /** A stream that tells when it is closed. */
  EmptyStream(Runnable onClose) {
    this.onClose = onClose;
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public boolean next() {
    return false;
  }

  @Override
  public void close() {
    onClose.run();
  }
}
