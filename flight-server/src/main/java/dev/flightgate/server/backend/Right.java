package dev.flightgate.server.backend;

/** What a statement does with a table, and so what a role lets its users do. */
public enum Right {
  /** Reads rows, or what there is to know of the table: its columns, its keys. */
  READ,
  /** Inserts, updates, deletes or truncates. */
  WRITE,
  /** Creates, alters or drops the table, or what belongs to it: an index, a trigger, a comment. */
  DEFINE
}
