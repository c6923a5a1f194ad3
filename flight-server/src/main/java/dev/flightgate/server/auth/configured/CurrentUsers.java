package dev.flightgate.server.auth.configured;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.auth.Roles;
import dev.flightgate.server.auth.configured.Users.All;
import dev.flightgate.server.auth.configured.Users.User;
import dev.flightgate.server.config.ConfigException;
import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import dev.flightgate.server.config.GatewayConfig.Secret;
import dev.flightgate.server.config.GatewayConfig.UserConfig;
import dev.flightgate.server.config.UsersFile;
import dev.flightgate.server.files.FileVersions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The users of the configuration and of the users file, as it is now. Thread-safe. */
final class CurrentUsers {

  private static final Logger log = LoggerFactory.getLogger(CurrentUsers.class);

  private final Roles roles;
  private final List<User> configured;
  private final @Nullable Path file;
  private FileVersions seen = new FileVersions(List.of());
  private volatile All all;

  /**
   * @throws ConfigException if the file cannot be read, or a user cannot be used
   */
  CurrentUsers(AuthConfig config, Roles roles) {
    this.roles = roles;
    this.configured = users(config.users(), "auth.users");
    this.file = config.usersFile();
    if (file != null) {
      seen = FileVersions.of(List.of(file));
    }
    this.all = read();
  }

  All all() {
    return all;
  }

  /** Reads the file again if it changed. */
  synchronized void refresh() {
    if (file == null) {
      return;
    }
    FileVersions now = FileVersions.of(List.of(file));
    if (now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      all = read();
      log.info("the users of {} were read again: {} in all", file, all.byName().size());
    } catch (ConfigException e) {
      log.warn("the users of {} stay as they were: {}", file, e.getMessage());
    }
  }

  private All read() {
    List<User> users = new ArrayList<>(configured);
    if (file != null) {
      users.addAll(users(UsersFile.read(file), file + ": users"));
    }
    Set<String> names = new HashSet<>();
    for (User user : users) {
      if (!names.add(user.name())) {
        throw new ConfigException(
            "auth.users-file", file + " has a user of auth.users again: \"" + user.name() + "\"");
      }
    }
    return All.of(users);
  }

  private List<User> users(List<UserConfig> configs, String place) {
    List<User> users = new ArrayList<>();
    for (int i = 0; i < configs.size(); i++) {
      users.add(user(configs.get(i), place + "[" + i + "]"));
    }
    return users;
  }

  private User user(UserConfig config, String place) {
    Principal principal =
        new Principal(
            config.name(), ConfiguredRoles.require(roles, config.roles(), place + ".roles"));
    Secret password = config.password();
    Secret hash = config.passwordHash();
    if (hash != null) {
      try {
        PasswordHash.parse(hash.value());
      } catch (IllegalArgumentException e) {
        throw new ConfigException(place + ".password-hash", String.valueOf(e.getMessage()), e);
      }
    }
    return new User(
        config.name(),
        principal,
        password == null ? null : Digests.sha256(password.value()),
        hash == null ? null : hash.value());
  }
}
