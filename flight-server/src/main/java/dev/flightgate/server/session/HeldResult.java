package dev.flightgate.server.session;

import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A result that a client was promised and can fetch with a ticket: either planned, and run by each
 * fetch, or kept, because its statement has already run.
 */
public final class HeldResult implements Held {

  /** A fetch that began before its client asked for it. Whoever takes it closes it. */
  public interface Begun extends AutoCloseable {
    @Override
    void close();
  }

  /** What a fetch does. */
  public sealed interface Content permits Deferred, Kept {
    /** The text of the statement, or of all of them. */
    String sql();
  }

  /**
   * A statement that only reads, run when it is fetched.
   *
   * @param sql the statement
   * @param parameters owned
   * @param transaction it reads in, or null
   * @param origin the prepared statement whose plan it may use, or null
   */
  public record Deferred(
      String sql,
      SharedParameters parameters,
      @Nullable Transaction transaction,
      @Nullable PreparedStatement origin)
      implements Content {}

  /**
   * The outcome of a statement that ran.
   *
   * @param sql what ran
   * @param batches owned
   * @param rows how many it changed or yielded; -1 if the engine does not say
   */
  public record Kept(String sql, KeptBatches batches, long rows) implements Content {}

  private final Handle handle;
  private final Session session;
  private final Schema schema;
  private final Content content;
  private volatile long renewedNanos = System.nanoTime();
  private final AtomicReference<@Nullable Plan> plan;
  private final Set<Runnable> cancellers = ConcurrentHashMap.newKeySet();
  private volatile boolean cancelled;
  private volatile boolean fetched;

  // Guarded by this.
  private @Nullable Begun begun;
  private boolean discarded;

  HeldResult(Handle handle, Session session, Schema schema, Content content, @Nullable Plan plan) {
    this.handle = handle;
    this.session = session;
    this.schema = schema;
    this.content = content;
    this.plan = new AtomicReference<>(plan);
  }

  @Override
  public Handle handle() {
    return handle;
  }

  @Override
  public Session session() {
    return session;
  }

  /** The promised schema. */
  public Schema schema() {
    return schema;
  }

  /** What a fetch does. */
  public Content content() {
    return content;
  }

  /** Takes the kept plan, which is then the caller's; null if there is none any more. */
  public @Nullable Plan takePlan() {
    return plan.getAndSet(null);
  }

  /** The caller's share of the parameters; it releases them. Null if the result was discarded. */
  public synchronized @Nullable SharedParameters retainParameters(Deferred deferred) {
    return discarded ? null : deferred.parameters().retain();
  }

  /** Keeps a fetch that has begun until it is taken; false if it will not be. Owns it then. */
  public synchronized boolean park(Begun fetch) {
    if (discarded || cancelled) {
      return false;
    }
    begun = fetch;
    return true;
  }

  /** Takes the fetch that has begun, which is then the caller's; null if there is none. */
  public synchronized @Nullable Begun takeBegun() {
    Begun taken = begun;
    begun = null;
    return taken;
  }

  private synchronized boolean isParked() {
    return begun != null;
  }

  /** Says how to cancel a fetch that runs now. */
  public void running(Runnable cancel) {
    cancellers.add(cancel);
    if (cancelled) {
      cancel.run();
    }
  }

  /** Says that this fetch is over. */
  public void ended(Runnable cancel) {
    cancellers.remove(cancel);
  }

  /** Says that its client was sent all of it. */
  public void delivered() {
    fetched = true;
  }

  /**
   * Cancels every fetch that runs and forbids others; unless the statement is through, so that
   * nothing is left to be stopped and its outcome stays what it is.
   *
   * @return whether anything was cancelled
   */
  public boolean cancel() {
    if (content instanceof Kept || (fetched && cancellers.isEmpty())) {
      return false;
    }
    cancelled = true;
    cancellers.forEach(Runnable::run);
    closeBegun();
    closePlan();
    return true;
  }

  /** Whether the client cancelled it. */
  public boolean isCancelled() {
    return cancelled;
  }

  /** Begins the result's lifetime anew; answers when it ends. */
  public Instant renew() {
    renewedNanos = System.nanoTime();
    return Instant.now().plus(session.resultLifetime());
  }

  long ageNanos() {
    return System.nanoTime() - renewedNanos;
  }

  /** Whether its client had all of it, or may not fetch it any more. */
  boolean wasFetched() {
    return fetched || cancelled;
  }

  /** Whether it takes memory though nobody waits for it. */
  boolean isSpare() {
    return content instanceof Kept kept
        && kept.batches().isCounted()
        && wasFetched()
        && !isBeingFetched();
  }

  long keptBytes() {
    return content instanceof Kept kept ? kept.batches().bytes() : 0;
  }

  boolean isBeingFetched() {
    return !cancellers.isEmpty() && !isParked();
  }

  @Override
  public void discard() {
    closePlan();
    synchronized (this) {
      if (discarded) {
        return;
      }
      discarded = true;
    }
    closeBegun();
    if (content instanceof Deferred deferred) {
      deferred.parameters().release();
    } else if (content instanceof Kept kept) {
      kept.batches().release();
    }
  }

  private void closeBegun() {
    Begun kept = takeBegun();
    if (kept != null) {
      kept.close();
    }
  }

  private void closePlan() {
    Plan kept = takePlan();
    if (kept != null) {
      kept.close();
    }
  }
}
