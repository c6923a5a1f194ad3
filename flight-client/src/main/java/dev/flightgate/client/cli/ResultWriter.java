package dev.flightgate.client.cli;

import java.io.IOException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes one result in one format. Called in order: {@link #begin} once, {@link #write} for each
 * batch, {@link #end} once; by one thread. Owns neither batches nor the stream it writes to.
 */
interface ResultWriter {

  void begin(Schema schema) throws IOException;

  /** Writes the first rows of a batch. */
  void write(VectorSchemaRoot batch, int rows) throws IOException;

  /** Writes what is still held back. */
  void end() throws IOException;
}
