package dev.flightgate.server.backend.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendFactory;
import dev.flightgate.server.backend.BackendOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening databases, with extensions and settings, and failing to. */
final class DuckDbOpeningTest {

  @TempDir Path folder;

  @Test
  void factory_serviceLoader_findsIt() {
    assertThat(ServiceLoader.load(BackendFactory.class))
        .extracting(BackendFactory::type)
        .contains("duckdb");
  }

  @Test
  void open_lockedByAnotherProcess_isConflictThatSaysWhatToDo() throws Exception {
    Path file = folder.resolve("locked.db");
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DuckDbHolder.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (RootAllocator allocator = new RootAllocator();
        BufferedReader output =
            new BufferedReader(
                new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(output.readLine()).isEqualTo("open");
      BackendOptions options =
          new BackendOptions("x", file.toString(), false, allocator, List.of(), null, Map.of());
      assertThat(
              DuckDbFixture.fails(
                  Kind.CONFLICT, () -> new DuckDbBackendFactory().open(options).close()))
          .hasMessageContaining("another process");
      holder.getOutputStream().close();
      assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
      new DuckDbBackendFactory().open(options).close();
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  void open_settings_areSetForEverySession() {
    try (DuckDbFixture duckdb = new DuckDbFixture(List.of(), Map.of("duckdb.threads", "1"))) {
      assertThat(duckdb.cells("SELECT current_setting('threads')")).containsExactly("1");
    }
  }

  @Test
  void open_settingWrong_namesIt() {
    assertFails(Kind.UNSUPPORTED, List.of(), Map.of("duckdb.nonsense", "1"), "duckdb.nonsense");
    assertFails(Kind.UNSUPPORTED, List.of(), Map.of("duckdb.a; DROP", "1"), "duckdb.a; DROP");
    assertFails(
        Kind.INVALID_DATA, List.of(), Map.of("duckdb.threads", "many"), "duckdb.threads", "many");
  }

  @Test
  void open_extensions_areLoadedOrNamed() {
    try (DuckDbFixture duckdb = new DuckDbFixture(List.of("json", "icu"), Map.of())) {
      assertThat(duckdb.cells("SELECT json_extract('{\"a\": 1}', 'a')")).containsExactly("1");
      assertThat(
              duckdb.cells(
                  "SELECT value FROM duckdb_settings() WHERE name LIKE 'auto%_known_extensions'"))
          .containsExactly("false", "false");
    }
    assertFails(Kind.UNSUPPORTED, List.of("no such'"), Map.of(), "no such'");
    assertFails(
        Kind.NOT_FOUND,
        List.of("nothing_there@" + folder.resolve("repository")),
        Map.of(),
        "nothing_there");
  }

  private static void assertFails(
      Kind kind, List<String> extensions, Map<String, String> settings, String... words) {
    try (RootAllocator allocator = new RootAllocator()) {
      BackendException failure =
          DuckDbFixture.fails(
              kind,
              () ->
                  new DuckDbBackendFactory()
                      .open(
                          new BackendOptions(
                              "x",
                              BackendOptions.IN_MEMORY,
                              false,
                              allocator,
                              extensions,
                              null,
                              settings))
                      .close());
      assertThat(failure.getMessage()).contains(words);
    }
  }
}
