package dev.flightgate.server.session;

/** Something that a session holds for its client under a handle. */
public sealed interface Held
    permits Transaction, HeldSavepoint, PreparedStatement, HeldResult, PolledStatement {

  /** The name the client knows. */
  Handle handle();

  /** Whose it is. */
  Session session();

  /** Frees what it holds; idempotent, any thread. */
  void discard();
}
