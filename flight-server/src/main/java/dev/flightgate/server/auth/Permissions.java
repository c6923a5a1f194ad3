package dev.flightgate.server.auth;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.StatementKind;

/** What a principal may do. Checked for each statement when it is planned and when it is run. */
public final class Permissions {

  private Permissions() {}

  /**
   * Lets the statement pass, or not.
   *
   * @throws BackendException PERMISSION_DENIED
   */
  public static void check(Principal principal, StatementKind kind) {
    boolean allowed =
        switch (kind) {
          case READS, CONTROLS, BEGINS, COMMITS, ROLLS_BACK -> true;
          case WRITES, DEFINES -> !principal.readOnly();
        };
    if (!allowed) {
      throw new BackendException(
          Kind.PERMISSION_DENIED,
          "user " + principal.name() + " is read-only and may not change the database");
    }
  }

  /**
   * Lets a bulk ingest pass, or not.
   *
   * @throws BackendException PERMISSION_DENIED
   */
  public static void checkIngest(Principal principal) {
    check(principal, StatementKind.WRITES);
  }
}
