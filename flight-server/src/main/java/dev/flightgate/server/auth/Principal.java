package dev.flightgate.server.auth;

import java.util.List;

/**
 * A user who proved to be one.
 *
 * @param name as configured, or as the issuer of a token says
 * @param grants what the user's roles allow
 */
public record Principal(String name, Grants grants) {

  /** A principal with built-in roles, for programs that embed the gateway and know no others. */
  public static Principal of(String name, String... builtInRoles) {
    return new Principal(name, Roles.BUILT_IN.grants(List.of(builtInRoles)));
  }

  /** Whether nothing may be written or defined, in any database. */
  public boolean readOnly() {
    return grants.readOnly();
  }
}
