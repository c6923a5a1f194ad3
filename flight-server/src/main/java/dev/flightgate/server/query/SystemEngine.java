package dev.flightgate.server.query;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendFactory;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.Metadata.TableInfo;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.sql.SystemText;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Runs SQL over the gateway's own tables: a DuckDB in memory that reaches no file and nobody's
 * database, opened when the first statement needs it. The rows of a statement are put in by a
 * transaction that only this statement reads and nobody commits. Thread-safe.
 */
public final class SystemEngine implements AutoCloseable {

  private static final String ENGINE = "duckdb";
  private static final Map<String, String> SETTINGS =
      Map.of(
          "duckdb.threads", "1",
          "duckdb.memory_limit", "128MB",
          "duckdb.temp_directory", "");

  private final BufferAllocator allocator;
  private final AtomicLong numbers = new AtomicLong();

  // Guarded by this.
  private @Nullable Backend backend;
  private @Nullable List<TableInfo> tables;
  private boolean closed;

  /**
   * @param allocator parent of all that is allocated here; closed by the caller after this
   */
  public SystemEngine(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  private synchronized Backend backend() {
    if (closed) {
      throw new BackendException(Kind.UNAVAILABLE, "the server is shutting down");
    }
    if (backend == null) {
      backend = open();
    }
    return backend;
  }

  private Backend open() {
    String definitions =
        Arrays.stream(SystemTable.values())
            .map(SystemTable::definition)
            .collect(
                Collectors.joining(
                    ";\n",
                    "ATTACH ':memory:' AS " + SystemText.SCHEMA + ";\n",
                    ";\nSET GLOBAL enable_external_access = false"));
    BackendOptions options =
        new BackendOptions(
            SystemText.SCHEMA,
            BackendOptions.IN_MEMORY,
            false,
            allocator,
            List.of(),
            definitions,
            SETTINGS);
    return ServiceLoader.load(BackendFactory.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(factory -> factory.type().equals(ENGINE))
        .findFirst()
        .orElseThrow(
            () ->
                new BackendException(
                    Kind.UNSUPPORTED,
                    "the schema flightgate needs the backend " + ENGINE + ", which is missing"))
        .open(options);
  }

  /** What the tables are, as any backend describes its own. */
  synchronized List<TableInfo> tables() {
    if (tables == null) {
      try (BufferAllocator memory = child();
          BackendSession session = session(memory)) {
        tables = session.metadata().tables(SystemText.SCHEMA, null, null, List.of(), true);
      }
    }
    return tables;
  }

  /**
   * Plans a statement that only reads, and has work done with it while the rows are there.
   *
   * @param rows of those tables that the statement names; none for the others
   * @param work closes what it opens
   */
  <T> T read(
      String sql,
      Map<SystemTable, List<@Nullable Object[]>> rows,
      Cancellation call,
      Function<PreparedQuery, T> work) {
    try (BufferAllocator memory = child();
        BackendSession session = session(memory)) {
      call.attach(session);
      try {
        session.begin();
        rows.forEach((table, some) -> fill(session, table, some));
        try (PreparedQuery query = prepare(session, sql)) {
          return work.apply(query);
        }
      } finally {
        call.detach();
      }
    }
  }

  private BufferAllocator child() {
    return allocator.newChildAllocator(
        "system-" + numbers.incrementAndGet(), 0, allocator.getLimit());
  }

  private BackendSession session(BufferAllocator memory) {
    return backend().openSession(SessionContext.of(SystemText.SCHEMA, false, memory));
  }

  private static void fill(
      BackendSession session, SystemTable table, List<@Nullable Object[]> rows) {
    if (!rows.isEmpty()) {
      try (PreparedQuery insertion = session.prepare(table.insertion(rows))) {
        insertion.update(Parameters.NONE);
      }
    }
  }

  private static PreparedQuery prepare(BackendSession session, String sql) {
    PreparedQuery query;
    try {
      query = session.prepare(sql);
    } catch (BackendException e) {
      if (e.kind() != Kind.NOT_FOUND) {
        throw e;
      }
      throw new BackendException(
          Kind.NOT_FOUND,
          e.getMessage() + "\nA statement about the gateway's own tables can name no others.",
          e);
    }
    if (query.kind() != StatementKind.READS) {
      query.close();
      throw new BackendException(
          Kind.PERMISSION_DENIED,
          "the schema flightgate is read-only, and a statement about it can only read;"
              + " flightgate.cancel('id') and flightgate.end_session('id') can be called");
    }
    return query;
  }

  /** Once nothing reads any more; idempotent. */
  @Override
  public void close() {
    Backend last;
    synchronized (this) {
      closed = true;
      last = backend;
      backend = null;
    }
    if (last != null) {
      last.close();
    }
  }
}
