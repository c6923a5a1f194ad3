package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** How much strangers can have written, with a clock that stands still. */
class RefusalLogTest {

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("refusals");
  private long now;
  private final RefusalLog log = new RefusalLog(logger, () -> now);

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(lines);
  }

  @Test
  void refusals_beyondSomeEachSecond_areCountedAndNotWritten() {
    for (int i = 0; i < 1_000; i++) {
      log.info("refused {}", i);
    }
    assertThat(lines.list).hasSize(RefusalLog.LINES_PER_SECOND);

    now += Duration.ofSeconds(1).toNanos();
    log.info("refused {} of {}", "one", 2);
    assertThat(lines.list.subList(RefusalLog.LINES_PER_SECOND, lines.list.size()))
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("990 more were refused since the last of these lines", "refused one of 2");
  }
}
