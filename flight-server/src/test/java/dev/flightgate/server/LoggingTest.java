package dev.flightgate.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.encoder.Encoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flightgate.server.config.GatewayConfig.LogFormat;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One event is one line, whatever it says. */
final class LoggingTest {

  @Test
  void text_messageAndStackOfSeveralLines_oneLine() {
    String plain = line(LogFormat.TEXT, "hello", null);
    String folded = line(LogFormat.TEXT, "one\r\ntwo", new IllegalStateException("three\nfour"));

    assertThat(plain).matches("\\S+T\\S+ WARN  Some - hello\\R");
    assertThat(folded)
        .contains("Some - one | two | java.lang.IllegalStateException: three | four | at ")
        .hasLineCount(1);
  }

  @Test
  void text_ofACall_namesTheCallAndItsUser() {
    assertThat(lineOfCall(LogFormat.TEXT, Map.of("request", "ab-1", "user", "alice")))
        .contains("Some - [ab-1 alice] hello");
    assertThat(lineOfCall(LogFormat.TEXT, Map.of("request", "ab-1")))
        .contains("Some - [ab-1] hello");
    assertThat(lineOfCall(LogFormat.TEXT, Map.of("request", "ab-1", "user", "a\nb")))
        .hasLineCount(1);
  }

  @Test
  void json_ofACall_namesTheCallAndItsUser() throws Exception {
    String line = lineOfCall(LogFormat.JSON, Map.of("request", "ab-1", "user", "alice"));

    JsonNode names = new JsonMapper().readTree(line).get("mdc");
    assertThat(names.get("request").textValue()).isEqualTo("ab-1");
    assertThat(names.get("user").textValue()).isEqualTo("alice");
  }

  @Test
  void json_messageAndStackOfSeveralLines_oneObject() throws Exception {
    String line = line(LogFormat.JSON, "one\ntwo", new IllegalStateException("three"));

    assertThat(line).hasLineCount(1);
    JsonNode event = new JsonMapper().readTree(line);
    assertThat(event.get("level").textValue()).isEqualTo("WARN");
    assertThat(event.get("formattedMessage").textValue()).isEqualTo("one\ntwo");
    assertThat(event.get("throwable").get("message").textValue()).isEqualTo("three");
  }

  private static String line(LogFormat format, String message, @Nullable Throwable thrown) {
    return line(format, message, thrown, Map.of());
  }

  private static String lineOfCall(LogFormat format, Map<String, String> names) {
    return line(format, "hello", null, names);
  }

  private static String line(
      LogFormat format, String message, @Nullable Throwable thrown, Map<String, String> names) {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    Logger logger = context.getLogger("dev.flightgate.Some");
    Encoder<ILoggingEvent> encoder = Logging.encoder(format, context);
    LoggingEvent event =
        new LoggingEvent(LoggingTest.class.getName(), logger, Level.WARN, message, thrown, null);
    event.setMDCPropertyMap(names);
    return new String(encoder.encode(event), StandardCharsets.UTF_8);
  }
}
