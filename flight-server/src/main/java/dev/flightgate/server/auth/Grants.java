package dev.flightgate.server.auth;

import dev.flightgate.server.backend.Right;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a principal's roles allow together: each right that one of them gives. Immutable; two of the
 * same content are equal.
 */
public final class Grants {

  private final Set<String> roles;
  private final List<TableGrant> tables;
  private final boolean admin;
  private final boolean mayAttach;
  private final boolean mayReadFiles;
  private final boolean mayLoadExtensions;
  private final boolean readOnly;
  private final int hash;

  /**
   * @param roles the names of the roles that these are of
   * @param granted what each of them gives
   */
  Grants(Set<String> roles, List<Role> granted) {
    this.roles = Set.copyOf(roles);
    this.tables =
        granted.stream().flatMap(role -> role.tables().stream()).distinct().sorted().toList();
    this.admin = granted.stream().anyMatch(Role::admin);
    this.mayAttach = admin || granted.stream().anyMatch(Role::mayAttach);
    this.mayReadFiles = admin || granted.stream().anyMatch(Role::mayReadFiles);
    this.mayLoadExtensions = admin || granted.stream().anyMatch(Role::mayLoadExtensions);
    this.readOnly = !admin && tables.stream().noneMatch(TableGrant::changes);
    // Kept, because sessions are found by their principal with each call.
    this.hash = Objects.hash(this.roles, tables, admin, mayAttach, mayReadFiles, mayLoadExtensions);
  }

  /** The names of the roles. */
  public Set<String> roles() {
    return roles;
  }

  /** Whether everything is allowed, what the engine cannot explain included. */
  public boolean admin() {
    return admin;
  }

  /** Whether other databases may be attached, by path or address. */
  public boolean mayAttach() {
    return mayAttach;
  }

  /** Whether statements may read files of the server by their names. */
  public boolean mayReadFiles() {
    return mayReadFiles;
  }

  /** Whether extensions of the engine may be installed and loaded. */
  public boolean mayLoadExtensions() {
    return mayLoadExtensions;
  }

  /** Whether nothing may be written or defined, in any database. */
  public boolean readOnly() {
    return readOnly;
  }

  /** Whether nothing may be written or defined in this database. */
  public boolean readOnly(String database) {
    return readOnly || (!admin && tables.stream().noneMatch(g -> g.changes() && g.isIn(database)));
  }

  /** Whether anything at all is allowed in this database. */
  public boolean mayUse(String database) {
    return admin || tables.stream().anyMatch(grant -> grant.isIn(database));
  }

  /**
   * Whether the right is given for every table of the database, so that nobody needs to know which
   * tables a statement touches.
   */
  public boolean allowsEverywhere(Right right, String database) {
    return admin || tables.stream().anyMatch(grant -> grant.covers(right, database));
  }

  /**
   * Whether the right is given for this table.
   *
   * @param catalog null or "" where the engine has none
   * @param schema null or "" where the engine has none
   */
  public boolean allows(
      Right right,
      String database,
      @Nullable String catalog,
      @Nullable String schema,
      String table) {
    return admin
        || tables.stream().anyMatch(g -> g.allows(right, database, catalog, schema, table));
  }

  /** Whether some table of the schema may be read; of any schema of the catalog if it is null. */
  boolean mayLookInto(String database, @Nullable String catalog, @Nullable String schema) {
    return admin || tables.stream().anyMatch(g -> g.reachesInto(database, catalog, schema));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this
        || (other instanceof Grants that
            && roles.equals(that.roles)
            && tables.equals(that.tables)
            && admin == that.admin
            && mayAttach == that.mayAttach
            && mayReadFiles == that.mayReadFiles
            && mayLoadExtensions == that.mayLoadExtensions);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** The names of the roles, in order. */
  @Override
  public String toString() {
    return String.join(", ", new TreeSet<>(roles));
  }
}
