package dev.flightgate.server.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

final class LogContextTest {

  private static final LogContext NOTHING = new LogContext(null, null);

  @AfterEach
  void clear() {
    MDC.clear();
  }

  @Test
  void enter_insideOfAnotherCall_isThatCallsAgainAfterwards() {
    LogContext outer = new LogContext("a-1", "alice");
    LogContext inner = new LogContext("a-2", null);

    try (LogContext.Scope first = outer.enter()) {
      try (LogContext.Scope second = inner.enter()) {
        assertThat(LogContext.current()).isEqualTo(inner);
      }
      assertThat(LogContext.current()).isEqualTo(outer);
      try (LogContext.Scope again = outer.enter()) {
        assertThat(MDC.get("user")).isEqualTo("alice");
      }
      assertThat(LogContext.current()).isEqualTo(outer);
    }
    assertThat(LogContext.current()).isEqualTo(NOTHING);
  }

  @Test
  void enter_besideOtherNames_leavesThem() {
    MDC.put("host", "here");
    try (LogContext.Scope scope = new LogContext("a-1", "alice").enter()) {
      assertThat(MDC.get("host")).isEqualTo("here");
    }
    assertThat(MDC.get("host")).isEqualTo("here");
  }
}
