package dev.flightgate.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.client.ServerProcess;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code flightgate admin} against the real gateway, as its only user, an administrator. */
final class AdminEndToEndTest {

  private static final String WORK =
      "select count(*) from range(10000000) a, range(10000000) b where a.range % 7 = b.range % 5";
  private static final Pattern ID = Pattern.compile("\"id\":\"(\\d+)\"");

  @TempDir private static Path folder;

  private static ServerProcess server;

  @BeforeAll
  static void start() throws Exception {
    server = ServerProcess.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static FakeTerminal terminal() {
    return new FakeTerminal()
        .with("FLIGHTGATE_URI", server.uri().toString())
        .with("FLIGHTGATE_STATE_DIR", server.stateDirectory().toString());
  }

  private static String run(String... command) {
    FakeTerminal terminal = terminal();
    assertThat(terminal.run(command)).as(terminal.err()).isZero();
    return terminal.out();
  }

  /** What the command lists, once that contains the text. */
  private static String list(String what, String text) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    String listed = "";
    while (!listed.contains(text) && System.nanoTime() < deadline) {
      listed = run("admin", what, "--format", "json");
    }
    assertThat(listed).contains(text);
    return listed;
  }

  private static String id(String listed, String text) {
    String line = listed.lines().filter(l -> l.contains(text)).findFirst().orElseThrow();
    Matcher matcher = ID.matcher(line);
    assertThat(matcher.find()).as(line).isTrue();
    return matcher.group(1);
  }

  @Test
  void aStatement_isListedAndCancelled_andItsSessionEnded() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      FakeTerminal busy = terminal();
      Future<Integer> query = pool.submit(() -> busy.run("query", WORK));
      String listed = list("queries", "count(*)");
      assertThat(listed.lines()).as("not the statement that asks").hasSize(1);
      String id = id(listed, "count(*)");
      assertThat(run("admin", "cancel", id)).contains(id, "cancelled");
      assertThat(query.get(20, TimeUnit.SECONDS)).isEqualTo(Main.FAILED);
      assertThat(busy.err()).contains("cancelled");

      FakeTerminal again = terminal();
      Future<Integer> second = pool.submit(() -> again.run("query", WORK));
      list("queries", "count(*)");
      String session =
          run(
                  "query",
                  "--format",
                  "csv",
                  "SELECT session_id FROM flightgate.queries WHERE sql LIKE 'select count%'")
              .lines()
              .skip(1)
              .findFirst()
              .orElseThrow();
      assertThat(list("sessions", "\"active\"")).contains("\"id\":\"" + session + "\"");
      assertThat(run("admin", "end", session)).contains(session, "ended");
      assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo(Main.FAILED);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void anId_thatIsNone_isRefusedWithTheServersWords() {
    FakeTerminal terminal = terminal();
    assertThat(terminal.run("admin", "cancel", "123456789")).isEqualTo(Main.FAILED);
    assertThat(terminal.err()).contains("there is no statement '123456789' now");
  }

  @Test
  void admin_withoutACommand_isWrongUsage() {
    FakeTerminal terminal = terminal();
    assertThat(terminal.run("admin")).isEqualTo(Main.WRONG_USAGE);
    assertThat(terminal.err()).contains("Missing required subcommand", "flightgate admin --help");
  }
}
