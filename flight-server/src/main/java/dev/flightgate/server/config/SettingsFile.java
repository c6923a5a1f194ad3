package dev.flightgate.server.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A YAML file of settings. In its texts {@code ${NAME}} stands for an environment variable, and
 * {@code ${NAME:-default}} for one that may be unset or empty.
 */
final class SettingsFile {

  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?}");

  /** The builder, unlike the constructor, leaves "key:" without a value an empty text. */
  private static final YAMLMapper YAML =
      new YAMLMapper(
          YAMLFactory.builder()
              .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .build());

  private final Map<String, String> environment;

  SettingsFile(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Reads the file with its variables replaced; an empty file says nothing. */
  ObjectNode read(Path file) {
    JsonNode tree = parse(file, "--config");
    if (tree.isMissingNode() || tree.isNull()) {
      return YAML.createObjectNode();
    }
    if (tree instanceof ObjectNode settings) {
      substituteIn(settings, "");
      return settings;
    }
    throw new ConfigException(file.toString(), "must hold settings, each as \"name: value\"");
  }

  /**
   * Reads a YAML file as it is.
   *
   * @param setting what names it
   */
  static JsonNode parse(Path file, String setting) {
    try {
      return YAML.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String line = at == null ? "" : " (line " + at.getLineNr() + ")";
      String problem = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new ConfigException(file.toString(), "is not valid YAML" + line + ": " + problem, e);
    } catch (IOException e) {
      throw new ConfigException(setting, "cannot read " + file + FileProblem.of(e), e);
    }
  }

  private void substituteIn(ObjectNode group, String path) {
    for (Map.Entry<String, JsonNode> entry : group.properties()) {
      entry.setValue(substituted(entry.getValue(), path + entry.getKey()));
    }
  }

  private JsonNode substituted(JsonNode node, String path) {
    if (node instanceof ObjectNode group) {
      substituteIn(group, path + ".");
    } else if (node instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        list.set(i, substituted(list.get(i), path + "[" + i + "]"));
      }
    } else if (node.isTextual()) {
      return TextNode.valueOf(
          VARIABLE
              .matcher(node.textValue())
              .replaceAll(match -> Matcher.quoteReplacement(value(match, path))));
    }
    return node;
  }

  private String value(MatchResult match, String path) {
    String value = environment.getOrDefault(match.group(1), "");
    if (!value.isEmpty()) {
      return value;
    }
    if (match.group(2) == null) {
      throw new ConfigException(path, "the environment variable " + match.group(1) + " is not set");
    }
    return match.group(3);
  }
}
