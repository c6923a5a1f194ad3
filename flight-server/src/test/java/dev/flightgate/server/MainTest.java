package dev.flightgate.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What the command line answers without starting anything. */
final class MainTest {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          serve --prot 1 | flightgate serve: Unknown options: '--prot', '1'
          serve --port | flightgate serve: Missing required parameter for option '--port' (PORT)
          serve --port http | flightgate: flight.port: must be a whole number, was "http"
          serve --host 0.0.0.0 --no-auth --insecure | flightgate: auth.disabled: lets everybody in and so works on loopback only, but flight.host is 0.0.0.0
          serve --config nowhere | flightgate: --config: cannot read nowhere: no such file
          srve | flightgate: Unmatched argument at index 0: 'srve'
          """)
  void execute_impossible_oneLineAndExitCodeTwo(String arguments, String line) {
    int exitCode = execute(Map.of("HOME", folder.toString()), arguments.split(" "));

    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString()).isEqualToIgnoringNewLines(line).hasLineCount(1);
    assertThat(out.toString()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void execute_variableThatIsNoBoolean_oneLineAndExitCodeTwo() {
    int exitCode =
        execute(Map.of("HOME", folder.toString(), "FLIGHTGATE_SAMPLE", "maybe"), "serve");

    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString()).contains("--sample", "'maybe' is not a boolean").hasLineCount(1);
  }

  @Test
  void execute_stateDirThatCannotBe_oneLineAndExitCodeOne() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    Map<String, String> environment = Map.of("FLIGHTGATE_STATE_DIR", file.toString());

    int exitCode =
        execute(environment, "serve", "--port", "0", "--database", "main=sqlite::memory:");

    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("flightgate: state-dir: cannot leave the generated password in " + file)
        .hasLineCount(1);
  }

  @Test
  void execute_help_namesEveryFlag() {
    assertThat(execute(Map.of("FLIGHTGATE_HELP", "x"), "serve", "--help")).isZero();

    assertThat(out.toString())
        .contains("--config", "--database", "--db-path", "--host", "--port", "--user")
        .contains("--password-file", "--auth-token", "--no-auth", "--tls-cert", "--tls-key")
        .contains("--insecure", "--read-only", "--extensions", "--init-sql", "--sample")
        .contains("--log-format", "--state-dir", "FLIGHTGATE_");
    assertThat(err.toString()).isEmpty();
  }

  private int execute(Map<String, String> environment, String... arguments) {
    CommandLine commandLine = Main.commandLine(environment);
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }
}
