package dev.flightgate.server.session;

import dev.flightgate.server.backend.PreparedQuery;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A planned statement on a connection that is nobody else's. Not acquired while it is kept; whoever
 * takes it acquires the connection first.
 */
public final class Plan {

  private final Connection connection;
  private final PreparedQuery query;
  private final long definitions;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Owns the connection.
   *
   * @param definitions of the database before the statement was checked and planned
   */
  public Plan(Connection connection, PreparedQuery query, long definitions) {
    this.connection = connection;
    this.query = query;
    this.definitions = definitions;
  }

  /** Where the statement is planned. */
  public Connection connection() {
    return connection;
  }

  /** The statement; only while the connection is acquired. */
  public PreparedQuery query() {
    return query;
  }

  /** The number of the database's definitions that it was planned with. */
  public long definitions() {
    return definitions;
  }

  /** Closes the connection as soon as nobody uses it; what uses it now goes on. Idempotent. */
  public void retire() {
    if (closed.compareAndSet(false, true)) {
      connection.retire();
    }
  }

  /** Closes the connection, and with it the statement. Idempotent. */
  public void close() {
    if (closed.compareAndSet(false, true)) {
      connection.close();
    }
  }
}
