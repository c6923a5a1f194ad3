package dev.flightgate.server.backend;

/**
 * The rows that batches may have in tests which do not say it themselves: as in production, or what
 * the system property {@code flightgate.tests.batch-rows} says, with which {@code .ci/run} has the
 * tests pass again. Stateless.
 */
public final class BatchRows {

  private BatchRows() {}

  /** The most rows of a batch. */
  public static int max() {
    return Integer.getInteger("flightgate.tests.batch-rows", SessionContext.DEFAULT_BATCH_ROWS_MAX);
  }
}
