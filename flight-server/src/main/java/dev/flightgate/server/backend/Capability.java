package dev.flightgate.server.backend;

/** What an engine may lack. A backend states its capabilities in {@link BackendInfo}. */
public enum Capability {
  /** {@link BackendSession#rollback} undoes CREATE, ALTER and DROP too. */
  TRANSACTIONAL_DDL,
  /** {@link BackendSession#savepoint}; SAVEPOINT, RELEASE and ROLLBACK TO as SQL text. */
  SAVEPOINTS,
  /** {@link BackendSession#progress} tells how much of a long statement is done. */
  PROGRESS,
  /** Several writers at once; without it a second writer waits for the first. */
  CONCURRENT_WRITERS,
  /** More than one catalog in one database (ATTACH). */
  CATALOGS,
  /** Schemas below catalogs that users can create. */
  SCHEMAS,
  /** Values have their column's declared type; without it a cell may hold anything. */
  STRICT_TYPES,
  /** STRUCT, LIST and MAP columns. */
  NESTED_TYPES,
  /** DECIMAL values are exact to 38 digits. */
  EXACT_DECIMALS,
  /** Identifiers are compared without regard to case even when quoted. */
  CASE_INSENSITIVE_IDENTIFIERS
}
