package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendInfo;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.Capability;
import dev.flightgate.server.backend.NullOrdering;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.sql.SqlDialect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.duckdb.DuckDBConnection;

/**
 * One open DuckDB database. Its first connection only keeps it open; each session is a duplicate of
 * it, which shares tables, but neither temporary tables nor transactions.
 */
final class DuckDbBackend implements Backend {

  private static final Set<Capability> CAPABILITIES =
      Set.of(
          Capability.TRANSACTIONAL_DDL,
          Capability.PROGRESS,
          Capability.CONCURRENT_WRITERS,
          Capability.CATALOGS,
          Capability.SCHEMAS,
          Capability.STRICT_TYPES,
          Capability.NESTED_TYPES,
          Capability.EXACT_DECIMALS,
          Capability.CASE_INSENSITIVE_IDENTIFIERS);

  private final String name;
  private final boolean readOnly;
  private final Optional<Path> log;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final DuckDBConnection anchor;
  private final SpillFolder spill;
  private final Interrupts interrupts;
  private final BackendInfo info;

  /**
   * What DuckDB itself holds of each result that is being streamed, outside of Arrow's books: its
   * default is ten times as much, which a hundred clients that stopped reading would each tie up.
   */
  private static final String STREAMING_BUFFER = "SET SESSION streaming_buffer_size = '1MB'";

  /**
   * DuckDB counts progress only for a bar; this one is never printed, and counted from the start.
   */
  private static final List<String> COUNT_PROGRESS =
      List.of(
          "SET SESSION enable_progress_bar_print = false",
          "SET SESSION progress_bar_time = 0",
          "SET SESSION enable_progress_bar = true");

  /** Takes the connection and the folder over, unless this throws. */
  DuckDbBackend(BackendOptions options, DuckDBConnection anchor, SpillFolder spill)
      throws SQLException {
    try (Statement statement = anchor.createStatement()) {
      statement.execute(STREAMING_BUFFER); // duplicates inherit it, and what follows
      for (String setting : COUNT_PROGRESS) {
        statement.execute(setting);
      }
    }
    this.name = options.name();
    this.readOnly = options.readOnly();
    this.log =
        readOnly || options.inMemory()
            ? Optional.empty()
            : Optional.of(Path.of(options.location() + ".wal"));
    this.anchor = anchor;
    this.spill = spill;
    EngineWords words = EngineWords.of(anchor);
    this.info =
        new BackendInfo(
            "duckdb",
            "DuckDB",
            words.version(),
            SqlDialect.POSTGRESQL,
            CAPABILITIES,
            NullOrdering.AT_END,
            words.keywords(),
            words.numeric(),
            words.text(),
            words.temporal(),
            words.system());
    this.interrupts = new Interrupts(options.name());
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  @Override
  public BackendSession openSession(SessionContext context) {
    DuckDBConnection duplicate;
    try {
      duplicate = anchor.duplicate();
    } catch (SQLException closed) {
      throw new BackendException(Kind.UNAVAILABLE, "database '" + name + "' is closed", closed);
    }
    GuardedConnection connection =
        new GuardedConnection(duplicate, interrupts, readOnly || context.readOnly());
    try {
      use(connection, context);
      return new DuckDbSession(connection, context);
    } catch (RuntimeException failure) {
      connection.close();
      throw failure;
    }
  }

  private static void use(GuardedConnection connection, SessionContext context) {
    String catalog = context.catalog();
    String schema = context.schema();
    if (schema != null) {
      String of = catalog != null ? catalog : connection.run(DuckDBConnection::getCatalog);
      connection.execute("USE " + DuckDbType.quoted(of) + "." + DuckDbType.quoted(schema));
    } else if (catalog != null) {
      connection.execute("USE " + DuckDbType.quoted(catalog));
    }
  }

  @Override
  public String probe() {
    return "SELECT coalesce(sum(memory_usage_bytes), 0)::BIGINT AS memory,"
        + " coalesce(sum(temporary_storage_bytes), 0)::BIGINT AS spilled FROM duckdb_memory()";
  }

  @Override
  public boolean isLost(BackendException failure) {
    return DuckDbErrors.isInvalidated(failure);
  }

  /** Writes the log into the file first: what closing by itself cannot write, it does not tell. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    interrupts.close();
    SQLException failure = null;
    if (log.filter(Files::exists).isPresent()) {
      try (Statement statement = anchor.createStatement()) {
        statement.execute("CHECKPOINT");
      } catch (SQLException notWritten) {
        failure = notWritten;
      }
    }
    try {
      anchor.close();
    } catch (SQLException notClosed) {
      failure = notClosed;
    } finally {
      spill.close();
    }
    if (failure != null) {
      throw DuckDbErrors.translate(failure);
    }
  }
}
