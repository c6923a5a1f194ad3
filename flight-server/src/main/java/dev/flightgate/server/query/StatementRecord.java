package dev.flightgate.server.query;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.session.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * One statement, from its arrival until its client has all of its answer. Written by the thread
 * that works on the statement, read by any.
 *
 * <p>A statement that only reads has a record while it is planned, and another one for each fetch
 * of its result.
 */
public final class StatementRecord {

  /** What is done. */
  public enum Activity {
    /** The text is planned, and run at once if it changes anything. */
    RUN,
    /** The text is prepared. */
    PREPARE,
    /** A statement that only reads is run while its rows are sent. */
    READ,
    /** Rows are sent that were kept of a statement which has run: RETURNING. */
    SEND,
    /** Rows are uploaded into a table. */
    INGEST
  }

  /** How far it is. */
  public enum State {
    /** It waits for its turn, a lock of ours or a connection. */
    WAITING,
    /** The engine works. */
    RUNNING,
    /** The client has rows already, and gets more. */
    SENDING,
    /** It has its first rows, and waits for the client to fetch them. */
    PARKED,
    /** It is over. */
    ENDED
  }

  /** What came of it. */
  public enum Outcome {
    /** The client has the whole answer. */
    COMPLETED,
    /** It was planned or prepared only, and runs when its client says so: its own records tell. */
    PLANNED,
    /** {@link StatementRecord#failure()} says why; a time limit and a shutdown count here too. */
    FAILED,
    /** Somebody cancelled it by name. */
    CANCELLED,
    /** The client went away, or gave its call up. */
    ABANDONED;

    /** As users read it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final StatementLog log;
  private final long number;
  private final Activity activity;
  private final Session session;
  private final String sql;
  private final Cancellation cancellation;
  private final Instant began = Instant.now();
  private final long beganNanos = System.nanoTime();
  private volatile State state = State.WAITING;
  private final AtomicLong rows = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private volatile long startedNanos;
  private volatile long firstNanos;
  private volatile long endedNanos;
  private volatile @Nullable Outcome outcome;
  private volatile @Nullable BackendException failure;
  private volatile @Nullable BufferAllocator memory;

  StatementRecord(
      StatementLog log,
      long number,
      Activity activity,
      Session session,
      String sql,
      Cancellation cancellation) {
    this.log = log;
    this.number = number;
    this.activity = activity;
    this.session = session;
    this.sql = sql;
    this.cancellation = cancellation;
  }

  /** What administrators call it; unique as long as the server lives. */
  public String id() {
    return log.id(number);
  }

  long number() {
    return number;
  }

  /** What is done. */
  public Activity activity() {
    return activity;
  }

  /** Whose statement it is. */
  public Principal principal() {
    return session.principal();
  }

  /** The session's name; it is a secret of its client's, like a password. */
  public String sessionId() {
    return session.id();
  }

  /** The name of the database it runs in. */
  public String database() {
    return session.database().name();
  }

  /** The text; for an upload, into what table. */
  public String sql() {
    return sql;
  }

  /** The call that it came by. */
  public CallOrigin origin() {
    return cancellation.origin();
  }

  /** When it came. */
  public Instant began() {
    return began;
  }

  /** How far it is. */
  public State state() {
    return state;
  }

  /** The rows sent, changed or uploaded until now; -1 if the engine does not say. */
  public long rows() {
    return rows.get();
  }

  /** The bytes of Arrow's batches that were sent, or uploaded, until now. */
  public long bytes() {
    return bytes.get();
  }

  /** The memory that its batches take now. */
  public long memoryBytes() {
    BufferAllocator used = memory;
    return used == null ? 0 : used.getAllocatedMemory();
  }

  /** How long it took, or takes already. */
  public Duration duration() {
    return since(endedNanos == 0 ? System.nanoTime() : endedNanos);
  }

  /** How long it waited before the engine began with it; zero if that is not known. */
  public Duration waited() {
    return startedNanos == 0 ? Duration.ZERO : since(startedNanos);
  }

  /** How long the client waited for its first rows; zero if there were none. */
  public Duration timeToFirstBatch() {
    return firstNanos == 0 ? Duration.ZERO : since(firstNanos);
  }

  /** How much of it is done, where the engine can tell, from 0 to 1. */
  public OptionalDouble progress() {
    return outcome == null ? cancellation.progress() : OptionalDouble.empty();
  }

  /** What came of it; null until it has ended. */
  public @Nullable Outcome outcome() {
    return outcome;
  }

  /** What the client was told, if anything but rows. */
  public @Nullable BackendException failure() {
    return failure;
  }

  /** Stops it, on behalf of an administrator. Any thread. */
  public void cancel() {
    cancellation.cancel(Cancellation.Reason.ADMINISTRATOR);
  }

  /** Stops it, on behalf of its own user. Any thread. */
  void cancelOnRequest() {
    cancellation.cancel(Cancellation.Reason.REQUESTED);
  }

  Session session() {
    return session;
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(nanos - beganNanos);
  }

  /** The engine begins with it; nothing if it has begun or ended. */
  void started() {
    if (startedNanos == 0 && outcome == null) {
      startedNanos = System.nanoTime();
      state = State.RUNNING;
    }
  }

  /** Says what its batches are allocated from. */
  void uses(BufferAllocator allocator) {
    memory = allocator;
  }

  void parked() {
    state = State.PARKED;
  }

  /** Some rows are on their way to the client. */
  void sent(long moreRows, long moreBytes) {
    if (state != State.SENDING) {
      firstNanos = System.nanoTime();
      state = State.SENDING;
    }
    rows.addAndGet(moreRows);
    bytes.addAndGet(moreBytes);
  }

  /** Some bytes of an upload came. */
  void received(long moreBytes) {
    bytes.addAndGet(moreBytes);
  }

  void rows(long all) {
    rows.set(all);
  }

  /** Nothing more is done for it, though nobody knows yet what its client will have of that. */
  void released() {
    state = State.ENDED;
    memory = null; // closed soon, and a listener may keep this
    log.forget(this);
  }

  /** It is to be run by another record; nothing once it has ended. */
  void planned() {
    end(Outcome.PLANNED, null);
  }

  /** The client has its whole answer; nothing once it has ended. */
  void completed() {
    end(Outcome.COMPLETED, null);
  }

  /** The client went away; nothing once it has ended. */
  void abandoned() {
    end(Outcome.ABANDONED, null);
  }

  /** The client is told of a failure; nothing once it has ended. */
  void failed(Throwable why) {
    BackendException told =
        why instanceof BackendException known
            ? known
            : new BackendException(Kind.INTERNAL, "an error inside the server", why);
    if (told.kind() != Kind.CANCELLED) {
      end(Outcome.FAILED, told);
    } else if (cancellation.reason() == Cancellation.Reason.CLIENT_GONE) {
      end(Outcome.ABANDONED, told);
    } else {
      end(Outcome.CANCELLED, told);
    }
  }

  private void end(Outcome how, @Nullable BackendException why) {
    if (outcome != null) {
      return;
    }
    endedNanos = System.nanoTime();
    failure = why;
    outcome = how;
    released();
    log.tellEnd(this);
  }
}
