package dev.flightgate.server.auth;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.Right;
import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.backend.Touch;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a principal may do in one database. Checked for each statement when it is planned, and again
 * when it is planned anew because something was defined meanwhile. Immutable.
 *
 * <p>Each check throws a {@link BackendException} PERMISSION_DENIED that says who may not do what,
 * and what would have to be granted.
 */
public final class Permissions {

  /** The catalog of a session's own tables, in every engine: theirs is what is in it. */
  private static final String TEMPORARY = "temp";

  private final Principal principal;
  private final Grants grants;
  private final String database;
  private final boolean tables;

  /** Those of the principal in the database of that name. */
  public Permissions(Principal principal, String database) {
    this.principal = principal;
    this.grants = principal.grants();
    this.database = database;
    boolean reads = grants.allowsEverywhere(Right.READ, database);
    boolean changes =
        grants.allowsEverywhere(Right.WRITE, database)
            && grants.allowsEverywhere(Right.DEFINE, database);
    this.tables = !reads || !(changes || grants.readOnly(database));
  }

  /** Lets the principal into the database, or not. */
  public void checkDatabase() {
    if (!grants.mayUse(database)) {
      throw denied("may not use database '" + database + "'", "no role grants anything in it");
    }
  }

  /** Whether nothing may be changed, so that the engine has to refuse it too. */
  public boolean readOnly() {
    return grants.readOnly(database);
  }

  /** Whether it has to be known what a statement reaches beyond tables, beside its kind. */
  public boolean needReached() {
    return !grants.admin();
  }

  /** Whether it has to be known which tables a statement touches. */
  public boolean needTables() {
    return tables;
  }

  /** Lets a statement of the kind pass, or not. */
  public void check(StatementKind kind) {
    boolean allowed =
        switch (kind) {
          case READS, CONTROLS, BEGINS, COMMITS, ROLLS_BACK -> true;
          case WRITES, DEFINES -> !readOnly();
        };
    if (!allowed) {
      throw new BackendException(
          Kind.PERMISSION_DENIED,
          "user " + principal.name() + " is read-only and may not change the database");
    }
  }

  /** Lets what a statement touches pass, or not. */
  public void check(Set<Touch> touched) {
    for (Touch touch : touched) {
      if (touch instanceof Touch.Beyond beyond) {
        check(beyond);
      }
    }
    for (Touch touch : touched) {
      if (touch instanceof Touch.Table table) {
        check(table);
      }
    }
  }

  private void check(Touch.Beyond beyond) {
    switch (beyond.reach()) {
      case READS_FILES -> require(grants.mayReadFiles(), beyond, "may-read-files");
      case ATTACHES -> require(grants.mayAttach(), beyond, "may-attach");
      case LOADS_EXTENSIONS -> require(grants.mayLoadExtensions(), beyond, "may-load-extensions");
      case WRITES_FILES, CONFIGURES -> require(grants.admin(), beyond, "admin");
      case TELLS_DEFINITIONS -> {
        if (!grants.allowsEverywhere(Right.READ, database)) {
          throw denied(
              "may not read every table of database '" + database + "'",
              beyond.what() + ", which only a role may see that reads everything there");
        }
      }
      case UNKNOWN -> {
        if (!grants.admin()) {
          throw denied(
              "may not run this statement",
              "it cannot be told what it touches, and only the role admin may run such: "
                  + beyond.what());
        }
      }
    }
  }

  private void require(boolean allowed, Touch.Beyond beyond, String needed) {
    if (!allowed) {
      String what = needed.equals(Roles.ADMIN) ? "the role admin" : "a role with " + needed;
      throw denied("may not do this", beyond.what() + ", which takes " + what);
    }
  }

  private void check(Touch.Table table) {
    if (!allows(table.right(), table.catalog(), table.schema(), table.table())) {
      String verb =
          switch (table.right()) {
            case READ -> "read";
            case WRITE -> "write";
            case DEFINE -> "define or drop";
          };
      String what =
          table.named() ? table.display() : "a table that the statement reaches by a view";
      throw denied(
          "may not " + verb + " " + what, "no role grants " + table.right().name() + " of it");
    }
  }

  /** Whether the right is given for this table. */
  public boolean allows(
      Right right, @Nullable String catalog, @Nullable String schema, String table) {
    return TEMPORARY.equals(catalog) || grants.allows(right, database, catalog, schema, table);
  }

  /** Whether some table of the schema may be read; of any schema of the catalog if it is null. */
  public boolean mayLookInto(@Nullable String catalog, @Nullable String schema) {
    return TEMPORARY.equals(catalog) || grants.mayLookInto(database, catalog, schema);
  }

  private BackendException denied(String what, String why) {
    String roles = grants.roles().isEmpty() ? "no roles" : "roles " + grants;
    return new BackendException(
        Kind.PERMISSION_DENIED,
        "user " + principal.name() + " (" + roles + ") " + what + ": " + why);
  }
}
