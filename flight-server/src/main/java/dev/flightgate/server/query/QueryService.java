package dev.flightgate.server.query;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.Metadata;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.config.GatewayConfig.QueryConfig;
import dev.flightgate.server.query.StatementRecord.Activity;
import dev.flightgate.server.session.Handle;
import dev.flightgate.server.session.HeldResult;
import dev.flightgate.server.session.PreparedStatement;
import dev.flightgate.server.session.PreparedStatement.Description;
import dev.flightgate.server.session.PreparedStatement.Preparation;
import dev.flightgate.server.session.Session;
import dev.flightgate.server.session.SessionRegistry;
import dev.flightgate.server.session.SharedParameters;
import dev.flightgate.server.session.Transaction;
import dev.flightgate.server.sql.SqlSplitter;
import dev.flightgate.server.sql.StatementShape;
import dev.flightgate.server.sql.StatementShape.TransactionControl;
import dev.flightgate.server.sql.SystemText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The one way in for every door. Thread-safe.
 *
 * <p>All methods but {@link #open} work on the calling thread, which they may keep for as long as
 * the statement takes; they stop when the given {@link Cancellation} says so. Failures are {@link
 * BackendException}s; anything else is a fault of ours.
 */
public final class QueryService {

  private static final Duration SETTLING = Duration.ofMillis(250);

  private final QueryConfig config;
  private final SessionRegistry sessions;
  private final ScheduledExecutorService timer;
  private final Admission admission;
  private final Admission transactions;
  private final Ingestion ingestion;
  private final Admission streams;
  private final QueryMemory memory;
  private final ResultKeeper keeper;
  private final EagerStatements eager;
  private final Planner planner;
  private final Polls polls;
  private final Savepoints savepoints;
  private final StatementLog statements = new StatementLog();
  private final @Nullable SystemSchema system;
  private final Set<Cancellation> active = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;
  private volatile boolean shuttingDown;
  private volatile long endedNanos = System.nanoTime();

  /**
   * Where work is done that no caller waits for.
   *
   * @param calls for what calls do; must not refuse tasks
   * @param queries for pulling results; must not refuse tasks
   * @param timer for deadlines
   */
  public record Threads(Executor calls, Executor queries, ScheduledExecutorService timer) {}

  /**
   * What the schema {@code flightgate} needs.
   *
   * @param engine closed by the caller
   * @param settings those to be shown, without secrets
   */
  public record SystemSource(SystemEngine engine, Map<String, String> settings) {}

  /** Without the schema {@code flightgate}. */
  public QueryService(
      QueryConfig config, SessionRegistry sessions, BufferAllocator allocator, Threads threads) {
    this(config, sessions, allocator, threads, null);
  }

  /**
   * @param allocator parent of the queries' allocators; closed by the caller once {@link #isQuiet}
   * @param threads closed by the caller
   * @param source of the schema {@code flightgate}; null if there is to be none
   */
  public QueryService(
      QueryConfig config,
      SessionRegistry sessions,
      BufferAllocator allocator,
      Threads threads,
      @Nullable SystemSource source) {
    this.config = config;
    this.sessions = sessions;
    this.timer = threads.timer();
    this.admission = new Admission(config);
    // Whoever holds a lock in a transaction must not wait for a place of those who wait for the
    // lock.
    this.transactions = new Admission(config);
    // An upload lasts as long as its client likes, and must not take a query's place.
    this.ingestion = new Ingestion(new Admission(config), new Admission(config));
    // Streams have the query pool's threads for places; only their queue is bounded here.
    this.streams = new Admission(config);
    this.memory = new QueryMemory(allocator, config.bytesMax());
    this.keeper = new ResultKeeper(memory, config);
    this.eager = new EagerStatements(keeper);
    this.planner = new Planner(keeper, eager, new Planner.Places(admission, transactions));
    this.savepoints = new Savepoints(sessions);
    this.system =
        source == null
            ? null
            : new SystemSchema(
                source.engine(),
                new SystemRows(statements, sessions, source.settings()),
                new SystemCalls(statements, sessions),
                keeper,
                config);
    this.polls = new Polls(this, sessions, new Admission(config), config.runningMax(), threads);
  }

  /** What runs now. */
  public StatementLog statements() {
    return statements;
  }

  /** Savepoints of transactions. */
  public Savepoints savepoints() {
    return savepoints;
  }

  /** Statements that run by themselves while their clients poll. */
  public Polls polls() {
    return polls;
  }

  /** Like {@link #begin(CallOrigin)}, for work that no client asked for. */
  public Cancellation begin() {
    return begin(CallOrigin.SERVER);
  }

  /**
   * The cancellation of one call, with the deadline of {@code queries.timeout}. Closed by the
   * caller. Cancelled from the beginning once the service drains.
   */
  public Cancellation begin(CallOrigin origin) {
    Cancellation cancellation = open(origin);
    if (draining) {
      cancellation.cancel(Cancellation.Reason.SHUTDOWN);
    }
    return cancellation;
  }

  /**
   * The same for a call that goes on with what an earlier one began, or ends it: that is taken
   * until the service shuts down.
   */
  public Cancellation resume(CallOrigin origin) {
    Cancellation cancellation = open(origin);
    if (shuttingDown) {
      cancellation.cancel(Cancellation.Reason.SHUTDOWN);
    }
    return cancellation;
  }

  private Cancellation open(CallOrigin origin) {
    Cancellation cancellation = new Cancellation(origin, timer, this::ended);
    active.add(cancellation);
    cancellation.deadline(config.timeout());
    return cancellation;
  }

  private void ended(Cancellation call) {
    endedNanos = System.nanoTime();
    active.remove(call);
  }

  /** Plans a query; runs it at once if it changes anything. */
  public HeldResult plan(
      Session session, String sql, @Nullable Handle transaction, Cancellation call) {
    return recorded(
        statements.begin(Activity.RUN, session, sql, call),
        call,
        QueryService::endPlan,
        () -> {
          Transaction in = transaction(transaction, session);
          List<String> parts = split(session, sql);
          SystemText own = ownText(session, in, parts, call);
          if (system != null && own != null) {
            return system.plan(session, own, Parameters.NONE, call);
          }
          return retried(session, in, parts, call, () -> planner.plan(session, parts, in, call));
        });
  }

  /** The schema that {@link #plan} would promise, without running anything. */
  public Schema describe(
      Session session, String sql, @Nullable Handle transaction, Cancellation call) {
    Transaction in = transaction(transaction, session);
    return explained(
        call,
        () -> {
          List<String> parts = split(session, sql);
          SystemText own = ownText(session, in, parts, call);
          return system != null && own != null
              ? system.describe(session, own, call)
              : planner.describe(session, parts, in, call);
        });
  }

  /** Runs a statement now; answers the rows changed, -1 if not known. */
  public long update(Session session, String sql, @Nullable Handle transaction, Cancellation call) {
    return recorded(
        statements.begin(Activity.RUN, session, sql, call),
        call,
        QueryService::endUpdate,
        () -> {
          Transaction in = transaction(transaction, session);
          List<String> parts = split(session, sql);
          SystemText own = ownText(session, in, parts, call);
          if (system != null && own != null) {
            return system.update(session, own, Parameters.NONE, call);
          }
          return retried(session, in, parts, call, () -> planner.update(session, parts, in, call));
        });
  }

  /** Prepares a statement. */
  public PreparedStatement prepare(
      Session session, String sql, @Nullable Handle transaction, Cancellation call) {
    return recorded(
        statements.begin(Activity.PREPARE, session, sql, call),
        call,
        (record, prepared) -> record.planned(),
        () -> {
          Transaction in = transaction(transaction, session);
          List<String> parts = split(session, sql);
          SystemText own = ownText(session, in, parts, call);
          if (system != null && own != null) {
            Description known = system.description(session, own, call);
            return session.prepare(parts, in, new Preparation(known, null, 0));
          }
          return planner.prepare(session, parts, in, call);
        });
  }

  /** The prepared statement of that handle. */
  public PreparedStatement statement(Handle handle, Principal principal) {
    return sessions.find(handle, principal, PreparedStatement.class, "prepared statement handle");
  }

  /** What the prepared statement yields with the parameters bound now. */
  public Schema describe(PreparedStatement statement, Cancellation call) {
    return explained(
        call,
        () ->
            ownText(statement, call) == null
                ? planner.describe(statement, call)
                : statement.description().resultSchema());
  }

  /**
   * Plans a prepared statement with its bound parameters; runs it at once if it changes anything.
   */
  public HeldResult plan(PreparedStatement statement, Cancellation call) {
    return recorded(
        begin(statement, call),
        call,
        QueryService::endPlan,
        () -> planBound(statement, statement.bound(), call));
  }

  /**
   * Plans a prepared statement with these parameters; runs it at once if it changes anything.
   *
   * @param bound owned by the caller
   */
  HeldResult plan(PreparedStatement statement, SharedParameters bound, Cancellation call) {
    return recorded(
        begin(statement, call),
        call,
        QueryService::endPlan,
        () -> planBound(statement, bound.retain(), call));
  }

  /**
   * @param bound owned
   */
  private HeldResult planBound(
      PreparedStatement statement, SharedParameters bound, Cancellation call) {
    try {
      SystemText own = ownText(statement, call);
      if (system != null && own != null) {
        return system.plan(statement.session(), own, bound.parameters(), call);
      }
      return retried(statement, call, () -> planner.plan(statement, bound.retain(), call));
    } finally {
      bound.release();
    }
  }

  /**
   * Runs a prepared statement for each row of parameters, or of the bound ones if none are given.
   */
  public long update(
      PreparedStatement statement, @Nullable Parameters parameters, Cancellation call) {
    return recorded(
        begin(statement, call),
        call,
        QueryService::endUpdate,
        () -> {
          SystemText own = ownText(statement, call);
          if (system != null && own != null) {
            return updateOwn(system, statement, own, parameters, call);
          }
          return retried(statement, call, () -> planner.update(statement, parameters, call));
        });
  }

  private static long updateOwn(
      SystemSchema system,
      PreparedStatement statement,
      SystemText own,
      @Nullable Parameters parameters,
      Cancellation call) {
    SharedParameters bound = statement.bound();
    try {
      Parameters rows = parameters == null ? bound.parameters() : parameters;
      return system.update(statement.session(), own, rows, call);
    } finally {
      bound.release();
    }
  }

  private @Nullable SystemText ownText(PreparedStatement statement, Cancellation call) {
    return ownText(statement.session(), statement.transaction(), statement.statements(), call);
  }

  /** What the statements want of the schema flightgate; null if they are about the database. */
  private @Nullable SystemText ownText(
      Session session, @Nullable Transaction transaction, List<String> parts, Cancellation call) {
    return system != null && parts.stream().anyMatch(SystemText::mentions)
        ? system.find(session, transaction, parts, call)
        : null;
  }

  /** Forgets a prepared statement; harmless if it is gone already. */
  public void close(Handle handle, Principal principal) {
    PreparedStatement statement;
    try {
      statement = statement(handle, principal);
    } catch (BackendException e) {
      if (e.kind() == Kind.NOT_FOUND) {
        return;
      }
      throw e;
    }
    statement.session().drop(statement);
  }

  /** The result of that handle. */
  public HeldResult result(Handle handle, Principal principal) {
    return sessions.find(handle, principal, HeldResult.class, "ticket");
  }

  /**
   * Begins a fetch, or goes on with one that began before. Returns at once; the caller starts,
   * pulls and closes the stream on its own threads, and closes it even if it never starts it.
   */
  public ResultStream open(HeldResult result, Cancellation call) {
    if (result.takeBegun() instanceof BegunStream begun) {
      begun.resume(call);
      return begun;
    }
    return run(result, call);
  }

  /** Begins a fetch from the beginning. */
  RunningQuery run(HeldResult result, Cancellation call) {
    if (result.isCancelled()) {
      throw new BackendException(Kind.CANCELLED, "the query was cancelled on request");
    }
    boolean kept = result.content() instanceof HeldResult.Kept;
    Activity activity = kept ? Activity.SEND : Activity.READ;
    Admission.Place turn = kept ? () -> {} : streams.queue(); // what is there waits for nothing
    StatementRecord record;
    try {
      record = statements.begin(activity, result.session(), result.content().sql(), call);
    } catch (RuntimeException e) {
      turn.close();
      throw e;
    }
    return new RunningQuery(
        result, record, call, memory, config.queueTimeout(), turn, new ResultSize(config));
  }

  /** Begins a transaction. */
  public Transaction beginTransaction(Session session, Cancellation call) {
    return explained(call, session::begin);
  }

  /**
   * Commits or rolls back; the transaction is over afterwards, even on failure. Only a transaction
   * that another statement or an open result still uses stays as it is.
   */
  public void endTransaction(
      Handle handle, Principal principal, boolean commit, Cancellation call) {
    Transaction transaction = sessions.find(handle, principal, Transaction.class, "transaction id");
    Session session = transaction.session();
    explained(
        call,
        () -> {
          // Without a place: what it frees may be what those who have the places wait for.
          try (StatementRun run =
              StatementRun.begin(session, transaction, call, StatementRun.WAIT, null)) {
            run.end(commit);
          } finally {
            session.database().definitionsChanged();
          }
          return true;
        });
  }

  /** Writes batches into a table; answers the rows written. Pulls the stream, does not close it. */
  public long ingest(
      Session session,
      IngestTarget target,
      @Nullable Handle transaction,
      BatchStream batches,
      Cancellation call) {
    StatementRecord record =
        statements.begin(Activity.INGEST, session, "upload into " + name(target), call);
    return recorded(
        record,
        call,
        QueryService::endUpdate,
        () -> {
          session.permissions().check(StatementKind.WRITES);
          Transaction in = transaction(transaction, session);
          return ingestion.run(session, target, in, batches, record, call);
        });
  }

  /**
   * Waits for the next message of an upload, but no longer than {@code
   * queries.upload-idle-timeout}; then the call is cancelled, which has to end the wait.
   */
  public <T> T awaitUpload(Cancellation call, Supplier<T> wait) {
    return call.withinIdle(config.uploadIdleTimeout(), wait);
  }

  /** Asks what the session's database contains. */
  public <T> T metadata(Session session, Function<Metadata, T> question, Cancellation call) {
    return explained(
        call,
        () -> {
          try (StatementRun run =
              StatementRun.begin(session, null, call, StatementRun.WAIT, admission)) {
            Metadata metadata = run.metadata();
            return question.apply(system == null ? metadata : system.beside(metadata));
          }
        });
  }

  /** For answers that a door makes itself; retired with {@link #retire}. */
  public BufferAllocator openAllocator() {
    return memory.open();
  }

  /** Closes the allocator, now or when the last batch has gone out. */
  public void retire(BufferAllocator allocator) {
    memory.retire(allocator);
  }

  /** Refuses new work; what runs goes on, and what was begun can be ended. */
  public void drain() {
    draining = true;
  }

  /**
   * Whether nothing runs, nor has for a moment: a client that was just told where its result is has
   * had time to ask for it.
   */
  public boolean isDrained() {
    return isQuiet() && System.nanoTime() - endedNanos > SETTLING.toNanos();
  }

  /** Refuses everything and cancels what runs. */
  public void shutDown() {
    draining = true;
    shuttingDown = true;
    active.forEach(cancellation -> cancellation.cancel(Cancellation.Reason.SHUTDOWN));
  }

  /** How many calls and polled statements are under way. */
  public int active() {
    return active.size();
  }

  /** How much waits for its turn now; results in the queue are yet to be started. */
  public record Queued(int statements, int ofTransactions, int results) {}

  /** How much waits for its turn now. */
  public Queued queued() {
    return new Queued(admission.waiting(), transactions.waiting(), streams.waiting());
  }

  /** Frees what can be freed; called by the timer. */
  public void sweep() {
    memory.sweep();
  }

  /** Whether nothing runs and all memory of queries is freed. */
  public boolean isQuiet() {
    return active.isEmpty() && memory.isQuiet();
  }

  private @Nullable Transaction transaction(@Nullable Handle handle, Session session) {
    if (handle == null) {
      return null;
    }
    Transaction transaction =
        sessions.find(handle, session.principal(), Transaction.class, "transaction id");
    if (transaction.session().database() != session.database()) {
      throw new BackendException(
          Kind.INVALID_DATA,
          "the transaction is one of database '"
              + transaction.session().database().name()
              + "', and the call is for '"
              + session.database().name()
              + "' (header or option 'database')");
    }
    return transaction;
  }

  /** How many statements the text has; at least one. */
  int count(Session session, String sql) {
    return split(session, sql).size();
  }

  private static List<String> split(Session session, String sql) {
    List<String> statements = SqlSplitter.split(sql, session.database().backend().info().dialect());
    if (statements.isEmpty()) {
      throw new BackendException(Kind.INVALID_SQL, "the statement is empty");
    }
    return statements;
  }

  private static <T> T retried(PreparedStatement statement, Cancellation call, Supplier<T> work) {
    return retried(
        statement.session(), statement.transaction(), statement.statements(), call, work);
  }

  /** Retries what is a transaction by itself; in a client's transaction the client has to. */
  private static <T> T retried(
      Session session,
      @Nullable Transaction transaction,
      List<String> statements,
      Cancellation call,
      Supplier<T> work) {
    return explained(
        call,
        () ->
            ConflictRetry.run(
                call,
                () ->
                    transaction == null
                        && !session.isPinned()
                        && statements.stream().noneMatch(sql -> controls(session, sql)),
                work));
  }

  private static boolean controls(Session session, String sql) {
    return StatementShape.of(sql, session.database().backend().info().dialect()).control()
        != TransactionControl.NONE;
  }

  private StatementRecord begin(PreparedStatement statement, Cancellation call) {
    String sql = String.join("; ", statement.statements());
    return statements.begin(Activity.RUN, statement.session(), sql, call);
  }

  private static String name(IngestTarget target) {
    return Stream.of(target.catalog(), target.schema(), target.table())
        .filter(Objects::nonNull)
        .collect(Collectors.joining("."));
  }

  private static void endPlan(StatementRecord record, HeldResult result) {
    if (result.content() instanceof HeldResult.Kept kept) {
      record.rows(kept.rows());
      record.completed();
    } else {
      record.planned();
    }
  }

  private static void endUpdate(StatementRecord record, long rows) {
    record.rows(rows);
    record.completed();
  }

  /** Works on what the record is about, and writes down what came of it. */
  private static <T> T recorded(
      StatementRecord record,
      Cancellation call,
      BiConsumer<StatementRecord, T> success,
      Supplier<T> work) {
    try {
      T done = explained(call, work);
      success.accept(record, done);
      return done;
    } catch (RuntimeException e) {
      record.failed(e);
      throw e;
    } catch (Error e) {
      record.failed(e);
      throw e;
    }
  }

  private static <T> T explained(Cancellation call, Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      throw call.explain(e);
    }
  }
}
