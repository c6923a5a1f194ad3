package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendFactory;
import dev.flightgate.server.backend.BackendOptions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;

/** The SQLite backend keeps the contract when rows are read and written by native code. */
final class NativeCodeContractTest extends SqliteBackendContractTest {

  @BeforeAll
  static void library() throws Exception {
    NativeLibraryFile.require();
  }

  @Override
  public BackendFactory factory() {
    return new BackendFactory() {
      @Override
      public String type() {
        return "sqlite";
      }

      @Override
      public Backend open(BackendOptions options) {
        Map<String, String> settings = new HashMap<>(options.settings());
        settings.put("sqlite.native-code", "on");
        return new SqliteBackendFactory()
            .open(
                new BackendOptions(
                    options.name(),
                    options.location(),
                    options.readOnly(),
                    options.allocator(),
                    options.extensions(),
                    options.initialSql(),
                    settings,
                    options.memoryBytes()));
      }
    };
  }
}
