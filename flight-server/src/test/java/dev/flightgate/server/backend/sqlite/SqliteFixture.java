package dev.flightgate.server.backend.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.SessionContext;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Opens databases in a temporary folder and closes everything, which proves that nothing leaks. */
@SuppressWarnings("NullAway.Init") // JUnit fills the folder before each test
abstract class SqliteFixture {

  @TempDir Path folder;
  final RootAllocator allocator = new RootAllocator();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @AfterEach
  final void closeAll() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
    allocator.close();
  }

  final <T extends AutoCloseable> T closing(T resource) {
    open.push(resource);
    return resource;
  }

  final Path file() {
    return folder.resolve("test.db");
  }

  final BackendOptions options(
      String location, boolean readOnly, @Nullable String sql, Map<String, String> settings) {
    return new BackendOptions("test", location, readOnly, allocator, List.of(), sql, settings);
  }

  final Backend open(BackendOptions options) {
    return closing(new SqliteBackendFactory().open(options));
  }

  final Backend open(String... settings) {
    return open(options(file().toString(), false, null, map(settings)));
  }

  private static Map<String, String> map(String... settings) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      map.put(settings[i], settings[i + 1]);
    }
    return map;
  }

  final BackendSession session(Backend backend) {
    return closing(backend.openSession(SessionContext.of("test", false, allocator)));
  }

  final BackendSession readOnlySession(Backend backend) {
    return closing(backend.openSession(SessionContext.of("test", true, allocator)));
  }

  static long run(BackendSession session, String... statements) {
    long count = 0;
    for (String sql : statements) {
      try (PreparedQuery query = session.prepare(sql)) {
        count = query.update(Parameters.NONE);
      }
    }
    return count;
  }

  final String rows(BackendSession session, String sql) {
    try (PreparedQuery query = session.prepare(sql)) {
      return rows(query, Parameters.NONE);
    }
  }

  final String rows(PreparedQuery query, Parameters parameters) {
    StringBuilder lines = new StringBuilder();
    try (BatchStream stream = query.openStream(parameters, 0, allocator)) {
      assertThat(stream.root().getSchema())
          .isEqualTo(
              parameters == Parameters.NONE
                  ? query.resultSchema()
                  : query.resultSchema(parameters.schema()));
      while (stream.next()) {
        for (int row = 0; row < stream.root().getRowCount(); row++) {
          lines.append(lines.isEmpty() ? "" : "\n").append(line(stream.root(), row));
        }
      }
    }
    return lines.toString();
  }

  private static String line(VectorSchemaRoot root, int row) {
    return root.getFieldVectors().stream()
        .map(vector -> value(vector.getObject(row)))
        .collect(Collectors.joining(" | "));
  }

  private static String value(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    return value == null ? "NULL" : value.toString();
  }

  static BackendException fails(Kind kind, ThrowingCallable call) {
    BackendException failure = catchThrowableOfType(BackendException.class, call);
    assertThat(failure).as("a BackendException").isNotNull();
    assertThat(failure.kind()).as(failure.toString()).isEqualTo(kind);
    return failure;
  }
}
