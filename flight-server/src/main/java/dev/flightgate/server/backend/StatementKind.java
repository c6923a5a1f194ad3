package dev.flightgate.server.backend;

/**
 * What running a statement does, and so when the gateway runs it and who may. Where an engine
 * cannot say, the kind is the one that allows less: a statement is {@link #READS} only if that is
 * certain.
 */
public enum StatementKind {
  /** Only reads: SELECT, VALUES, SHOW, DESCRIBE, EXPLAIN of a reading statement. Run at DoGet. */
  READS,
  /** Changes rows, or files (COPY TO): INSERT, UPDATE, DELETE, MERGE, COPY, TRUNCATE. */
  WRITES,
  /** Changes what tables there are, for everybody: CREATE, ALTER, DROP, ANALYZE, VACUUM. */
  DEFINES,
  /**
   * Changes what later statements of the same session see: SET, USE, PRAGMA, ATTACH, CREATE
   * TEMPORARY …, PREPARE. Once such a statement ran, the session's statements all run on one
   * backend session. Savepoints count here too, but need a transaction and end with it.
   */
  CONTROLS,
  /** Begins a transaction as text: BEGIN, START TRANSACTION. */
  BEGINS,
  /** Commits as text: COMMIT, END. */
  COMMITS,
  /** Rolls the whole transaction back as text: ROLLBACK, ABORT. */
  ROLLS_BACK;

  /** Whether the statement must run exactly once, at GetFlightInfo or DoPut. */
  public boolean isEager() {
    return this != READS;
  }

  /** Whether the statement begins or ends a transaction. */
  public boolean endsOrBegins() {
    return this == BEGINS || this == COMMITS || this == ROLLS_BACK;
  }
}
