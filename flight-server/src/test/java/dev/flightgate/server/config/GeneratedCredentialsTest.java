package dev.flightgate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GeneratedCredentialsTest {

  @TempDir Path folder;

  private final GeneratedCredentials credentials = GeneratedCredentials.create();

  @Test
  void create_twice_differentPasswordsOf192Bits() {
    String one = credentials.password().value();
    String other = GeneratedCredentials.create().password().value();

    assertThat(one).matches("[A-Za-z0-9_-]{32}").isNotEqualTo(other);
    assertThat(credentials.user().name()).isEqualTo("flightgate");
    assertThat(credentials.user().toString()).doesNotContain(one);
  }

  @Test
  void store_openAndClose_fileIsThereAndGone() throws IOException {
    Path state = folder.resolve("a/b");
    Path file = state.resolve("credentials-4711.properties");

    try (var stored = credentials.store(state, "grpc://127.0.0.1:4711", 4711)) {
      assertThat(stored.file()).isEqualTo(file);
      Properties properties = new Properties();
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      }
      assertThat(properties)
          .containsEntry("uri", "grpc://127.0.0.1:4711")
          .containsEntry("user", "flightgate")
          .containsEntry("password", credentials.password().value())
          .hasSize(3);
      stored.close();
      assertThat(state).isEmptyDirectory();
    }
  }

  @Test
  void store_posix_ownerOnly() throws IOException {
    assumeThat(FileSystems.getDefault().supportedFileAttributeViews())
        .as("this file system knows owner, group and others")
        .contains("posix");
    Path state = folder.resolve("state");
    Path stale = Files.createDirectories(state).resolve("credentials-1.properties");
    Files.writeString(stale, "stale");
    Files.setPosixFilePermissions(stale, PosixFilePermissions.fromString("rw-rw-rw-"));

    try (var stored = credentials.store(state, "grpc://localhost:1", 1);
        var fresh = credentials.store(state.resolve("inner"), "grpc://localhost:2", 2)) {
      assertThat(permissions(stored.file())).isEqualTo("rw-------");
      assertThat(permissions(fresh.file())).isEqualTo("rw-------");
      assertThat(permissions(state.resolve("inner"))).isEqualTo("rwx------");
      assertThat(stored.file()).content().contains("password=");
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
