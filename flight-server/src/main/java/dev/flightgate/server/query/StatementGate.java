package dev.flightgate.server.query;

/**
 * Is asked before anything of a statement is done. Thread-safe; called on the statement's thread.
 */
public interface StatementGate {

  /**
   * Lets the statement begin; its end will be told to the {@link StatementListener}s.
   *
   * @throws dev.flightgate.server.backend.BackendException if it may not; then no one is told
   */
  void admit(String sql);
}
