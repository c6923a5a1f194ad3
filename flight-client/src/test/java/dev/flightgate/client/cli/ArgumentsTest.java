package dev.flightgate.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArgumentsTest {

  private final FakeTerminal terminal = new FakeTerminal();

  @TempDir private Path folder;

  @Test
  void sql_missing_isWrongUsage() {
    assertWrong(
        "error: no SQL: give it as an argument, with -f FILE, or on standard input", "query");
  }

  @Test
  void sql_blank_isWrongUsage() {
    terminal.piped(" \n");
    assertWrong("error: the SQL is empty", "query");
  }

  @Test
  void sql_twice_isWrongUsage() {
    assertWrong("error: give the SQL or -f FILE, not both", "query", "-f", "x.sql", "SELECT 1");
  }

  @Test
  void file_missing_isNamed() {
    Path missing = folder.resolve("none.sql");
    assertWrong("error: cannot read " + missing, "query", "-f", missing.toString());
  }

  @Test
  void option_unknown_isNamedWithAHint() {
    assertWrong("error: Unknown option: '--colour=red'", "query", "--colour=red", "SELECT 1");
    assertThat(terminal.err()).contains("hint: 'flightgate query --help' says more");
  }

  @Test
  void format_unknown_namesTheFormats() {
    assertWrong("error: Invalid value for option '--format'", "query", "--format", "xml", "x");
    assertThat(terminal.err()).contains("TABLE, CSV, JSON, ARROW");
  }

  @Test
  void maxRows_negative_isWrongUsage() {
    assertWrong(
        "error: --max-rows: must not be negative, was -1", "query", "--max-rows", "-1", "x");
  }

  @Test
  void arrow_onATerminal_isRefused() {
    terminal.wide(80);
    assertWrong("error: --format arrow is binary", "query", "--format", "arrow", "SELECT 1");
  }

  @Test
  void tokenAndUser_together_areRefused() {
    assertWrong(
        "error: --token and --user exclude each other",
        "query",
        "--token",
        "t",
        "--user",
        "u",
        "x");
  }

  @Test
  void passwordFile_withoutUserOrMissing_isRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "secret\n");
    assertWrong(
        "error: --password-file needs --user", "query", "--password-file", file.toString(), "x");
    assertWrong(
        "error: cannot read the password file none",
        "query",
        "--user",
        "me",
        "--password-file",
        "none",
        "x");
  }

  @Test
  void uri_malformed_isRefused() {
    terminal.with("FLIGHTGATE_TOKEN", "t");
    assertThat(terminal.run("query", "--uri", "http://localhost:1", "x")).isEqualTo(1);
    assertThat(terminal.err()).startsWith("error: not an address of a server: http://localhost:1");
  }

  @Test
  void command_missing_isWrongUsage() {
    assertWrong("error: Missing required subcommand");
  }

  @Test
  void help_goesToStandardOutput() {
    assertThat(terminal.run("query", "--help")).isZero();
    assertThat(terminal.out()).contains("Usage: flightgate query", "--max-rows", "table, csv");
    assertThat(terminal.err()).isEmpty();
  }

  private void assertWrong(String error, String... args) {
    assertThat(terminal.run(args)).isEqualTo(2);
    assertThat(terminal.err()).contains(error);
    assertThat(terminal.out()).isEmpty();
  }
}
