package dev.flightgate.server.backend.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.SessionContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DuckDB's own memory: how much it may take, and what it does when that is not enough. */
class DuckDbMemoryTest {

  private static final long LIMIT = 64L << 20;
  private static final String SORT = "SELECT hash(i) AS h FROM range(12000000) AS r(i) ORDER BY h";

  private final RootAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingIsLeft() {
    allocator.close();
  }

  private Backend open(String location, boolean readOnly, Map<String, String> settings) {
    return new DuckDbBackendFactory()
        .open(
            new BackendOptions(
                "test", location, readOnly, allocator, List.of(), null, settings, LIMIT));
  }

  private BackendSession session(Backend backend) {
    return backend.openSession(SessionContext.of("test", false, allocator));
  }

  private String value(BackendSession session, String sql) {
    try (PreparedQuery query = session.prepare(sql);
        BatchStream stream = query.openStream(Parameters.NONE, 0, allocator)) {
      assertThat(stream.next()).isTrue();
      return String.valueOf(stream.root().getVector(0).getObject(0));
    }
  }

  private static String setting(String name) {
    return "SELECT CAST(current_setting('" + name + "') AS VARCHAR)";
  }

  @Test
  void memory_ofTheDatabase_isItsShare() {
    try (Backend backend = open(":memory:", false, Map.of());
        BackendSession session = session(backend)) {
      assertThat(value(session, setting("memory_limit"))).isEqualTo("64.0 MiB");
    }
  }

  @Test
  void memory_whichASettingNames_isThat() {
    try (Backend backend = open(":memory:", false, Map.of("duckdb.memory_limit", "96MiB"));
        BackendSession session = session(backend)) {
      assertThat(value(session, setting("memory_limit"))).isEqualTo("96.0 MiB");
    }
  }

  @Test
  void aSort_beyondTheMemory_goesToAFolderOfItsOwn_whichIsDeletedAtTheEnd() throws IOException {
    Path folder;
    try (Backend backend = open(":memory:", false, Map.of());
        BackendSession session = session(backend)) {
      folder = Path.of(value(session, setting("temp_directory")));
      assertThat(folder).isDirectory().isNotEqualTo(Path.of(".tmp"));
      try (PreparedQuery query = session.prepare(SORT);
          BatchStream stream = query.openStream(Parameters.NONE, 0, allocator)) {
        assertThat(stream.next()).isTrue();
        assertThat(files(folder)).isNotEmpty();
      }
    }
    assertThat(folder).doesNotExist();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void aDatabaseThatIsWritten_spillsBesideItsFile_aReadOnlyOneDoesNot(@TempDir Path folder) {
    String file = folder.resolve("d.duckdb").toString();
    try (Backend backend = open(file, false, Map.of());
        BackendSession session = session(backend)) {
      assertThat(value(session, setting("temp_directory"))).isEqualTo(file + ".tmp");
    }
    try (Backend backend = open(file, true, Map.of());
        BackendSession session = session(backend)) {
      assertThat(Path.of(value(session, setting("temp_directory"))))
          .isDirectory()
          .doesNotHaveToString(file + ".tmp");
    }
  }

  @Test
  void aStatement_beyondAllMemory_isRefusedWithItsSetting_andTheSessionGoesOn() {
    Map<String, String> noSpill = Map.of("duckdb.temp_directory", "");
    try (Backend backend = open(":memory:", false, noSpill);
        BackendSession session = session(backend)) {
      assertThat(DuckDbFixture.fails(Kind.EXHAUSTED, () -> value(session, SORT)))
          .hasMessageContaining("duckdb.memory_limit");
      assertThat(value(session, "SELECT 1")).isEqualTo("1");
    }
  }
}
