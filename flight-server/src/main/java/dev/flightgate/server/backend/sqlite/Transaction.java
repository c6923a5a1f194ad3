package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.Savepoint;
import dev.flightgate.server.sql.SqlTokens.Token;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The transaction of one session, and with it the writer lock. Belongs to the session's thread.
 *
 * <p>Beginning costs and holds nothing: SQLite's own transaction begins with the first statement,
 * so clients which begin one as soon as they connect stand in nobody's way. A first statement that
 * writes begins it with {@code BEGIN IMMEDIATE}; one that reads with {@code BEGIN}, which fixes
 * what it sees; a first write after others have written since is a CONFLICT at once. The lock is
 * held from the first write to the end, while the client thinks too; for an ingest, not before the
 * client has sent everything. Who holds it waits for no other, so there is no deadlock.
 */
final class Transaction {

  private enum State {
    NONE,
    /** Begun for the client, not yet for SQLite. */
    PENDING,
    OPEN,
    /** SQLite rolled it back by itself; the client does not know yet. */
    LOST
  }

  private final EngineConnection connection;
  private final WriterLock writerLock;
  private final SavepointStack savepoints = new SavepointStack();
  private State state = State.NONE;
  private boolean lockIsNew;

  Transaction(EngineConnection connection, WriterLock writerLock) {
    this.connection = connection;
    this.writerLock = writerLock;
  }

  /** Whether the client is in one. */
  boolean active() {
    return state != State.NONE;
  }

  /** Whether SQLite rolled it back by itself. */
  boolean lost() {
    return state == State.LOST;
  }

  /** Whether the lock is this transaction's; any thread. */
  boolean hasWriterLock() {
    return writerLock.isHeldBy(this);
  }

  /** Begins; INVALID_SQL if one is begun. */
  void begin() {
    if (active()) {
      throw new BackendException(Kind.INVALID_SQL, "a transaction is already begun; end it first");
    }
    savepoints.clear();
    state = State.PENDING;
  }

  /** Begins and takes the lock: BEGIN IMMEDIATE as text. */
  void beginImmediate() {
    begin();
    try {
      beforeWrite();
    } catch (BackendException e) {
      state = State.NONE;
      throw e;
    }
  }

  /** Comes before every statement that reads, in or outside a transaction. */
  void beforeRead() {
    requireNotLost();
    if (state == State.PENDING) {
      run("BEGIN");
      state = State.OPEN;
    }
  }

  /** Comes before every statement that writes: waits for the lock. */
  void beforeWrite() {
    requireNotLost();
    lockIsNew = !hasWriterLock();
    writerLock.acquire(this, connection::cancelled);
    if (state == State.PENDING) {
      try {
        run("BEGIN IMMEDIATE");
      } catch (BackendException e) {
        writerLock.release(this);
        throw e;
      }
      state = State.OPEN;
    }
  }

  /** Comes after every statement, run or failed: outside a transaction the lock is freed. */
  void afterStatement() {
    if (state == State.NONE) {
      writerLock.release(this);
    }
  }

  /** Comes after a first write that met another writer: the lock would only be in the way. */
  void afterConflict() {
    if (lockIsNew) {
      writerLock.release(this);
    }
  }

  /** Comes after a statement that failed: some failures make SQLite roll back by itself. */
  void afterFailure() {
    if (state == State.OPEN && endedByEngine()) {
      state = State.LOST;
      writerLock.release(this);
    }
    afterStatement();
  }

  /** Runs SAVEPOINT, RELEASE or ROLLBACK TO as text; INVALID_SQL outside of a transaction. */
  void runSavepoint(String sql, List<Token> tokens) {
    beforeSavepoint();
    run(sql);
    savepoints.ran(tokens);
  }

  /** Sets a savepoint; INVALID_SQL outside of a transaction. */
  Savepoint savepoint(String name) {
    beforeSavepoint();
    run("SAVEPOINT " + Statements.quote(name));
    return savepoints.push(name);
  }

  /** Releases a savepoint and those inside it; NOT_FOUND if it has ended. */
  void release(Savepoint savepoint) {
    reach(savepoint);
    run("RELEASE " + Statements.quote(savepoint.name()));
    savepoints.release(savepoint);
  }

  /** Undoes what was done since the savepoint was set; NOT_FOUND if it has ended. */
  void rollbackTo(Savepoint savepoint) {
    reach(savepoint);
    run("ROLLBACK TO " + Statements.quote(savepoint.name()));
    savepoints.rollBackTo(savepoint);
  }

  /** Without a transaction SQLite would begin one that nobody but the last RELEASE could end. */
  private void beforeSavepoint() {
    if (!active()) {
      throw new BackendException(
          Kind.INVALID_SQL, "savepoints are set in a transaction, and none is begun: BEGIN first");
    }
    beforeRead();
  }

  /** Releases inner ones of the same name, as SQLite goes by the name. */
  private void reach(Savepoint savepoint) {
    requireNotLost();
    savepoints.require(savepoint);
    for (Savepoint inner = savepoints.find(savepoint.name());
        inner != savepoint;
        inner = savepoints.find(savepoint.name())) {
      run("RELEASE " + Statements.quote(inner.name()));
      savepoints.release(inner);
    }
  }

  /** Commits; after a failure nothing of the transaction remains. */
  void commit() {
    switch (state) {
      case NONE ->
          throw new BackendException(Kind.INVALID_SQL, "cannot commit - no transaction is active");
      case PENDING -> state = State.NONE;
      case LOST -> {
        state = State.NONE;
        throw lostFailure();
      }
      case OPEN -> {
        try {
          connection.requireNotCancelled();
          run("COMMIT");
          state = State.NONE;
          savepoints.clear();
          afterStatement();
        } catch (BackendException e) {
          rollback();
          throw e;
        }
      }
    }
  }

  /** Rolls back; INVALID_SQL if there is nothing to roll back. */
  void rollbackAsText() {
    if (!active()) {
      throw new BackendException(Kind.INVALID_SQL, "cannot rollback - no transaction is active");
    }
    rollback();
  }

  /** Rolls back what there is; harmless if there is nothing. A cancel does not hinder it. */
  void rollback() {
    State before = state;
    state = State.NONE;
    savepoints.clear();
    try {
      if (before == State.OPEN && !endedByEngine()) {
        connection.executeShielded("ROLLBACK");
      }
    } catch (SQLException e) {
      throw SqliteErrors.translate(e);
    } finally {
      writerLock.release(this);
    }
  }

  private void requireNotLost() {
    if (state == State.LOST) {
      throw lostFailure();
    }
  }

  private static BackendException lostFailure() {
    return new BackendException(
        Kind.INVALID_SQL,
        "SQLite rolled the transaction back after an earlier failure; roll back and begin again");
  }

  /**
   * Whether SQLite is in no transaction. The driver does not tell, so a transaction is begun: that
   * fails inside of one.
   */
  private boolean endedByEngine() {
    try {
      connection.executeShielded("BEGIN");
    } catch (SQLException e) {
      return false;
    }
    try {
      connection.executeShielded("ROLLBACK");
      return true;
    } catch (SQLException e) {
      throw SqliteErrors.translate(e);
    }
  }

  private void run(String sql) {
    try {
      connection.execute(sql);
    } catch (SQLException e) {
      throw connection.translate(e);
    }
  }

  /**
   * Who may write: SQLite has one writer at a time, so writers of this process queue here, first
   * in, first out, instead of polling the file. Thread-safe.
   *
   * <p>The lock belongs to an owner (a session), not to a thread, as sessions move between threads.
   * It is not counted: an owner that has it gets it again at once, and one release frees it.
   */
  static final class WriterLock {

    private final Duration timeout;
    private final ArrayDeque<Object> waiting = new ArrayDeque<>();
    private @Nullable Object owner;

    /** A free lock for which nobody waits longer than the timeout. */
    WriterLock(Duration timeout) {
      this.timeout = timeout;
    }

    /**
     * Waits for the lock.
     *
     * @param cancelled asked whenever {@link #wake()} is called
     * @throws BackendException CONFLICT after the timeout, CANCELLED when told so
     */
    synchronized void acquire(Object newOwner, BooleanSupplier cancelled) {
      if (owner == newOwner) {
        return;
      }
      waiting.addLast(newOwner);
      try {
        await(newOwner, cancelled);
      } finally {
        waiting.remove(newOwner);
        notifyAll();
      }
      owner = newOwner;
    }

    private void await(Object newOwner, BooleanSupplier cancelled) {
      long deadline = System.nanoTime() + timeout.toNanos();
      while (owner != null || waiting.peekFirst() != newOwner) {
        if (cancelled.getAsBoolean()) {
          throw new BackendException(Kind.CANCELLED, "cancelled while waiting for another writer");
        }
        long leftMillis = (deadline - System.nanoTime() + 999_999) / 1_000_000;
        if (leftMillis <= 0) {
          throw new BackendException(
              Kind.CONFLICT,
              "another transaction is writing, and SQLite has one writer at a time; waited "
                  + timeout.toMillis()
                  + " ms ("
                  + SqliteSettings.BUSY_TIMEOUT
                  + "); try again");
        }
        try {
          wait(leftMillis);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new BackendException(Kind.CANCELLED, "interrupted while waiting for a writer", e);
        }
      }
    }

    /** Whether the owner has the lock. */
    synchronized boolean isHeldBy(Object candidate) {
      return owner == candidate;
    }

    /** Frees the lock if the owner has it. */
    synchronized void release(Object formerOwner) {
      if (owner == formerOwner) {
        owner = null;
        notifyAll();
      }
    }

    /** Makes everybody who waits ask whether it is cancelled. Never blocks for long. */
    synchronized void wake() {
      notifyAll();
    }
  }
}
