package dev.flightgate.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the settings, once: flags come before environment variables, those before the file, that
 * before the defaults. A list that is said replaces the whole list below it. Stateless but for the
 * environment it was given; any thread.
 *
 * <p>Each source becomes a tree of the same shape, one is laid over the other, and the result is
 * bound to {@link GatewayConfig}, whose records do the checking: so a value is refused with the
 * same words wherever it came from.
 */
public final class ConfigLoader {

  private final Map<String, String> environment;
  private final SettingsBinder binder = new SettingsBinder();

  /** Takes environment variables from this map. */
  public ConfigLoader(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * Reads and checks all settings.
   *
   * @throws ConfigException if one is unknown, impossible or unsafe
   */
  public GatewayConfig load(ServeOptions options) {
    ObjectNode settings = binder.toTree(Defaults.config(environment));
    ObjectNode variables = variables(settings, "");
    if (options.config != null) {
      overlay(settings, new SettingsFile(environment).read(options.config));
    }
    overlay(settings, variables);
    new FlagSettings(options, environment).applyTo(settings);
    SecretFiles.resolve(settings);
    GatewayConfig config = binder.bind(settings);
    Exposure.check(config);
    return config;
  }

  /**
   * The settings that have a variable: {@code sessions.idle-timeout} is {@code
   * FLIGHTGATE_SESSIONS_IDLE_TIMEOUT}. Lists have none here; flags give the common ones theirs.
   */
  private ObjectNode variables(ObjectNode known, String prefix) {
    ObjectNode found = known.objectNode();
    for (Map.Entry<String, JsonNode> entry : known.properties()) {
      String name = prefix + entry.getKey();
      if (entry.getValue() instanceof ObjectNode group) {
        ObjectNode inner = variables(group, name + ".");
        if (!inner.isEmpty()) {
          found.set(entry.getKey(), inner);
        }
      } else if (entry.getValue().isValueNode()) {
        String value = environment.getOrDefault(variable(name), "");
        if (!value.isEmpty()) {
          found.set(entry.getKey(), TextNode.valueOf(value));
        }
      }
    }
    return found;
  }

  private static String variable(String path) {
    return EnvironmentDefaults.PREFIX + path.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
  }

  /** Lays {@code upper} over {@code lower}; a key without a value says nothing. */
  private static void overlay(ObjectNode lower, ObjectNode upper) {
    for (Map.Entry<String, JsonNode> entry : upper.properties()) {
      JsonNode below = lower.get(entry.getKey());
      if (below instanceof ObjectNode lowerGroup
          && entry.getValue() instanceof ObjectNode upperGroup) {
        overlay(lowerGroup, upperGroup);
      } else if (!entry.getValue().isNull()) {
        lower.set(entry.getKey(), entry.getValue());
      }
    }
  }
}
