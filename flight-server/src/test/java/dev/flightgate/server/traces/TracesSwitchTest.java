package dev.flightgate.server.traces;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TracesSwitchTest {

  @Test
  void isOn_onlyWithAnExporterOrAnEndpoint() {
    assertThat(TracesSwitch.isOn(Map.of())).isFalse();
    assertThat(TracesSwitch.isOn(Map.of("OTEL_SERVICE_NAME", "x"))).isFalse();
    assertThat(TracesSwitch.isOn(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", ""))).isFalse();
    assertThat(TracesSwitch.isOn(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://x:4318"))).isTrue();
    assertThat(
            TracesSwitch.isOn(Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://x/v1/traces")))
        .isTrue();
    assertThat(TracesSwitch.isOn(Map.of("OTEL_TRACES_EXPORTER", "otlp"))).isTrue();
  }

  @Test
  void isOn_whatIsDisabled_isNot() {
    String endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    assertThat(TracesSwitch.isOn(Map.of(endpoint, "http://x", "OTEL_TRACES_EXPORTER", "none")))
        .isFalse();
    assertThat(TracesSwitch.isOn(Map.of(endpoint, "http://x", "OTEL_SDK_DISABLED", "true")))
        .isFalse();
  }
}
