package dev.flightgate.server.backend;

import org.jspecify.annotations.Nullable;

/**
 * Where a bulk ingest goes.
 *
 * @param catalog null for the session's own
 * @param schema null for the session's own
 * @param table the exact name, unquoted
 * @param mode what to do about a table that is there or is not
 * @param temporary whether a created table vanishes with the session
 */
public record IngestTarget(
    @Nullable String catalog, @Nullable String schema, String table, Mode mode, boolean temporary) {

  /** What to do about a table that is there or is not. */
  public enum Mode {
    /** Create the table; fail with ALREADY_EXISTS if there is one. */
    CREATE,
    /** Add to the table; fail with NOT_FOUND if there is none. */
    APPEND,
    /** Drop the table if there is one, and create it. */
    REPLACE,
    /** Create the table if there is none, and add to it. */
    CREATE_APPEND
  }
}
