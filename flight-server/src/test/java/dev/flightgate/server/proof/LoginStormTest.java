package dev.flightgate.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hundreds of guesses at the same time, for seconds: who knows the password gets in meanwhile, the
 * others are slowed down, and nothing of them stays.
 */
final class LoginStormTest {

  private static final String STORMED_FROM = "127.0.0.2";
  private static final int CONNECTIONS = 20;
  private static final int GUESSES_EACH = 15;
  private static final Duration LENGTH = Duration.ofSeconds(4);
  private static final Duration LOGIN_MAX = Duration.ofSeconds(5);
  private static final long GROWTH_BYTES_MAX = 128 << 20;

  /**
   * Those that refuse strangers are four, each with ten lines a second and one of what it left out.
   */
  private static final int LOG_LINES_PER_SECOND_MAX = 50;

  @TempDir private static Path folder;

  private static GatewayProcess gateway;
  private static BufferAllocator allocator;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    Assumptions.assumeThat(System.getProperty("os.name"))
        .as("a system with /proc, whose loopback has all of 127.0.0.0/8")
        .isEqualTo("Linux");
    gateway =
        GatewayProcess.start(
            folder,
            "dev.flightgate.server.WatchedGateway",
            List.of("-Xmx128m"),
            Map.of("FLIGHTGATE_SESSIONS_IDLE_TIMEOUT", "5s"),
            "--database",
            "lite=sqlite::memory:");
    allocator = new RootAllocator();
    port = gateway.awaitReady();
    login(); // so that its user is known to have come from here, and the JVM warm
  }

  @AfterAll
  static void stop() throws Exception {
    if (gateway != null) {
      gateway.close();
      allocator.close();
    }
  }

  /** How long a login and a query take, over a new connection. */
  private static Duration login() throws Exception {
    long begin = System.nanoTime();
    try (ProofClient client = ProofClient.login(port, allocator, "lite")) {
      assertThat(client.numbers("select 1")).hasSize(1);
    }
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Test
  void guesses_ofFewUsers_keepNobodyOut() throws Exception {
    withstand(List.of("root", "admin", "mallory", GatewayProcess.USER));
  }

  @Test
  void guesses_ofManyUsers_keepNobodyOut() throws Exception {
    withstand(List.of());
  }

  private static void withstand(List<String> guessed) throws Exception {
    long before = gateway.residentBytes();
    long linesBefore = logLines();
    long begun = System.nanoTime();
    List<Duration> logins = new ArrayList<>();
    try (Storm storm = new Storm(port, STORMED_FROM, CONNECTIONS, GUESSES_EACH, guessed)) {
      long end = System.nanoTime() + LENGTH.toNanos();
      while (System.nanoTime() < end) {
        logins.add(login());
      }
      storm.close();
      System.out.println("the storm was told: " + storm.answers());
      assertThat(storm.answers().keySet())
          .allMatch(a -> a.startsWith("UNAUTHENTICATED: ") || a.contains("setting flight."))
          .anyMatch(a -> a.contains("too many failed logins, try again in N s"));
    }
    System.out.println(logins.size() + " right logins, slowest " + Collections.max(logins));
    assertThat(Collections.max(logins)).isLessThan(LOGIN_MAX);
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> gateway.ask("sessions").equals("0") && gateway.ask("bytes").equals("0"));
    assertThat(gateway.residentBytes() - before).as("growth").isLessThan(GROWTH_BYTES_MAX);
    long seconds = 1 + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
    assertThat(logLines() - linesBefore)
        .as("lines in the log, in %d s", seconds)
        .isLessThan(seconds * LOG_LINES_PER_SECOND_MAX);
    assertThat(Arrays.stream(gateway.ask("threads").split(","))).as("threads").hasSizeLessThan(60);
  }

  private static long logLines() throws Exception {
    try (Stream<String> lines = Files.lines(GatewayProcess.log(folder))) {
      return lines.count();
    }
  }
}
