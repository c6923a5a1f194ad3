package dev.flightgate.server.query;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.session.Connection;
import dev.flightgate.server.session.HeldResult;
import dev.flightgate.server.session.Plan;
import dev.flightgate.server.session.PreparedStatement;
import dev.flightgate.server.session.Session;
import dev.flightgate.server.session.SharedParameters;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One fetch of a held result, which owns its connection, its memory and its deadline from {@link
 * #start()} to {@link #close()}. One thread at a time; cancelled through its {@link Cancellation}
 * from any.
 *
 * <p>Several rows of bound parameters are several executions, one after the other; {@link #root()}
 * is then another object after the {@link #next()} that moved to the next execution, with the same
 * schema.
 */
public final class RunningQuery implements ResultStream {

  private static final Logger log = LoggerFactory.getLogger(RunningQuery.class);

  /** Short, because it is a thread of the query pool that waits; it comes back as often. */
  private static final Duration WAIT = Duration.ofMillis(200);

  private final HeldResult result;
  private final StatementRecord record;
  private final Cancellation cancellation;
  private final QueryMemory memory;
  private final Duration queueTimeout;
  private final Admission.Place turn;
  private final ResultSize size;
  private final long openedNanos = System.nanoTime();
  private final Runnable cancelHook;
  // What to close, the last first.
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final BufferAllocator allocator;
  private volatile @Nullable Connection connection;
  private @Nullable Plan ownPlan;
  private @Nullable SharedParameters rows;
  private @Nullable BatchStream stream;
  private long waitingNanos;
  private boolean released;
  private boolean closed;

  /**
   * @param record ended when this is closed
   * @param queueTimeout how long the query may wait for its turn
   * @param turn the query's place in the queue, given back when it starts or is closed unstarted
   * @param size counts what is pulled
   */
  RunningQuery(
      HeldResult result,
      StatementRecord record,
      Cancellation cancellation,
      QueryMemory memory,
      Duration queueTimeout,
      Admission.Place turn,
      ResultSize size) {
    this.result = result;
    this.record = record;
    this.queueTimeout = queueTimeout;
    this.turn = turn;
    this.size = size;
    this.cancellation = cancellation;
    this.memory = memory;
    this.allocator = memory.open();
    record.uses(allocator);
    this.cancelHook = () -> cancellation.cancel(Cancellation.Reason.REQUESTED);
    result.running(cancelHook);
  }

  @Override
  public Schema schema() {
    return result.schema();
  }

  @Override
  public BufferAllocator allocator() {
    // A buffer must stay with the allocator it came from: an allocator that merely shares it counts
    // no byte of it, and would look empty while it is still referred to.
    return result.content() instanceof HeldResult.Kept kept
        ? kept.batches().allocator()
        : allocator;
  }

  @Override
  public Cancellation cancellation() {
    return cancellation;
  }

  @Override
  public boolean isAtHand() {
    return result.content() instanceof HeldResult.Kept;
  }

  @Override
  public boolean start() {
    turn.close();
    try {
      cancellation.check();
      if (waitingNanos == 0) {
        requireShortQueue();
      }
      HeldResult.Content content = result.content();
      if (content instanceof HeldResult.Kept kept) {
        if (!kept.batches().tryRetain()) {
          throw gone();
        }
        stream = new KeptStream(result.schema(), kept.batches());
      } else if (content instanceof HeldResult.Deferred deferred && !start(deferred)) {
        return false;
      }
      record.started();
      return true;
    } catch (RuntimeException e) {
      throw cancellation.explain(e);
    }
  }

  private void requireShortQueue() {
    if (System.nanoTime() - openedNanos > queueTimeout.toNanos()) {
      throw new BackendException(
          Kind.EXHAUSTED,
          "the result waited longer than "
              + queueTimeout.toSeconds()
              + " s (setting queries.queue-timeout) for others to be sent: try again later");
    }
  }

  private boolean start(HeldResult.Deferred deferred) {
    if (rows == null) {
      rows = result.retainParameters(deferred);
      if (rows == null) {
        throw gone();
      }
      opened.push(rows::release);
    }
    PreparedQuery query = plan(deferred);
    if (query == null) {
      return false;
    }
    if (rows.parameters().rowCount() > 0) {
      stream = new RowwiseStream(query, rows.parameters(), allocator);
      requirePromised(stream.root().getSchema());
    }
    return true;
  }

  /** The planned statement; null if another one still uses the connection that it needs. */
  private @Nullable PreparedQuery plan(HeldResult.Deferred deferred) {
    Session session = result.session();
    Plan plan = result.takePlan();
    if (plan != null) {
      ownPlan = plan;
      if (isChecked(plan, session) && plan.connection().tryAcquire()) {
        enter(StatementRun.on(plan, session, cancellation, null));
        return plan.query();
      }
    }
    PreparedStatement origin = deferred.origin();
    if (origin != null && deferred.transaction() == null && !session.isPinned()) {
      Plan shared = origin.plan();
      if (shared != null && isChecked(shared, session) && shared.connection().tryAcquire()) {
        enter(StatementRun.on(shared, session, cancellation, null));
        return shared.query();
      }
    }
    StatementRun run = begin(session, deferred);
    if (run == null) {
      return null;
    }
    enter(run);
    PreparedQuery fresh = run.prepare(deferred.sql());
    opened.push(fresh);
    if (fresh.kind().isEager()) {
      throw new BackendException(
          Kind.CONFLICT, "the statement changed its meaning since it was planned: send it again");
    }
    return fresh;
  }

  /**
   * Whether the plan does what it was checked for: an engine plans again by itself when something
   * was defined meanwhile, and may take a file for a table that is gone.
   */
  private static boolean isChecked(Plan plan, Session session) {
    return !session.permissions().needReached()
        || plan.definitions() == session.database().definitions();
  }

  private @Nullable StatementRun begin(Session session, HeldResult.Deferred deferred) {
    try {
      return StatementRun.begin(session, deferred.transaction(), cancellation, WAIT, null);
    } catch (BackendException e) {
      long now = System.nanoTime();
      waitingNanos = waitingNanos == 0 ? now - WAIT.toNanos() : waitingNanos;
      if (e.kind() != Kind.CONFLICT || now - waitingNanos > StatementRun.WAIT.toNanos()) {
        throw e;
      }
      return null;
    }
  }

  private void enter(StatementRun run) {
    connection = run.connection();
    opened.push(run);
  }

  /** Says how to have this closed, while nobody pulls it, for a statement that wants its place. */
  void whenWanted(@Nullable Runnable letGo) {
    Connection used = connection;
    if (used != null) {
      used.whenWanted(letGo);
    }
  }

  /** Whether a statement waits for the connection that this uses; any thread. */
  boolean isWanted() {
    Connection used = connection;
    return used != null && used.isWanted();
  }

  private void requirePromised(Schema schema) {
    if (!schema.equals(result.schema())) {
      throw new BackendException(
          Kind.CONFLICT,
          "the result is "
              + schema
              + ", but "
              + result.schema()
              + " was promised: a table has changed since, send the query again");
    }
  }

  private static BackendException gone() {
    return new BackendException(Kind.NOT_FOUND, "unknown ticket: it was closed or expired");
  }

  @Override
  public VectorSchemaRoot root() {
    if (stream == null) {
      throw new IllegalStateException("no execution has begun");
    }
    return stream.root();
  }

  @Override
  public boolean next() {
    if (stream == null) {
      return false;
    }
    try {
      cancellation.check();
      boolean more = stream.next();
      if (more) {
        size.add(stream.root());
      }
      return more;
    } catch (RuntimeException e) {
      throw cancellation.explain(e);
    }
  }

  @Override
  public boolean isLast() {
    return stream != null && stream.isLast();
  }

  @Override
  public void release() {
    if (released) {
      return;
    }
    released = true;
    turn.close();
    if (stream != null) {
      closeQuietly(stream);
    }
    connection = null; // before it is another statement's
    while (!opened.isEmpty()) {
      closeQuietly(opened.pop());
    }
    result.ended(cancelHook);
    record.released();
  }

  @Override
  public void sent(long rows, long bytes) {
    record.sent(rows, bytes);
  }

  @Override
  public void failed(Throwable why) {
    record.failed(why);
  }

  @Override
  public void delivered() {
    result.delivered();
    record.completed();
  }

  /** Says that it waits, with its first batch, for its client. */
  void parked() {
    record.parked();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    release();
    if (ownPlan != null) {
      ownPlan.close(); // nobody else wants it, so that its client need not wait for this
    }
    memory.retire(allocator);
    endRecord();
    cancellation.close();
  }

  /** Of what was neither delivered nor failed: its client has left, or will fetch it anew. */
  private void endRecord() {
    if (record.outcome() != null) {
      return;
    }
    try {
      cancellation.check();
    } catch (BackendException stopped) {
      record.failed(stopped);
    }
    if (record.rows() > 0) {
      record.abandoned();
    }
    record.planned();
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      log.warn("a query did not close cleanly", e);
    }
  }
}
