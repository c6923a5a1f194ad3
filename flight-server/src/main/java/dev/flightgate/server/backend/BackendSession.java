package dev.flightgate.server.backend;

import java.util.OptionalDouble;
import java.util.Set;

/**
 * One conversation with an engine: at most one transaction, at most one open stream.
 *
 * <p>Threads: one at a time, not always the same one; the caller publishes the session safely from
 * one to the next. Only {@link #cancel()} and {@link #progress()} may come from any thread at any
 * time.
 *
 * <p>Order: while a {@link BatchStream} of this session is open, {@link #prepare}, {@link #ingest},
 * {@link #begin}, {@link #commit}, {@link #rollback}, savepoints and the running of any query throw
 * {@link IllegalStateException} (an engine would end the stream without saying so). {@link
 * #close()} closes what is still open, rolls back an open transaction, and is idempotent; nothing
 * else may be called afterwards.
 */
public interface BackendSession extends AutoCloseable {

  /**
   * Plans one statement without running it. A statement that only defines or controls may be
   * accepted unchecked, and fail when it is run.
   *
   * @param sql exactly one statement, as {@link dev.flightgate.server.sql.SqlSplitter} yields it
   * @throws BackendException INVALID_SQL for syntax, binding and missing columns, NOT_FOUND for a
   *     missing table, schema or function
   */
  PreparedQuery prepare(String sql);

  /**
   * What the statement would reach beyond the tables of the database, told before it is planned and
   * without looking at anything outside; asked for the statements of users who may not do
   * everything. Holds an {@link Touch.Reach#UNKNOWN} where the engine cannot tell.
   *
   * @throws BackendException INVALID_SQL for syntax, if this engine finds out here; other mistakes
   *     are left to {@link #prepare}
   */
  default Set<Touch> reached(String sql) {
    return Set.of(Touch.unknown("this engine does not tell what a statement reaches"));
  }

  /**
   * The tables that the statement would touch, through views, macros and triggers, and what tells
   * of tables; asked, once what it reaches is allowed, for users who may not touch every table, and
   * told before the statement is planned. Holds an {@link Touch.Reach#UNKNOWN} where the engine
   * cannot tell. A name that nothing has is told as the table it would be.
   *
   * <p>Once this has been asked, failures of this session name no table that a statement does not.
   *
   * @throws BackendException INVALID_SQL as {@link #reached}
   */
  default Set<Touch> touched(String sql) {
    return Set.of(Touch.unknown("this engine does not tell what a statement touches"));
  }

  /** What an ingest would touch; as {@link #touched(String)}. */
  default Set<Touch> touched(IngestTarget target) {
    return Set.of(Touch.unknown("this engine does not tell what an ingest touches"));
  }

  /** What the database contains, as this session sees it: its own uncommitted changes included. */
  Metadata metadata();

  /**
   * Writes all rows of the batches into a table, column by column where the engine can. Atomic: on
   * failure the table is as it was, in or outside a transaction.
   *
   * <p>Columns are matched by name, in the rules of the engine's identifiers; columns of the table
   * that the batches lack get their default. Pulls the stream to its end but does not close it; the
   * stream may be pulled on the engine's own threads, one at a time.
   *
   * @return the rows written
   * @throws BackendException ALREADY_EXISTS if the mode is CREATE and the table exists, NOT_FOUND
   *     if it is APPEND and the table is missing, INVALID_DATA if names or types do not fit or a
   *     constraint is broken, CANCELLED
   */
  long ingest(IngestTarget target, BatchStream batches);

  /** Begins a transaction. Throws INVALID_SQL if one is open. */
  void begin();

  /** Commits. On failure (CONFLICT) the transaction is over and nothing of it remains. */
  void commit();

  /** Rolls back. Harmless if the engine has already rolled back by itself. */
  void rollback();

  /**
   * Sets a savepoint in the open transaction.
   *
   * @param name any text; one of the same name that is already set is hidden from SQL meanwhile
   * @throws BackendException INVALID_SQL if no transaction is open, UNSUPPORTED without {@link
   *     Capability#SAVEPOINTS}
   */
  default Savepoint savepoint(String name) {
    throw noSavepoints();
  }

  /**
   * Forgets the savepoint and those set after it; what was done since stays part of the
   * transaction.
   *
   * @throws BackendException NOT_FOUND if it has ended, by call or by text
   */
  default void release(Savepoint savepoint) {
    throw noSavepoints();
  }

  /**
   * Undoes what was done since the savepoint was set, and ends those set after it. The savepoint
   * itself stays.
   *
   * @throws BackendException NOT_FOUND if it has ended, by call or by text
   */
  default void rollbackTo(Savepoint savepoint) {
    throw noSavepoints();
  }

  private static BackendException noSavepoints() {
    return new BackendException(
        BackendException.Kind.UNSUPPORTED, "this engine has no savepoints, only transactions");
  }

  /**
   * Interrupts what the session is doing, and whatever it is asked to do next, until {@link
   * #clearCancel()}: running and later calls throw CANCELLED, a stream's {@code next()} included,
   * be the engine executing, fetching or waiting for a lock. Idempotent, never blocks, any thread.
   */
  void cancel();

  /**
   * How much of the running statement is done, from 0 to 1, as the engine estimates it; it may fall
   * back. Empty if the engine does not know (always without {@link Capability#PROGRESS}) or nothing
   * runs. Never blocks, any thread.
   */
  default OptionalDouble progress() {
    return OptionalDouble.empty();
  }

  /**
   * Whether others that write wait until this session's transaction is over (never where an engine
   * lets them fail instead). Never blocks for long, any thread.
   */
  default boolean keepsWritersWaiting() {
    return false;
  }

  /** Forgets a cancel, so that the session can go on. By the thread that uses the session. */
  void clearCancel();

  @Override
  void close();
}
