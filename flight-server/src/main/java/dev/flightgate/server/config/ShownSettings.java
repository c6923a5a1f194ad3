package dev.flightgate.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.flightgate.server.config.GatewayConfig.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * All settings in force as texts by their names, for people to read. What is a secret, or has the
 * name of one, is shown as {@code ***}. Stateless.
 */
public final class ShownSettings {

  private static final String HIDDEN = "***";

  /** Words of a name's last part that say that its value, if it is a text, is nobody's business. */
  private static final Pattern SECRET =
      Pattern.compile("(?i).*(password|secret|token|credential|hash|key|sha256|pwd).*");

  /** What such a name may say all the same: files are named, not read, and times are no secrets. */
  private static final Pattern OPEN =
      Pattern.compile("(?i).*(-file|-dir|-lifetime|-timeout|-interval|-header|-claim|-url|-uri)");

  private ShownSettings() {}

  /** The settings, in the order of their names. */
  public static Map<String, String> of(GatewayConfig config) {
    JsonMapper mapper =
        JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .addModule(
                new SimpleModule()
                    .addSerializer(Duration.class, new ToStringSerializer())
                    .addSerializer(Path.class, new ToStringSerializer())
                    .addSerializer(Secret.class, new ToStringSerializer()))
            .build();
    Map<String, String> shown = new TreeMap<>();
    add(shown, "", "", mapper.valueToTree(config));
    return Collections.unmodifiableMap(shown);
  }

  private static void add(Map<String, String> shown, String place, String name, JsonNode node) {
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        String inner = place.isEmpty() ? entry.getKey() : place + "." + entry.getKey();
        add(shown, inner, entry.getKey(), entry.getValue());
      }
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        add(shown, place + "[" + i + "]", name, node.get(i));
      }
    } else if (!node.isNull()) {
      boolean hidden =
          node.isTextual() && SECRET.matcher(name).matches() && !OPEN.matcher(name).matches();
      shown.put(place, hidden ? HIDDEN : node.asText());
    }
  }
}
