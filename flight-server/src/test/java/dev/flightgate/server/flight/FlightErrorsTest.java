package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.query.LogContext;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the client is told of a failure, and what the log. */
class FlightErrorsTest {

  private final Logger log = (Logger) LoggerFactory.getLogger(FlightErrors.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.setLevel(Level.DEBUG);
    logged.start();
    log.addAppender(logged);
  }

  @AfterEach
  void leave() {
    log.detachAppender(logged);
    log.setLevel(null);
  }

  private String loggedAt(Level level) {
    return logged.list.stream()
        .filter(event -> event.getLevel().equals(level))
        .map(
            event ->
                event.getFormattedMessage()
                    + "\n"
                    + (event.getThrowableProxy() == null
                        ? ""
                        : ThrowableProxyUtil.asString(event.getThrowableProxy())))
        .collect(Collectors.joining("\n"));
  }

  @Test
  void anInternalError_isLoggedByIdKindAndStack_itsTextForDebuggingOnly() {
    SQLException engine = new SQLException("near \"my secret\": no idea");
    engine.addSuppressed(new IllegalStateException("my secret, closing"));
    BackendException failure = new BackendException(Kind.INTERNAL, "my secret failed", engine);

    FlightRuntimeException told = FlightErrors.translate(failure);

    assertThat(told.status().code()).isEqualTo(FlightStatusCode.INTERNAL);
    String id = told.getMessage().replaceFirst(".* ", "");
    assertThat(told.getMessage()).doesNotContain("secret");
    assertThat(loggedAt(Level.ERROR))
        .contains(id, "INTERNAL", "java.sql.SQLException", "BackendException", "IllegalState")
        .contains("at dev.flightgate.server.flight.FlightErrorsTest.anInternalError_")
        .doesNotContain("secret");
    assertThat(loggedAt(Level.DEBUG)).contains(id, "my secret failed", "no idea");
  }

  @Test
  void anInternalError_ofACall_isLoggedUnderTheCallsName() {
    try (LogContext.Scope call = new LogContext("ab-1", "alice").enter()) {
      assertThat(FlightErrors.translate(new IllegalStateException("one")).getMessage())
          .endsWith(" ab-1");
    }
    assertThat(loggedAt(Level.ERROR)).contains("internal error ab-1");
  }

  @Test
  void anInternalError_whoseCausesGoRoundInACircle_isLoggedAllTheSame() {
    IllegalStateException one = new IllegalStateException("one");
    IllegalStateException two = new IllegalStateException("two", one);
    one.initCause(two);

    assertThat(FlightErrors.translate(one).status().code()).isEqualTo(FlightStatusCode.INTERNAL);
    assertThat(loggedAt(Level.ERROR)).contains("IllegalStateException");
  }

  @Test
  void aLongMessage_isCutToWhatATrailerCarries_whateverItsCharacters() {
    for (String character : List.of("x", "é", "漢", "😀", "%", "\n")) {
      BackendException failure =
          new BackendException(Kind.INVALID_SQL, "begins " + character.repeat(10_000));

      String told = String.valueOf(FlightErrors.translate(failure).getMessage());

      assertThat(told).startsWith("begins " + character).endsWith(" …");
      assertThat(percentEncodedBytes(told)).as(character).isBetween(5_900, 6_144);
      assertThat(new String(told.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
          .as("no half a character")
          .isEqualTo(told);
    }
  }

  @Test
  void aMessage_thatFits_isToldToTheLetter() {
    BackendException failure = new BackendException(Kind.INVALID_SQL, "é".repeat(1_000));

    assertThat(FlightErrors.translate(failure)).hasMessage("é".repeat(1_000));
  }

  /** As gRPC writes grpc-message: all but printable ASCII, and the percent sign, takes three. */
  private static int percentEncodedBytes(String text) {
    int bytes = 0;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      bytes += b >= ' ' && b < '~' && b != '%' ? 1 : 3;
    }
    return bytes;
  }
}
