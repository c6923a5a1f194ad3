package dev.flightgate.server.session;

/** An open transaction of a client, on a connection of its own. */
public final class Transaction implements Held {

  private final Handle handle;
  private final Session session;
  private final Connection connection;
  private volatile long lastUsedNanos = System.nanoTime();

  Transaction(Handle handle, Session session, Connection connection) {
    this.handle = handle;
    this.session = session;
    this.connection = connection;
  }

  @Override
  public Handle handle() {
    return handle;
  }

  @Override
  public Session session() {
    return session;
  }

  /** Where its statements run. */
  public Connection connection() {
    return connection;
  }

  /** Puts its expiry off. */
  public void touch() {
    lastUsedNanos = System.nanoTime();
  }

  /** How long no statement has used it; 0 while one does. */
  long idleNanos() {
    return connection.inUse() ? 0 : System.nanoTime() - lastUsedNanos;
  }

  /** Rolls back, by closing the connection. */
  @Override
  public void discard() {
    connection.close();
  }
}
