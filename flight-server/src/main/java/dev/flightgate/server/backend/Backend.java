package dev.flightgate.server.backend;

/**
 * One open database. Thread-safe; lives as long as the server.
 *
 * <p>{@link #close()} is called once every session is closed; it releases the file and every lock,
 * and is idempotent.
 */
public interface Backend extends AutoCloseable {

  /** What the engine is and can do. Constant for the life of the backend. */
  BackendInfo info();

  /**
   * Opens a session: one conversation with the engine, independent of every other session's
   * transaction. Cheap (microseconds to a few hundred of them), as the gateway opens one for each
   * result that is read at the same time as others.
   *
   * @throws BackendException NOT_FOUND if the context names a catalog or schema that does not
   *     exist, EXHAUSTED if the engine can open no more
   */
  BackendSession openSession(SessionContext context);

  /**
   * A query of one row, cheap enough to be asked every few seconds, that succeeds as long as the
   * database can be used. Its columns are what the engine holds now, in bytes.
   */
  default String probe() {
    return "SELECT 1";
  }

  /**
   * Whether this failure of one of its sessions says that the engine has given the database up, so
   * that nothing helps but to close it and to open it again. Any thread, never blocks.
   */
  default boolean isLost(BackendException failure) {
    return false;
  }

  @Override
  void close();
}
