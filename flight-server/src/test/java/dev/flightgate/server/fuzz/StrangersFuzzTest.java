package dev.flightgate.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.flight.SqlClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Headers, cookies and handshakes of whoever finds the port. Nobody gets in, everybody is answered,
 * and nothing of it stays: no session, no memory, no thread, and one line of the log at most,
 * without the credential. Takes the seconds of the system property {@code flightgate.fuzz.seconds},
 * 3 if it is not set, and repeats what it did with {@code flightgate.fuzz.seed}.
 */
class StrangersFuzzTest {

  private static final Duration TIME =
      Duration.ofSeconds(Long.getLong("flightgate.fuzz.seconds", 3));
  private static final long SEED = Long.getLong("flightgate.fuzz.seed", 20_261_120);
  private static final int WRONG_MAX = 10;

  /**
   * UNAUTHENTICATED; UNIMPLEMENTED, for a method that is none; RESOURCE_EXHAUSTED, for headers that
   * are too long; INVALID_ARGUMENT and HTTP's refusals, for what is no call; and the end of a
   * stream, or of its connection, whose headers HTTP/2 does not allow, as PROTOCOL_ERROR.
   */
  private static final Pattern CLEAN =
      Pattern.compile("grpc (16|12|8|3)|http 4\\d\\d|(reset|go away) 1");

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger ours = (Logger) LoggerFactory.getLogger("dev.flightgate");

  @BeforeEach
  void listen() {
    lines.start();
    root.addAppender(lines);
    ours.setLevel(Level.INFO); // as a serving process logs
  }

  @AfterEach
  void stop() {
    root.detachAppender(lines);
    ours.setLevel(null);
  }

  @Test
  void strangers_getACleanAnswer_andLeaveNothing() throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        RawHttp2 calls = new RawHttp2(gateway.port())) {
      Map<String, Integer> answers = new TreeMap<>();
      List<String> wrong = new ArrayList<>();
      int threads = 0;
      int made = 0;
      long end = System.nanoTime() + TIME.toNanos();
      for (long seed = SEED; System.nanoTime() < end && wrong.size() < WRONG_MAX; seed++) {
        Garbage garbage = new Garbage(new Random(seed));
        String answer = calls.call(garbage.headers(), garbage.message());
        answers.merge(answer, 1, Integer::sum);
        if (!CLEAN.matcher(answer).matches()) {
          wrong.add(answer + " with -Dflightgate.fuzz.seed=" + seed);
        }
        if (++made == 100) {
          threads = Thread.getAllStackTraces().size();
        }
      }
      System.out.println(made + " strangers: " + answers);
      assertThat(wrong).isEmpty();
      assertThat(gateway.sessions()).isZero();
      assertThat(gateway.allocatedBytes()).isZero();
      assertThat(Thread.getAllStackTraces().size()).as("threads").isLessThanOrEqualTo(threads + 8);
      assertThat(answers).as("the call that everybody would make").containsKey("grpc 16");
      assertLog(made);
    }
  }

  private void assertLog(int made) {
    List<ILoggingEvent> written = List.copyOf(lines.list);
    assertThat(written.size()).as("lines").isBetween(1, made);
    assertThat(written)
        .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
        .extracting(ILoggingEvent::getFormattedMessage)
        .as("warnings of what a stranger sent")
        .isEmpty();
    assertThat(written)
        .extracting(ILoggingEvent::getFormattedMessage)
        .as("lines with a credential, plain or in base64")
        .noneMatch(line -> line.contains(Garbage.MARK) || line.contains("YWxpY2U6czNjcjN0"));
  }

  @Test
  void theServer_thatMetStrangers_servesThoseItKnows() throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        RawHttp2 calls = new RawHttp2(gateway.port())) {
      for (long seed = SEED; seed < SEED + 50; seed++) {
        Garbage garbage = new Garbage(new Random(seed));
        calls.call(garbage.headers(), garbage.message());
      }
      try (SqlClient client = SqlClient.login(gateway, "bob", "main")) {
        assertThat(client.query("select 42")).hasSize(1);
      }
    }
  }
}
