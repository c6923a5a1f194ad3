package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.SessionContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A DuckDB in memory and a session of it; closing fails if anything leaks. */
final class DuckDbFixture implements AutoCloseable {

  final RootAllocator allocator = new RootAllocator();
  final Backend backend;
  final BackendSession session;

  DuckDbFixture() {
    this(List.of(), Map.of());
  }

  DuckDbFixture(List<String> extensions, Map<String, String> settings) {
    backend =
        new DuckDbBackendFactory()
            .open(
                new BackendOptions(
                    "test",
                    BackendOptions.IN_MEMORY,
                    false,
                    allocator,
                    extensions,
                    null,
                    settings));
    session = backend.openSession(SessionContext.of("test", false, allocator));
  }

  BackendSession reader() {
    return backend.openSession(SessionContext.of("reader", true, allocator));
  }

  void run(String... statements) {
    for (String sql : statements) {
      try (PreparedQuery query = session.prepare(sql)) {
        query.update(Parameters.NONE);
      }
    }
  }

  /** The cells of the result, column after column in each row. */
  List<String> cells(String sql) {
    return cells(session, sql, Parameters.NONE);
  }

  List<String> cells(BackendSession in, String sql, Parameters parameters) {
    List<String> cells = new ArrayList<>();
    try (PreparedQuery query = in.prepare(sql);
        BatchStream stream = query.openStream(parameters, 0, allocator)) {
      Assertions.assertThat(stream.root().getSchema())
          .isEqualTo(query.resultSchema(parameters.schema()));
      while (stream.next()) {
        for (int row = 0; row < stream.root().getRowCount(); row++) {
          for (FieldVector vector : stream.root().getFieldVectors()) {
            cells.add(String.valueOf(vector.getObject(row)));
          }
        }
      }
    }
    return cells;
  }

  static BackendException fails(BackendException.Kind kind, ThrowingCallable call) {
    BackendException failure = Assertions.catchThrowableOfType(BackendException.class, call);
    Assertions.assertThat(failure).isNotNull();
    Assertions.assertThat(failure.kind()).as(failure.toString()).isEqualTo(kind);
    return failure;
  }

  @Override
  public void close() {
    session.close();
    backend.close();
    allocator.close();
  }
}
