package dev.flightgate.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.client.JavaProcess;
import dev.flightgate.client.ServerProcess;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line against the real gateway with its sample data. */
final class QueryEndToEndTest {

  private static final String REGIONS =
      "SELECT r_regionkey, r_name FROM region WHERE r_regionkey < 3 ORDER BY r_regionkey";

  @TempDir private static Path folder;

  private static ServerProcess server;

  private FakeTerminal terminal = new FakeTerminal();

  @BeforeAll
  static void start() throws Exception {
    server = ServerProcess.start(folder, "--sample");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void open() {
    terminal = terminal();
  }

  /** One that finds the server, and the password that the server left. */
  private static FakeTerminal terminal() {
    return new FakeTerminal()
        .with("FLIGHTGATE_URI", server.uri().toString())
        .with("FLIGHTGATE_STATE_DIR", server.stateDirectory().toString());
  }

  @Test
  void table_isDrawn_withCountAndTimeOnStandardError() {
    assertThat(terminal.run("query", REGIONS)).isZero();
    assertThat(terminal.out())
        .isEqualTo(
            """
            ┌─────────────┬─────────┐
            │ r_regionkey │ r_name  │
            ├─────────────┼─────────┤
            │           0 │ AFRICA  │
            │           1 │ AMERICA │
            │           2 │ ASIA    │
            └─────────────┴─────────┘
            """);
    assertThat(terminal.err()).matches("3 rows \\(\\d+\\.\\d{3} s\\)\\R");
  }

  @Test
  void table_longerThanMaxRows_isCutAndSaysSo() {
    assertThat(terminal.run("query", "--max-rows", "2", REGIONS)).isZero();
    assertThat(terminal.out()).contains("AMERICA").doesNotContain("ASIA");
    assertThat(terminal.err()).startsWith("… 2 of more rows; --max-rows 0 shows all");
  }

  @Test
  void table_onATerminal_isCutAtAThousandRows() {
    terminal.wide(80);
    assertThat(terminal.run("query", "SELECT l_orderkey FROM lineitem")).isZero();
    assertThat(terminal.out().lines()).hasSize(1_000 + 4);
    assertThat(terminal.err()).startsWith("… 1,000 of more rows; --max-rows 0 shows all");
  }

  @Test
  void table_ofExactlyMaxRows_isWhole() {
    assertThat(terminal.run("query", "--max-rows", "3", REGIONS)).isZero();
    assertThat(terminal.err()).startsWith("3 rows ");
  }

  @Test
  void csv_fromAFile_andJson_fromAPipe_areWritten() throws Exception {
    Path sql = Files.writeString(folder.resolve("regions.sql"), REGIONS);
    assertThat(terminal.run("query", "--format", "csv", "-f", sql.toString())).isZero();
    assertThat(terminal.out())
        .isEqualTo("r_regionkey,r_name\r\n0,AFRICA\r\n1,AMERICA\r\n2,ASIA\r\n");

    FakeTerminal json = terminal().piped("SELECT 'a' AS t, NULL AS n");
    assertThat(json.run("query", "--format", "json")).isZero();
    assertThat(json.out()).isEqualTo("{\"t\":\"a\",\"n\":null}\n");
  }

  @Test
  void sql_beginningWithAComment_isNoOption() {
    assertThat(terminal.run("query", "--format", "csv", "-- the one\nSELECT 1 AS n")).isZero();
    assertThat(terminal.out()).isEqualTo("n\r\n1\r\n");
  }

  @Test
  void arrow_isReadableByArrow() throws Exception {
    assertThat(terminal.run("query", "--format", "arrow", "SELECT l_orderkey FROM lineitem"))
        .isZero();

    long rows = 0;
    try (BufferAllocator allocator = new RootAllocator();
        InputStream bytes = new ByteArrayInputStream(terminal.bytes());
        ArrowStreamReader reader = new ArrowStreamReader(bytes, allocator)) {
      while (reader.loadNextBatch()) {
        rows += reader.getVectorSchemaRoot().getRowCount();
      }
    }
    assertThat(rows).isGreaterThan(50_000);
  }

  @Test
  void changes_areCounted_andSeveralStatementsShowTheLast() {
    assertThat(terminal.run("query", "CREATE TABLE cli (id BIGINT)")).isZero();
    assertThat(terminal.run("query", "INSERT INTO cli VALUES (1), (2)")).isZero();
    assertThat(terminal.out()).isEmpty();
    assertThat(terminal.err()).contains("2 rows changed (");

    assertThat(
            terminal.run(
                "query",
                "--format",
                "csv",
                "INSERT INTO cli VALUES (3); SELECT count(*) AS n FROM cli"))
        .isZero();
    assertThat(terminal.out()).isEqualTo("n\r\n3\r\n");
    assertThat(terminal.run("query", "DROP TABLE cli")).isZero();
  }

  @Test
  void mistakes_areOneLineAndAnExitCode() throws Exception {
    assertThat(terminal.run("query", "SELECT * FROM missing")).isEqualTo(1);
    assertThat(terminal.err()).startsWith("error: ").contains("missing");
    assertThat(terminal.out()).isEmpty();

    Path wrong = Files.writeString(folder.resolve("wrong"), "wrong");
    assertThat(
            terminal.run(
                "query", "--user", "flightgate", "--password-file", wrong.toString(), "SELECT 1"))
        .isEqualTo(3);
    assertThat(terminal.err()).contains("hint: give --user and --password-file, or --token");
  }

  @Test
  void process_ofItsOwn_printsNothingButTheResult() throws Exception {
    JavaProcess.Outcome outcome =
        JavaProcess.run(JavaProcess.arrowFlags(), program("query", "--format", "csv", REGIONS));

    assertThat(outcome.out()).startsWith("r_regionkey,r_name\r\n0,AFRICA\r\n");
    assertThat(outcome.err()).matches("3 rows \\(\\d+\\.\\d{3} s\\)\\R");
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void process_toldToStop_cancelsAndEnds() throws Exception {
    Process process =
        JavaProcess.command(
                JavaProcess.arrowFlags(),
                JavaProcess.classPath(),
                program(
                    "query", "--format", "csv", "SELECT a.l_comment FROM lineitem a, lineitem b"))
            .start();
    try (InputStream out = process.getInputStream()) {
      process.getOutputStream().close();
      assertThat(new String(out.readNBytes(11), StandardCharsets.UTF_8)).isEqualTo("l_comment\r\n");
      Thread drain = new Thread(() -> discard(out), "drain");
      drain.start();

      process.destroy();

      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isNotZero();
      drain.join(TimeUnit.SECONDS.toMillis(30));
    } finally {
      process.destroyForcibly();
    }
  }

  private static void discard(InputStream stream) {
    try {
      stream.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (java.io.IOException closed) {
      // The process has ended.
    }
  }

  private static List<String> program(String... args) throws Exception {
    Path password = folder.resolve("password");
    var credentials = (dev.flightgate.client.Credentials.Password) server.credentials();
    Files.writeString(password, credentials.password());
    List<String> program = new java.util.ArrayList<>(List.of("dev.flightgate.client.cli.Main"));
    program.addAll(List.of(args).subList(0, 1));
    program.addAll(
        List.of(
            "--uri",
            server.uri().toString(),
            "--user",
            credentials.user(),
            "--password-file",
            password.toString()));
    program.addAll(List.of(args).subList(1, args.length));
    return program;
  }
}
