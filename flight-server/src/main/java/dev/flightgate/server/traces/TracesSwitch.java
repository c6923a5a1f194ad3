package dev.flightgate.server.traces;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether traces are asked for, by OpenTelemetry's own variables and system properties. Knows none
 * of its classes, so that they are loaded only if they are.
 */
public final class TracesSwitch {

  private static final String EXPORTER = "otel.traces.exporter";

  private static final List<String> ENDPOINTS =
      List.of("otel.exporter.otlp.endpoint", "otel.exporter.otlp.traces.endpoint");

  private TracesSwitch() {}

  /** Whether an exporter of traces is named, or the address of one, and the SDK not disabled. */
  public static boolean isOn(Map<String, String> environment) {
    if ("true".equalsIgnoreCase(setting("otel.sdk.disabled", environment))) {
      return false;
    }
    String exporter = setting(EXPORTER, environment);
    return exporter == null
        ? ENDPOINTS.stream().anyMatch(name -> setting(name, environment) != null)
        : !exporter.equalsIgnoreCase("none");
  }

  private static @Nullable String setting(String name, Map<String, String> environment) {
    String variable = name.replace('.', '_').toUpperCase(Locale.ROOT);
    String value = System.getProperty(name, environment.getOrDefault(variable, ""));
    return value.isBlank() ? null : value.strip();
  }
}
