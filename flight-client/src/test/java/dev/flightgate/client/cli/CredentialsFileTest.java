package dev.flightgate.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.flightgate.client.Credentials;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class CredentialsFileTest {

  private static final String COMPLETE =
      """
      uri=grpc+tls://127.0.0.1:4000
      user=flightgate
      password=generated
      """;

  @TempDir private Path folder;

  @Test
  void stateDirectory_isTheFirstThatIsSet() {
    assertThat(
            CredentialsFile.stateDirectory(
                Map.of("FLIGHTGATE_STATE_DIR", "/s", "XDG_STATE_HOME", "/x", "HOME", "/h")))
        .isEqualTo(Path.of("/s"));
    assertThat(CredentialsFile.stateDirectory(Map.of("XDG_STATE_HOME", "/x", "HOME", "/h")))
        .isEqualTo(Path.of("/x/flightgate"));
    assertThat(CredentialsFile.stateDirectory(Map.of("HOME", "/h")))
        .isEqualTo(Path.of("/h/.local/state/flightgate"));
  }

  @Test
  void file_ofItsOwner_isRead() throws IOException {
    write(4000, COMPLETE, "rw-------");

    assertThat(CredentialsFile.find(environment(), 4000))
        .contains(
            new CredentialsFile(
                URI.create("grpc+tls://127.0.0.1:4000"),
                Credentials.password("flightgate", "generated")));
    assertThat(CredentialsFile.find(environment(), 4001)).isEmpty();
  }

  @Test
  void file_othersCanRead_isRefused() throws IOException {
    Path file = write(4000, COMPLETE, "rw-r-----");

    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> CredentialsFile.find(environment(), 4000))
        .withMessage("others can read the password in %s; run chmod 600 on it, or remove it", file);
  }

  @Test
  void file_withoutPassword_isRefused() throws IOException {
    Path file = write(4000, "uri=grpc://127.0.0.1:4000\nuser=u\n", "rw-------");

    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> CredentialsFile.find(environment(), 4000))
        .withMessage("%s has no password; remove the file and start the server", file);
  }

  @Test
  void target_withoutCredentials_takesTheFileOfTheDefaultPort() throws IOException {
    write(31337, COMPLETE, "rw-------");

    ConnectionOptions.Target target = resolve();

    assertThat(target.uri()).isEqualTo(URI.create("grpc+tls://127.0.0.1:4000"));
    assertThat(target.credentials()).isEqualTo(Credentials.password("flightgate", "generated"));
  }

  @Test
  void target_onThisMachine_takesTheFileOfItsPort() throws IOException {
    write(4000, COMPLETE, "rw-------");

    assertThat(resolve("--uri", "grpc://localhost:4000").credentials())
        .isEqualTo(Credentials.password("flightgate", "generated"));
    assertThat(resolve("--uri", "grpc://[::1]:4000").credentials())
        .isEqualTo(Credentials.password("flightgate", "generated"));
    assertThat(resolve("--uri", "grpc://127.0.0.1:4001").credentials())
        .isEqualTo(Credentials.none());
  }

  @Test
  void target_onAnotherMachine_neverGetsTheLocalPassword() throws IOException {
    write(4000, COMPLETE, "rw-------");

    assertThat(resolve("--uri", "grpc://192.0.2.1:4000").credentials())
        .isEqualTo(Credentials.none());
    assertThat(resolve("--uri", "grpc://example.org:4000").credentials())
        .isEqualTo(Credentials.none());
  }

  @Test
  void target_withOptions_prefersThemToTheEnvironment() throws IOException {
    Path password = Files.writeString(folder.resolve("password"), "pass word\n");
    FakeTerminal terminal =
        new FakeTerminal()
            .with("FLIGHTGATE_URI", "grpc://127.0.0.1:5000")
            .with("FLIGHTGATE_TOKEN", "from-environment")
            .with("FLIGHTGATE_DATABASE", "legacy");

    ConnectionOptions.Target fromEnvironment = resolve(terminal);
    assertThat(fromEnvironment.uri()).isEqualTo(URI.create("grpc://127.0.0.1:5000"));
    assertThat(fromEnvironment.credentials()).isEqualTo(Credentials.token("from-environment"));
    assertThat(fromEnvironment.options().database()).isEqualTo("legacy");

    ConnectionOptions.Target fromOptions =
        resolve(
            terminal, "--user", "me", "--password-file", password.toString(), "--database", "main");
    assertThat(fromOptions.credentials()).isEqualTo(Credentials.password("me", "pass word"));
    assertThat(fromOptions.options().database()).isEqualTo("main");
  }

  private ConnectionOptions.Target resolve(String... args) {
    return resolve(new FakeTerminal(), args);
  }

  private ConnectionOptions.Target resolve(FakeTerminal terminal, String... args) {
    ConnectionOptions options = new ConnectionOptions();
    new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(options)).parseArgs(args);
    return options.resolve(terminal.with("FLIGHTGATE_STATE_DIR", folder.toString()).terminal());
  }

  private Map<String, String> environment() {
    return Map.of("FLIGHTGATE_STATE_DIR", folder.toString());
  }

  private Path write(int port, String text, String permissions) throws IOException {
    Path file = folder.resolve("credentials-" + port + ".properties");
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
