package dev.flightgate.server.query;

/**
 * Is told what becomes of statements: for metrics, an audit or traces. Called on the statement's
 * own thread, while its client waits, so it must not block; what it throws is logged and changes
 * nothing.
 */
public interface StatementListener {

  /** A statement has come, and may have to wait for its turn. */
  default void began(StatementRecord statement) {}

  /** It is over, whatever came of it: {@link StatementRecord#outcome()} says what. Called once. */
  default void ended(StatementRecord statement) {}

  /** Somebody has ended, or tried to end, statements or a session by name. */
  default void administered(AdminAction action) {}
}
