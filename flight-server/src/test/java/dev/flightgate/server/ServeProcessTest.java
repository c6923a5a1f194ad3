package dev.flightgate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.flight.SqlClient;
import dev.flightgate.server.listener.GatewayListener;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process of its own: its streams, its signals, its exit codes. */
final class ServeProcessTest {

  private static final String OPEN_FLAG = "--add-opens=java.base/java.nio=ALL-UNNAMED";
  private static final String UNSAFE_FLAG = "--sun-misc-unsafe-memory-access=allow";
  private static final boolean UNSAFE_IS_ASKED_FOR = Runtime.version().feature() >= 24;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern READY =
      Pattern.compile("flightgate ready on (grpc://127\\.0\\.0\\.1:(\\d+))\n");

  @TempDir Path folder;

  private String plugin = "";

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly();
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void serve_terminated_readyLineThenExitCodeZeroAndNoFileLeft() throws Exception {
    assumeThat(System.getProperty("os.name")).as("a system with SIGTERM").doesNotContain("Windows");
    Process server =
        start(
            UNSAFE_IS_ASKED_FOR ? List.of(OPEN_FLAG, UNSAFE_FLAG) : List.of(OPEN_FLAG),
            "serve",
            "--port",
            "0",
            "--database",
            "main=sqlite::memory:");

    await().atMost(PATIENCE).until(() -> !out().isEmpty() || !server.isAlive());

    Matcher ready = READY.matcher(out());
    assertThat(ready.matches()).as(out() + err()).isTrue();
    Path credentials = state().resolve("credentials-" + ready.group(2) + ".properties");
    assertThat(credentials)
        .content()
        .contains("uri=" + ready.group(1) + "\n", "user=flightgate\n", "password=");
    String password = Files.readString(credentials).lines().skip(2).findFirst().orElseThrow();
    assertThat(err()).containsOnlyOnce(password.replace("password=", "password "));

    server.destroy();

    assertThat(server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).as(err()).isZero();
    assertThat(state()).isEmptyDirectory();
    assertThat(temporary()).as("unpacked libraries").isEmptyDirectory();
    assertThat(out()).hasLineCount(1);
  }

  /** Tokens are signed by a key in the state directory, which the first start made. */
  @Test
  void serve_startedAgain_takesTheTokensOfBefore() throws Exception {
    assumeThat(System.getProperty("os.name")).as("a system with SIGTERM").doesNotContain("Windows");
    CredentialCallOption token = null;
    for (int run = 0; run < 2; run++) {
      Process server =
          start(
              UNSAFE_IS_ASKED_FOR ? List.of(OPEN_FLAG, UNSAFE_FLAG) : List.of(OPEN_FLAG),
              "serve",
              "--port=0",
              "--database=main=sqlite::memory:",
              "--user=alice",
              "--password-file=" + Files.writeString(folder.resolve("secret"), "alice secret"));
      await().atMost(PATIENCE).until(() -> out().endsWith("\n") || !server.isAlive());
      Matcher ready = READY.matcher(out());
      assertThat(ready.matches()).as(out() + err()).isTrue();
      try (SqlClient client = SqlClient.withoutLogin(Integer.parseInt(ready.group(2)))) {
        if (token == null) {
          token = client.flight().authenticateBasicToken("alice", "alice secret").orElseThrow();
        }
        client.addCredential(token);
        assertThat(client.query("select 1")).hasSize(1);
      }
      server.destroy();
      assertThat(server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    Path key = state().resolve("signing.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThat(err()).doesNotContain("alice secret", Files.readString(key).strip());
  }

  @Test
  void serve_withAListenerOnTheClassPath_tellsItAndLoadsNothingOfTraces() throws Exception {
    Path services = Files.createDirectories(folder.resolve("plugin/META-INF/services"));
    Files.writeString(
        services.resolve(GatewayListener.class.getName()), PrintingListener.class.getName());
    Path classes = folder.resolve("classes");
    List<String> flags = new ArrayList<>(List.of(OPEN_FLAG));
    if (UNSAFE_IS_ASKED_FOR) {
      flags.add(UNSAFE_FLAG);
    }
    flags.add("-Xlog:class+load:file=" + classes);
    plugin = folder.resolve("plugin").toString();
    Process server = start(flags, "serve", "--port", "0", "--database", "main=sqlite::memory:");
    await().atMost(PATIENCE).until(() -> !out().isEmpty() || !server.isAlive());

    server.destroy();

    assertThat(server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(err()).contains(PrintingListener.CLOSED);
    assertThat(classes)
        .content()
        .contains("dev.flightgate.server.traces.TracesSwitch")
        .doesNotContain("io.opentelemetry");
  }

  @Test
  void serve_withoutTheFlagArrowNeeds_refusedInOneLine() throws Exception {
    Process server = start(List.of(), "serve", "--port", "0");

    assertThat(server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).isEqualTo(2);
    assertThat(err()).contains(OPEN_FLAG).hasLineCount(1);
    assertThat(out()).isEmpty();
  }

  @Test
  void serve_withoutTheFlagNettyNeeds_refusedInOneLine() throws Exception {
    assumeThat(UNSAFE_IS_ASKED_FOR).as("a JDK from 24 on, which asks for the flag").isTrue();
    Process server = start(List.of(OPEN_FLAG), "serve", "--port", "0");

    assertThat(server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).isEqualTo(2);
    assertThat(err()).contains(UNSAFE_FLAG).hasLineCount(1);
  }

  private Process start(List<String> jvmFlags, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmFlags);
    command.add("-Djava.io.tmpdir=" + Files.createDirectories(temporary()));
    String classPath = plugin + File.pathSeparator + System.getProperty("java.class.path");
    command.addAll(List.of("-cp", classPath, Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("FLIGHTGATE_") || name.startsWith("OTEL_"));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().put("FLIGHTGATE_STATE_DIR", state().toString());
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private Path state() {
    return folder.resolve("state");
  }

  private Path temporary() {
    return folder.resolve("tmp");
  }

  private String out() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  private String err() throws IOException {
    return Files.readString(folder.resolve("err"));
  }
}
