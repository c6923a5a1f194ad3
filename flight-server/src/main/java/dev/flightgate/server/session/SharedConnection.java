package dev.flightgate.server.session;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The connection that a session's statements share while SQL has state in it: a transaction begun
 * as text, or what SET, USE or a temporary table left. Thread-safe; who changes what is in the
 * connection holds it.
 */
final class SharedConnection {

  // Guarded by this.
  private @Nullable Connection connection;
  private boolean textTransaction;
  private boolean textTransactionExpired;
  private boolean stateful;
  private boolean closed;

  /**
   * The connection; null if there is none.
   *
   * @param expired what the client is told, once, if its transaction was rolled back meanwhile
   */
  synchronized @Nullable Connection current(String expired) {
    if (textTransactionExpired) {
      textTransactionExpired = false;
      throw new BackendException(Kind.NOT_FOUND, expired);
    }
    return connection;
  }

  synchronized boolean isPresent() {
    return connection != null;
  }

  /** Makes this the shared connection; false if there is one already. */
  synchronized boolean offer(Connection candidate) {
    if (closed) {
      throw new BackendException(Kind.NOT_FOUND, "the session was closed");
    }
    if (connection != null) {
      return false;
    }
    connection = candidate;
    return true;
  }

  synchronized boolean inTextTransaction() {
    return textTransaction;
  }

  /** Whether a transaction was rolled back, and the client was not told yet. */
  synchronized boolean owesExpiry() {
    return textTransactionExpired;
  }

  synchronized void textTransaction(boolean open) {
    textTransaction = open;
  }

  /** Says that a statement on this connection left state in it. */
  synchronized void madeState(Connection where) {
    stateful |= where == connection;
  }

  /** Stops sharing the connection if no state is left in it; by whoever holds it. */
  void settle(Connection held) {
    synchronized (this) {
      if (held != connection || textTransaction || stateful) {
        return;
      }
      connection = null;
    }
    held.retire();
  }

  /**
   * Hands a connection with state, and the state, over to a transaction. Not one that is in use or
   * in a transaction.
   *
   * @return the connection, acquired; null if there is none to hand over
   */
  synchronized @Nullable Connection handOver() {
    Connection handed = connection;
    if (handed == null || !stateful || textTransaction || !handed.tryAcquire()) {
      return null;
    }
    connection = null;
    stateful = false;
    return handed;
  }

  /** Takes a connection with state over from a transaction that has ended; false if it cannot. */
  synchronized boolean takeOver(Connection ended) {
    if (closed || connection != null) {
      return false;
    }
    connection = ended;
    stateful = true;
    return true;
  }

  /** Rolls a transaction that was begun as text back, if nobody uses it. */
  void expire() {
    Connection idle;
    synchronized (this) {
      idle = textTransaction ? connection : null;
    }
    if (idle == null || !idle.tryAcquire()) {
      return;
    }
    try {
      idle.backend().rollback();
      synchronized (this) {
        textTransaction = false;
        textTransactionExpired = true;
      }
      settle(idle);
    } finally {
      idle.release();
    }
  }

  /** Closes the connection and takes no other. */
  void close() {
    Connection last;
    synchronized (this) {
      closed = true;
      last = connection;
      connection = null;
    }
    if (last != null) {
      last.close();
    }
  }
}
