package dev.flightgate.server.auth;

import dev.flightgate.server.auth.TableGrant.Glob;
import dev.flightgate.server.backend.Right;
import dev.flightgate.server.config.GatewayConfig.RoleConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The roles there are: {@code admin}, {@code writer}, {@code reader}, and those of the
 * configuration. Thread-safe.
 */
public final class Roles {

  /** May do everything. */
  public static final String ADMIN = "admin";

  /** Reads, writes and defines in every database, but reaches nothing outside of them. */
  public static final String WRITER = "writer";

  /** Reads in every database. */
  public static final String READER = "reader";

  /** Without any of the configuration's. */
  public static final Roles BUILT_IN = new Roles(List.of());

  private final Map<String, Role> roles = new TreeMap<>();
  // One for each combination asked for: who calls by token brings the names each time.
  private final Map<Set<String>, Grants> known = new ConcurrentHashMap<>();

  /** The built-in roles and these, whose names are others. */
  public Roles(List<RoleConfig> custom) {
    add(new Role(ADMIN, true, everywhere(EnumSet.allOf(Right.class)), true, true, true));
    add(new Role(WRITER, false, everywhere(EnumSet.allOf(Right.class)), false, false, false));
    add(new Role(READER, false, everywhere(EnumSet.of(Right.READ)), false, false, false));
    custom.forEach(config -> add(role(config)));
  }

  private void add(Role role) {
    roles.put(role.name(), role);
  }

  private static List<TableGrant> everywhere(Set<Right> rights) {
    return List.of(TableGrant.everywhere(rights));
  }

  private static Role role(RoleConfig config) {
    List<TableGrant> tables =
        config.grants().stream()
            .map(
                grant ->
                    new TableGrant(
                        new Glob(grant.database()),
                        new Glob(grant.catalog()),
                        new Glob(grant.schema()),
                        new Glob(grant.table()),
                        Set.copyOf(grant.rights())))
            .toList();
    return new Role(
        config.name(),
        false,
        tables,
        config.mayAttach(),
        config.mayReadFiles(),
        config.mayLoadExtensions());
  }

  /** The names of all roles, in order. */
  public Set<String> names() {
    return new TreeSet<>(roles.keySet());
  }

  /**
   * What these roles allow together; nothing for none.
   *
   * @throws IllegalArgumentException if there is no role of one of the names; says which there are
   */
  public Grants grants(Collection<String> names) {
    Set<String> wanted = Set.copyOf(names);
    Grants grants = known.get(wanted);
    if (grants == null) {
      grants = new Grants(wanted, roles(wanted));
      known.put(wanted, grants);
    }
    return grants;
  }

  private List<Role> roles(Set<String> names) {
    List<Role> found = new ArrayList<>();
    for (String name : names) {
      Role role = roles.get(name);
      if (role == null) {
        throw new IllegalArgumentException(
            "there is no role \"" + name + "\"; there are: " + String.join(", ", roles.keySet()));
      }
      found.add(role);
    }
    return found;
  }
}
