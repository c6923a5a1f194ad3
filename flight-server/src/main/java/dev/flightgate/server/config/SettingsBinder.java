package dev.flightgate.server.config;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.flightgate.server.config.GatewayConfig.Secret;
import dev.flightgate.server.config.GatewayConfig.UserConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Binds a tree of settings to {@link GatewayConfig}, and says in one line what does not fit. Values
 * of secrets never appear in what it says. Thread-safe.
 */
final class SettingsBinder {

  /** Settings in bytes have the word in their name: {@code bytes-max}, {@code batch-bytes}. */
  private static final Pattern BYTES = Pattern.compile("(.*-)?bytes(-max)?");

  private final JsonMapper mapper =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .withConfigOverride(
              List.class,
              list -> list.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
          .withConfigOverride(
              Map.class, map -> map.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
          .addModule(
              new SimpleModule()
                  .addSerializer(Duration.class, new ToStringSerializer())
                  .addSerializer(Path.class, new ToStringSerializer())
                  .addDeserializer(Instant.class, new FromText<>(SettingsBinder::instant, false))
                  .addDeserializer(Duration.class, new FromText<>(Span::parse, false))
                  .addDeserializer(Path.class, new FromText<>(Path::of, false))
                  .addDeserializer(Secret.class, new FromText<>(Secret::new, true)))
          .build();

  /** Users as they stand under "users" in a file of their own. */
  List<UserConfig> bindUsers(JsonNode file) {
    try {
      return mapper.treeToValue(file, UsersFile.Content.class).users();
    } catch (JsonMappingException e) {
      throw explained(e);
    } catch (JsonProcessingException e) {
      throw new ConfigException("", e.getOriginalMessage(), e);
    }
  }

  ObjectNode toTree(GatewayConfig config) {
    return mapper.valueToTree(config);
  }

  GatewayConfig bind(ObjectNode settings) {
    replaceSizes(settings, "");
    try {
      return mapper.treeToValue(settings, GatewayConfig.class);
    } catch (JsonMappingException e) {
      throw explained(e);
    } catch (JsonProcessingException e) {
      throw new ConfigException("", e.getOriginalMessage(), e);
    }
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text.strip());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "must be a moment such as 2030-12-31T23:59:59Z, was \"" + text + "\"", e);
    }
  }

  private static void replaceSizes(ObjectNode group, String path) {
    for (Map.Entry<String, JsonNode> entry : group.properties()) {
      String place = path + entry.getKey();
      if (entry.getValue() instanceof ObjectNode inner) {
        replaceSizes(inner, place + ".");
      } else if (entry.getValue().isTextual() && BYTES.matcher(entry.getKey()).matches()) {
        try {
          entry.setValue(LongNode.valueOf(Size.parse(entry.getValue().textValue())));
        } catch (IllegalArgumentException e) {
          throw new ConfigException(place, String.valueOf(e.getMessage()), e);
        }
      }
    }
  }

  private static ConfigException explained(JsonMappingException e) {
    String path = path(e.getPath());
    if (e.getCause() instanceof ConfigException refused) {
      String message = String.valueOf(refused.getMessage());
      return new ConfigException("", path.isEmpty() ? message : path + "." + message, e);
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return new ConfigException(path, "unknown setting; known here: " + known(unknown), e);
    }
    if (e instanceof InvalidFormatException wrong) {
      return new ConfigException(
          path, expected(wrong.getTargetType()) + ", was \"" + wrong.getValue() + "\"", e);
    }
    if (e instanceof MismatchedInputException wrong) {
      return new ConfigException(path, expected(wrong.getTargetType()), e);
    }
    return new ConfigException(path, e.getOriginalMessage().lines().findFirst().orElse(""), e);
  }

  private static String path(List<JsonMappingException.Reference> references) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference reference : references) {
      if (reference.getFieldName() == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
      }
    }
    return path.toString();
  }

  private static String known(UnrecognizedPropertyException e) {
    Collection<@Nullable Object> ids = e.getKnownPropertyIds();
    return ids == null
        ? "none"
        : ids.stream()
            .map(String::valueOf)
            .map(id -> id.equals("password") || id.equals("token") ? id + ", " + id + "-file" : id)
            .sorted()
            .collect(Collectors.joining(", "));
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null || type.isRecord() || Map.class.isAssignableFrom(type)) {
      return "must be a group of settings, each as \"name: value\"";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "must be a list";
    }
    if (type.isEnum()) {
      return "must be one of "
          + Arrays.stream(type.getEnumConstants())
              .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
    }
    if (type == boolean.class) {
      return "must be true or false";
    }
    boolean number = type == int.class || type == Integer.class || type == long.class;
    return number ? "must be a whole number" : "must be a text";
  }

  /** Reads a text with a function whose IllegalArgumentException is the reason for the user. */
  private static final class FromText<T> extends JsonDeserializer<T> {

    private final Function<String, T> read;
    private final boolean exact;

    /** Exact: numbers are refused, for YAML reads 0123 as 83. */
    FromText(Function<String, T> read, boolean exact) {
      this.read = read;
      this.exact = exact;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      JsonToken token = parser.currentToken();
      if (exact ? token != JsonToken.VALUE_STRING : !token.isScalarValue()) {
        throw JsonMappingException.from(
            parser, exact ? "must be a text; put it in quotes" : "must be a text");
      }
      try {
        return read.apply(parser.getText());
      } catch (IllegalArgumentException e) {
        throw JsonMappingException.from(parser, String.valueOf(e.getMessage()));
      }
    }
  }
}
