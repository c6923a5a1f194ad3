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

  @Override
  void close();
}
