package dev.flightgate.server.session;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a statement runs.
 *
 * @param connection not acquired yet
 * @param transaction whose connection it is; null for other kinds
 */
public record Site(Connection connection, Kind kind, @Nullable Transaction transaction) {

  /** Whose connection it is. */
  public enum Kind {
    /** Only this statement's, to be closed after it or kept with its plan. */
    OWN,
    /** The session's, because SQL has state in it. */
    SHARED,
    /** A transaction's. */
    TRANSACTION,
    /** A kept plan's. */
    PLAN
  }

  /** The connection of a kept plan. */
  public static Site of(Plan plan) {
    return new Site(plan.connection(), Kind.PLAN, null);
  }

  /** The same connection, which is the session's now. */
  public Site shared() {
    return new Site(connection, Kind.SHARED, null);
  }

  /**
   * Acquires the connection; false if it was closed meanwhile.
   *
   * @param wait how long a statement waits for one before it on the same connection
   */
  public boolean acquire(Duration wait) {
    return connection.acquire(wait);
  }

  /** Releases the connection, and closes it if it is only this statement's. */
  public void leave() {
    if (transaction != null) {
      transaction.touch();
    }
    connection.release();
    if (kind == Kind.OWN) {
      connection.close();
    }
  }
}
