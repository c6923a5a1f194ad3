package dev.flightgate.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.flightgate.server.config.GatewayConfig.Secret;
import dev.flightgate.server.config.GatewayConfig.UserConfig;
import dev.flightgate.server.files.PrivateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A YAML file of users: a list under {@code users}, each with the settings of {@code auth.users}.
 * Written by {@code flightgate user}, or by hand. Stateless; any thread.
 */
public final class UsersFile {

  private static final YAMLMapper YAML = new YAMLMapper();
  private static final String HEADING =
      """
      # Users of a Flightgate. "flightgate user add" and "remove" write this file anew, without
      # the comments that it has; a gateway that runs notices.
      """;

  /** What is in the file. */
  record Content(List<UserConfig> users) {
    Content {
      users = List.copyOf(users);
    }
  }

  private UsersFile() {}

  /**
   * The users of the file.
   *
   * @throws ConfigException if it cannot be read, or says what cannot be
   */
  public static List<UserConfig> read(Path file) {
    JsonNode tree = SettingsFile.parse(file, "auth.users-file");
    if (tree.isMissingNode() || tree.isNull()) {
      return List.of();
    }
    try {
      List<UserConfig> users = new SettingsBinder().bindUsers(tree);
      Set<String> names = new HashSet<>();
      for (int i = 0; i < users.size(); i++) {
        String name = users.get(i).name();
        Require.that(
            names.add(name), "users[" + i + "].name", "is already taken: \"" + name + "\"");
      }
      return users;
    } catch (ConfigException e) {
      throw new ConfigException(file.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Replaces the file at once, readable by its owner only. */
  public static void write(Path file, List<UserConfig> users) throws IOException {
    ObjectNode tree = YAML.createObjectNode();
    ArrayNode list = tree.putArray("users");
    for (UserConfig user : users) {
      ObjectNode entry = list.addObject().put("name", user.name());
      put(entry, "password", user.password());
      put(entry, "password-hash", user.passwordHash());
      ArrayNode roles = entry.putArray("roles");
      user.roles().forEach(roles::add);
    }
    try {
      PrivateFile.write(file, HEADING + YAML.writeValueAsString(tree));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts can be written as YAML", e);
    }
  }

  private static void put(ObjectNode entry, String name, @Nullable Secret secret) {
    if (secret != null) {
      entry.put(name, secret.value());
    }
  }
}
