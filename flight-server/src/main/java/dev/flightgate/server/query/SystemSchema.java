package dev.flightgate.server.query;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.Metadata;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.config.GatewayConfig.QueryConfig;
import dev.flightgate.server.session.HeldResult;
import dev.flightgate.server.session.KeptBatches;
import dev.flightgate.server.session.PreparedStatement.Description;
import dev.flightgate.server.session.Session;
import dev.flightgate.server.session.Transaction;
import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.StatementShape;
import dev.flightgate.server.sql.SystemText;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The schema {@code flightgate}: what the gateway says of itself as tables, and what it does when
 * it is called, the same beside every engine. Thread-safe.
 *
 * <p>A statement about it runs at once, beside the queue of those that run in databases, so that an
 * administrator learns what fills that queue; its rows are kept for its ticket.
 */
final class SystemSchema {

  private static final Set<String> TABLES =
      Arrays.stream(SystemTable.values())
          .map(SystemTable::tableName)
          .collect(Collectors.toUnmodifiableSet());

  private final SystemEngine engine;
  private final SystemRows rows;
  private final SystemCalls calls;
  private final ResultKeeper keeper;
  // Nobody's statements may keep an administrator's waiting.
  private final Admission administrators;
  private final Admission others;

  SystemSchema(
      SystemEngine engine,
      SystemRows rows,
      SystemCalls calls,
      ResultKeeper keeper,
      QueryConfig config) {
    this.engine = engine;
    this.rows = rows;
    this.calls = calls;
    this.keeper = keeper;
    this.administrators = new Admission(config);
    this.others = new Admission(config);
  }

  /** Whether the principal sees, and may end, what is another's. */
  static boolean isAdministrator(Principal principal) {
    return principal.grants().admin();
  }

  /**
   * What the statements want of this schema; null if they are about the database. A table of the
   * database that has one of these names comes first.
   */
  @Nullable SystemText find(
      Session session,
      @Nullable Transaction transaction,
      List<String> statements,
      Cancellation call) {
    SqlDialect dialect = session.database().backend().info().dialect();
    for (String statement : statements) {
      SystemText found =
          SystemText.of(statement, dialect, TABLES, SystemCalls.FUNCTIONS).orElse(null);
      if (found == null || isDatabases(found, dialect, session, transaction, call)) {
        continue;
      }
      if (statements.size() > 1) {
        throw new BackendException(
            Kind.INVALID_SQL,
            "a statement about the schema flightgate runs by itself: send the "
                + statements.size()
                + " statements one by one");
      }
      return found;
    }
    return null;
  }

  /** Whether a table is meant that the database has, or one that is to be made in its schema. */
  private static boolean isDatabases(
      SystemText text,
      SqlDialect dialect,
      Session session,
      @Nullable Transaction transaction,
      Cancellation call) {
    if (text.tables().isEmpty()) {
      return false;
    }
    try (StatementRun run =
        StatementRun.begin(session, transaction, call, StatementRun.WAIT, null)) {
      Metadata metadata = run.backend().metadata();
      if (StatementShape.of(text.sql(), dialect).verb().equals("CREATE")) {
        return metadata.catalogs().contains(SystemText.SCHEMA)
            || !metadata.schemas(null, SystemText.SCHEMA).isEmpty();
      }
      return text.tables().stream()
          .anyMatch(
              table ->
                  isThere(metadata, SystemText.SCHEMA, null, table)
                      || isThere(metadata, null, SystemText.SCHEMA, table));
    }
  }

  private static boolean isThere(
      Metadata metadata, @Nullable String catalog, @Nullable String schema, String table) {
    return !metadata.tables(catalog, schema, table, List.of(), false).isEmpty();
  }

  /** The database's metadata with this schema beside it. */
  Metadata beside(Metadata database) {
    return new SystemMetadata(database, engine);
  }

  /** The schema of what the statement yields. */
  Schema describe(Session session, SystemText text, Cancellation call) {
    return description(session, text, call).resultSchema();
  }

  /** What is known of the statement before it runs. */
  Description description(Session session, SystemText text, Cancellation call) {
    StatementKind kind = text.function() == null ? StatementKind.READS : StatementKind.CONTROLS;
    return admitted(
        session,
        call,
        () ->
            engine.read(
                sql(text),
                Map.of(),
                call,
                query -> new Description(kind, query.resultSchema(), query.parameterSchema())));
  }

  /** Runs the statement for each row of parameters, and keeps what it yields. */
  HeldResult plan(Session session, SystemText text, Parameters parameters, Cancellation call) {
    return run(
        session,
        text,
        call,
        query -> {
          Schema schema =
              parameters.columnCount() == 0
                  ? query.resultSchema()
                  : query.resultSchema(parameters.schema());
          KeptBatches kept =
              keeper.keep(
                  allocator ->
                      calls.acting(
                          text.function(),
                          session,
                          call.origin(),
                          new RowwiseStream(query, parameters, allocator)),
                  session.holdMemory());
          long yielded = kept.batches().stream().mapToLong(ArrowRecordBatch::getLength).sum();
          return session.hold(schema, new HeldResult.Kept(text.sql(), kept, yielded), null);
        });
  }

  /**
   * Runs the statement for what it does: how many were cancelled or ended; 0 for one that reads.
   */
  long update(Session session, SystemText text, Parameters parameters, Cancellation call) {
    if (text.function() == null) {
      description(session, text, call); // says what is wrong with it
      return 0;
    }
    return run(
        session,
        text,
        call,
        query -> {
          long done = 0;
          try (BatchStream ids =
              calls.acting(
                  text.function(),
                  session,
                  call.origin(),
                  new RowwiseStream(query, parameters, session.allocator()))) {
            while (ids.next()) {
              done += ids.root().getRowCount();
            }
          }
          return done;
        });
  }

  private <T> T run(
      Session session, SystemText text, Cancellation call, Function<PreparedQuery, T> work) {
    Map<SystemTable, List<@Nullable Object[]>> snapshot = new EnumMap<>(SystemTable.class);
    for (SystemTable table : SystemTable.values()) {
      if (text.tables().contains(table.tableName())) {
        snapshot.put(table, rows.of(table, session.principal()));
      }
    }
    return admitted(session, call, () -> engine.read(sql(text), snapshot, call, work));
  }

  /** What the engine is asked: for a call, on what it acts and what is done to it. */
  private static String sql(SystemText text) {
    return text.function() == null
        ? text.sql()
        : "SELECT CAST(("
            + text.argument()
            + ") AS VARCHAR) AS id, '"
            + SystemCalls.outcome(text.function())
            + "' AS outcome";
  }

  private <T> T admitted(Session session, Cancellation call, Supplier<T> work) {
    Principal principal = session.principal();
    Admission places = isAdministrator(principal) ? administrators : others;
    try (Admission.Place place = call.interruptibly(() -> places.enter(principal.name()))) {
      call.begun();
      return work.get();
    }
  }
}
