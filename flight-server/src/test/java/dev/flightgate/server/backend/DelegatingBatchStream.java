package dev.flightgate.server.backend;

import org.apache.arrow.vector.VectorSchemaRoot;

/** A stream that does something of its own where a test overrides a method. */
class DelegatingBatchStream implements BatchStream {

  private final BatchStream stream;

  DelegatingBatchStream(BatchStream stream) {
    this.stream = stream;
  }

  @Override
  public VectorSchemaRoot root() {
    return stream.root();
  }

  @Override
  public boolean next() {
    return stream.next();
  }

  @Override
  public void close() {
    stream.close();
  }
}
