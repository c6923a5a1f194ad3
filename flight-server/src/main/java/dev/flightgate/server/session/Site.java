package dev.flightgate.server.session;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a statement runs.
 *
 * @param connection not acquired yet
 * @param own whether the connection is only this statement's, to be closed after it or kept with
 *     its plan; otherwise it is the transaction's or the session's
 * @param transaction whose connection it is, or null
 */
public record Site(Connection connection, boolean own, @Nullable Transaction transaction) {

  /** How long a statement waits for one before it in the same transaction or session. */
  private static final Duration WAIT = Duration.ofSeconds(10);

  /** Acquires the connection. */
  public void acquire() {
    connection.acquire(WAIT);
  }

  /** Releases the connection, and closes it if it is only this statement's. */
  public void leave() {
    if (transaction != null) {
      transaction.touch();
    }
    connection.release();
    if (own) {
      connection.close();
    }
  }
}
