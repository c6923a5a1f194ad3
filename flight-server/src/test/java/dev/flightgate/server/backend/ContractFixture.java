package dev.flightgate.server.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flightgate.server.backend.BackendException.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of the contract find around them: a backend over an empty file, a session, an
 * allocator whose leaks fail the test, and the few things that engines spell differently. All that
 * is opened through the fixture is closed by it.
 */
interface ContractFixture {

  /** The factory under test. */
  BackendFactory factory();

  /** Samples of every kind of column that the engine has. */
  List<ColumnSample> columnSamples();

  /** A SELECT that works for minutes before its first row. */
  String endlessQuery();

  /** A SELECT of a column {@code i} with the numbers 1 … rows in order, made row by row. */
  String manyRows(long rows);

  /** A folder of the test's own. */
  Path folder();

  /** Parent of everything a test allocates. */
  BufferAllocator allocator();

  /** A backend over the file {@code contract.db} in the folder. */
  Backend backend();

  /** A session of the backend that may write. */
  BackendSession session();

  /** Has the resource closed after the test, in reverse order. */
  <T extends AutoCloseable> T closing(T resource);

  /** The location of a database file in a folder. */
  default String location(Path folder) {
    return folder.resolve("contract.db").toString();
  }

  /** Options for a location, and nothing else. */
  default BackendOptions options(String location, boolean readOnly, @Nullable String initialSql) {
    return new BackendOptions(
        "contract", location, readOnly, allocator(), List.of(), initialSql, Map.of());
  }

  /** Opens one more backend. */
  default Backend open(BackendOptions options) {
    return closing(factory().open(options));
  }

  /** Opens one more session of the backend. */
  default BackendSession openSession() {
    return closing(backend().openSession(context(false)));
  }

  /** A context for sessions of the fixture's backend. */
  default SessionContext context(boolean readOnly) {
    return new SessionContext(
        "contract",
        readOnly,
        allocator(),
        null,
        null,
        SessionContext.DEFAULT_BATCH_BYTES,
        BatchRows.max());
  }

  /** Opens a session whose batches have so many rows at most. */
  default BackendSession openSession(int batchRowsMax) {
    return closing(
        backend()
            .openSession(
                new SessionContext(
                    "contract",
                    false,
                    allocator(),
                    null,
                    null,
                    SessionContext.DEFAULT_BATCH_BYTES,
                    batchRowsMax)));
  }

  /** Whether the engine has the capability. */
  default boolean can(Capability capability) {
    return backend().info().can(capability);
  }

  /** Runs statements in the session and answers the last one's count of changed rows. */
  default long run(String... statements) {
    return runIn(session(), statements);
  }

  /** Runs statements and answers the last one's count of changed rows. */
  default long runIn(BackendSession session, String... statements) {
    long count = 0;
    for (String sql : statements) {
      try (PreparedQuery query = session.prepare(sql)) {
        count = query.update(Parameters.NONE);
      }
    }
    return count;
  }

  /** The result of a query in the session, printed. */
  default String rows(String sql) {
    return rowsIn(session(), sql);
  }

  /** The result of a query, printed. */
  default String rowsIn(BackendSession session, String sql) {
    try (PreparedQuery query = session.prepare(sql)) {
      return rowsOf(query, Parameters.NONE, 0);
    }
  }

  /** The result of a prepared query, printed. */
  default String rowsOf(PreparedQuery query, Parameters parameters, int row) {
    try (BatchStream stream = query.openStream(parameters, row, allocator())) {
      return PrintedTable.of(stream);
    }
  }

  /** Runs what must fail with the kind, and answers the failure. */
  default BackendException fails(Kind kind, ThrowingCallable call) {
    BackendException failure = catchThrowableOfType(BackendException.class, call);
    assertThat(failure).as("a BackendException").isNotNull();
    assertThat(failure.kind()).as(failure.toString()).isEqualTo(kind);
    return failure;
  }

  /** Runs a statement in the session that must fail with the kind, and answers the failure. */
  default BackendException fails(Kind kind, String sql) {
    return fails(kind, () -> prepareAndRun(session(), sql));
  }

  /** Prepares and runs a statement to its end, as a query if it has a result. */
  default void prepareAndRun(BackendSession session, String sql) {
    try (PreparedQuery query = session.prepare(sql)) {
      if (query.resultSchema().getFields().isEmpty()) {
        query.update(Parameters.NONE);
      } else {
        rowsOf(query, Parameters.NONE, 0);
      }
    }
  }
}
