package dev.flightgate.server.types;

import org.apache.arrow.vector.VectorSchemaRoot;

/** What is done with a batch while it is there. */
interface Batch {
  void take(VectorSchemaRoot root) throws Exception;
}
