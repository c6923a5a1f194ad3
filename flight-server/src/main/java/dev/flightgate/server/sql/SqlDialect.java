package dev.flightgate.server.sql;

/** The lexical rules of an engine's SQL. */
public enum SqlDialect {
  /**
   * PostgreSQL's, which DuckDB follows: {@code '…'} with {@code ''}, {@code E'…'} with backslashes,
   * {@code "…"}, dollar quotes, {@code --} and nested block comments.
   */
  POSTGRESQL,
  /**
   * SQLite's: {@code '…'}, {@code "…"}, {@code `…`}, {@code […]}, {@code --} and flat block
   * comments; the body of CREATE TRIGGER … BEGIN … END holds semicolons.
   */
  SQLITE
}
