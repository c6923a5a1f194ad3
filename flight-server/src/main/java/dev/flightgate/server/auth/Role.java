package dev.flightgate.server.auth;

import java.util.List;

/**
 * What one role allows; see {@link Grants} for the words.
 *
 * @param tables what may be done to which tables
 */
record Role(
    String name,
    boolean admin,
    List<TableGrant> tables,
    boolean mayAttach,
    boolean mayReadFiles,
    boolean mayLoadExtensions) {

  Role {
    tables = List.copyOf(tables);
  }
}
