package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.BackendException;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalDouble;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/**
 * One connection to DuckDB that serves one stream at a time and can be interrupted at any moment.
 *
 * <p>Belongs to its session's thread, but for {@link #cancel()} and {@link #progress()}. Everything
 * that reaches DuckDB goes through {@link #run} or {@link #fetch}: they refuse what must not run
 * now, and translate what fails.
 */
final class GuardedConnection implements AutoCloseable {

  /** What is done with the connection. */
  interface Work<T extends @Nullable Object> {
    T with(DuckDBConnection connection) throws SQLException, IOException;
  }

  private final DuckDBConnection connection;
  private final Interrupts interrupts;
  private final boolean readOnly;
  private final Object cancelling = new Object();
  private volatile boolean cancelled;
  private boolean working; // guarded by cancelling
  private boolean closed; // guarded by cancelling
  private volatile @Nullable DuckDBPreparedStatement running;
  private volatile @Nullable DuckDBConnection explaining;
  private @Nullable DuckDbStream stream;
  private boolean inTransaction;
  private boolean streaming = true;
  private boolean confined;

  /** Takes the connection over, which must have been opened to stream its results. */
  GuardedConnection(DuckDBConnection connection, Interrupts interrupts, boolean readOnly) {
    this.connection = connection;
    this.interrupts = interrupts;
    this.readOnly = readOnly;
  }

  /** Whether this connection's user may only read. */
  boolean isReadOnly() {
    return readOnly;
  }

  /** From now on failures name no table that their statement does not. */
  void confine() {
    confined = true;
  }

  /** Whether a transaction is open, begun by call or by text. */
  boolean inTransaction() {
    return inTransaction;
  }

  /**
   * Does something that no open stream survives.
   *
   * @throws IllegalStateException if a stream is open, or the connection is closed
   */
  <T extends @Nullable Object> T run(Work<T> work) {
    requireIdle();
    return fetch(work);
  }

  /** Throws IllegalStateException if a stream is open, or the connection is closed. */
  void requireIdle() {
    if (stream != null) {
      throw new IllegalStateException("a result of this session is still open; close it first");
    }
  }

  /** Does something, be it for the open stream. Throws CANCELLED if that is what has happened. */
  <T extends @Nullable Object> T fetch(Work<T> work) {
    start();
    try {
      return work.with(connection);
    } catch (SQLException | IOException failure) {
      throw translate(failure);
    } finally {
      synchronized (cancelling) {
        working = false;
      }
    }
  }

  private void start() {
    synchronized (cancelling) {
      if (closed) {
        throw new IllegalStateException("the session is closed");
      }
      throwIfCancelled();
      working = true;
    }
  }

  /** The failure as the SPI says it: a cancel is a cancel, whatever DuckDB calls it. */
  BackendException translate(Throwable failure) {
    if (cancelled) {
      return DuckDbErrors.cancelled(failure);
    }
    BackendException translated = DuckDbErrors.translate(failure);
    return confined ? DuckDbErrors.withoutSuggestions(translated) : translated;
  }

  /** Throws CANCELLED after a cancel. */
  void throwIfCancelled() {
    if (cancelled) {
      throw DuckDbErrors.cancelled(null);
    }
  }

  /** Runs one statement without parameters, whatever it yields. */
  void execute(String sql) {
    run(open -> executeOn(open, sql));
  }

  private static boolean executeOn(DuckDBConnection open, String sql) throws SQLException {
    try (DuckDBPreparedStatement statement = open.prepare(sql)) {
      return statement.execute();
    }
  }

  /**
   * Executes a prepared statement whose parameters are bound.
   *
   * @param stream whether its result is fetched while it is made; otherwise the statement has done
   *     all of its work when this returns, and a failure has DuckDB's own text
   */
  void execute(DuckDBPreparedStatement statement, boolean stream) throws SQLException {
    if (stream != streaming) {
      executeOn(connection, "SET SESSION jdbc_stream_results = " + stream);
      streaming = stream;
    }
    running = statement;
    try {
      statement.execute();
    } finally {
      running = null;
    }
  }

  /**
   * Finds out why a statement failed whose text the driver has lost, by running it once more where
   * the driver loses nothing. In a transaction, which the failure has ended, that is another
   * connection, which does not see the transaction's own changes: then the text may stay lost.
   */
  SQLException reason(SQLException lost, Work<DuckDBPreparedStatement> prepared) {
    if (cancelled) {
      return lost;
    }
    try (DuckDBConnection other = connection.duplicate()) {
      interruptAlso(other);
      try (DuckDBPreparedStatement again = prepared.with(inTransaction ? other : connection)) {
        again.query();
      } catch (SQLException found) {
        return DuckDbErrors.isLost(found) ? lost : found;
      } finally {
        interruptAlso(null); // before it is closed: an interrupt of it may be under way
      }
    } catch (SQLException | IOException | RuntimeException unexplained) {
      lost.addSuppressed(unexplained);
    }
    return lost;
  }

  private void interruptAlso(@Nullable DuckDBConnection other) {
    synchronized (cancelling) {
      explaining = other;
    }
  }

  /** Begins a transaction, in which a user who may only read cannot write. */
  void begin() {
    begin("BEGIN TRANSACTION");
  }

  /** Begins a transaction by the statement's text. */
  void begin(String sql) {
    requireIdle();
    throwIfCancelled();
    if (inTransaction) {
      // DuckDB would abort the open one.
      throw new BackendException(
          BackendException.Kind.INVALID_SQL, "cannot start a transaction within a transaction");
    }
    execute(readOnly ? "BEGIN TRANSACTION READ ONLY" : sql);
    inTransaction = true;
  }

  /** Commits; on failure nothing of the transaction remains. */
  void commit() {
    boolean open = inTransaction;
    try {
      if (open) {
        // COMMIT itself rolls an aborted transaction back and says nothing of it.
        execute("SELECT 1");
      }
      execute("COMMIT");
    } catch (BackendException failure) {
      if (open && failure.kind() != BackendException.Kind.CANCELLED) {
        rollback();
      }
      throw failure;
    }
    inTransaction = false;
  }

  /** Rolls back if there is something to roll back; works after a cancel too. */
  void rollback() {
    requireIdle();
    try (Statement statement = connection.createStatement()) {
      statement.execute("ROLLBACK");
    } catch (SQLException failure) {
      if (!String.valueOf(failure.getMessage()).contains("no transaction is active")) {
        throw DuckDbErrors.translate(failure);
      }
    }
    inTransaction = false;
  }

  /** Rolls back by the statement's text, which without a transaction is the user's mistake. */
  void rollbackByText() {
    execute("ROLLBACK");
    inTransaction = false;
  }

  /** Says that this stream is open now. */
  void opened(DuckDbStream opened) {
    stream = opened;
  }

  /** Says that the open stream, if there is one, is closed. */
  void streamClosed() {
    stream = null;
  }

  /** See {@link dev.flightgate.server.backend.BackendSession#cancel()}. */
  void cancel() {
    cancelled = true;
    if (interrupt()) {
      interrupts.repeat(this::interrupt);
    }
  }

  /** Interrupts once; answers whether there was something to interrupt. */
  private boolean interrupt() {
    synchronized (cancelling) {
      if (!cancelled || !working || closed) {
        return false;
      }
      Interrupts.interrupt(connection, running);
      DuckDBConnection other = explaining;
      if (other != null) {
        Interrupts.interrupt(other, null);
      }
      return true;
    }
  }

  /** See {@link dev.flightgate.server.backend.BackendSession#progress()}. */
  OptionalDouble progress() {
    synchronized (cancelling) {
      return working && !closed ? QueryProgressReader.read(connection) : OptionalDouble.empty();
    }
  }

  /** See {@link dev.flightgate.server.backend.BackendSession#clearCancel()}. */
  void clearCancel() {
    synchronized (cancelling) {
      cancelled = false;
    }
  }

  @Override
  public void close() {
    try {
      if (stream != null) {
        stream.close();
      }
    } finally {
      disconnect();
    }
  }

  private void disconnect() {
    synchronized (cancelling) {
      closed = true;
    }
    try {
      connection.close();
    } catch (SQLException failure) {
      throw DuckDbErrors.translate(failure);
    }
  }
}
