package dev.flightgate.server.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An open transaction of a client, on a connection of its own. */
public final class Transaction implements Held {

  private final Handle handle;
  private final Session session;
  private final Connection connection;
  private volatile boolean state;
  private final long begunNanos = System.nanoTime();
  private volatile long lastUsedNanos = begunNanos;

  private final List<HeldSavepoint> savepoints = new ArrayList<>(); // guarded by the holdings

  // Guarded by this.
  private boolean ended;
  private long endedNanos;

  /**
   * @param state whether SQL has left state in the connection
   */
  Transaction(Handle handle, Session session, Connection connection, boolean state) {
    this.handle = handle;
    this.state = state;
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

  /** Says that a statement left state in the connection that outlives the transaction. */
  public void madeState() {
    state = true;
  }

  /** Its savepoints, outermost first; only with the holdings' lock. */
  List<HeldSavepoint> savepoints() {
    return savepoints;
  }

  boolean hasState() {
    return state;
  }

  /** Puts its expiry off. */
  public void touch() {
    lastUsedNanos = System.nanoTime();
  }

  /** Says that the client committed it or rolled it back. */
  synchronized void end() {
    ended = true;
    endedNanos = System.nanoTime();
  }

  /** Whether the client ended this one before it began the later one. */
  synchronized boolean endedBefore(Transaction later) {
    return ended && later.begunNanos - endedNanos >= 0;
  }

  /** Ends the transaction if no statement has used it for so long; false if one uses it. */
  boolean expire(Duration idleTimeout) {
    boolean idle = System.nanoTime() - lastUsedNanos > idleTimeout.toNanos();
    if (!idle || !connection.tryAcquire()) {
      return false;
    }
    connection.retire();
    connection.release();
    return true;
  }

  /** Rolls back, by closing the connection. */
  @Override
  public void discard() {
    connection.close();
  }
}
