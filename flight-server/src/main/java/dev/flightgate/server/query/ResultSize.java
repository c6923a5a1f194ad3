package dev.flightgate.server.query;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.config.GatewayConfig.QueryConfig;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * How large one result has grown, within {@code queries.result-rows-max} and {@code
 * queries.result-bytes-max}. Each batch is counted before anybody has it, so that a result that is
 * too large ends with an error, and never looks like a whole one. One thread at a time.
 */
final class ResultSize {

  private final long rowsMax;
  private final long bytesMax;
  private long rows;
  private long bytes;

  ResultSize(QueryConfig config) {
    this.rowsMax = config.resultRowsMax();
    this.bytesMax = config.resultBytesMax();
  }

  /**
   * Counts a batch.
   *
   * @throws BackendException EXHAUSTED if the result is too large with it
   */
  void add(VectorSchemaRoot batch) {
    if (rowsMax > 0) {
      rows += batch.getRowCount();
      require(rows <= rowsMax, rowsMax + " rows (setting queries.result-rows-max)");
    }
    if (bytesMax > 0) {
      for (FieldVector vector : batch.getFieldVectors()) {
        bytes += vector.getBufferSize();
      }
      require(bytes <= bytesMax, bytesMax + " bytes (setting queries.result-bytes-max)");
    }
  }

  private static void require(boolean fits, String limit) {
    if (!fits) {
      throw new BackendException(
          Kind.EXHAUSTED,
          "the result has more than " + limit + ": ask for less, or in parts by LIMIT and OFFSET");
    }
  }
}
