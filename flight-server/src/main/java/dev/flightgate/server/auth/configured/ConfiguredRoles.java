package dev.flightgate.server.auth.configured;

import dev.flightgate.server.auth.Grants;
import dev.flightgate.server.auth.Roles;
import dev.flightgate.server.config.ConfigException;
import java.util.Collection;

/** Roles that settings name, which have to be there. */
final class ConfiguredRoles {

  private ConfiguredRoles() {}

  /**
   * What the roles allow together.
   *
   * @throws ConfigException if there is no role of one of the names
   */
  static Grants require(Roles roles, Collection<String> names, String setting) {
    try {
      return roles.grants(names);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(setting, String.valueOf(e.getMessage()), e);
    }
  }
}
