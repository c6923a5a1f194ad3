package dev.flightgate.server.session;

import dev.flightgate.server.backend.PreparedQuery;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A planned statement on a connection that is nobody else's. Not acquired while it is kept; whoever
 * takes it acquires the connection first.
 */
public final class Plan {

  /**
   * When a statement was planned: it has to be planned again once either number is another.
   *
   * @param definitions of the database
   * @param namespaces how often the session has changed what unqualified names mean
   */
  public record Stamp(long definitions, int namespaces) {}

  private final Connection connection;
  private final PreparedQuery query;
  private final Stamp stamp;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Owns the connection. */
  public Plan(Connection connection, PreparedQuery query, Stamp stamp) {
    this.connection = connection;
    this.query = query;
    this.stamp = stamp;
  }

  Stamp stamp() {
    return stamp;
  }

  /** Where the statement is planned. */
  public Connection connection() {
    return connection;
  }

  /** The statement; only while the connection is acquired. */
  public PreparedQuery query() {
    return query;
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
