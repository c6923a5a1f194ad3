package dev.flightgate.server.session;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A statement that runs by itself while its client asks how far it is, and afterwards its outcome:
 * a result, which has a handle and a lifetime of its own, or a failure. Thread-safe.
 */
public final class PolledStatement implements Held {

  /** The most that is told of a statement which is not through. */
  private static final double RUNNING_MAX = 0.99;

  /** How much more must be done for a client that waits to hear of it. */
  private static final double STEP = 0.01;

  private final Handle handle;
  private final Session session;
  private final byte[] command;
  private volatile long polledNanos = System.nanoTime();

  // Guarded by this.
  private Runnable cancel = () -> {};
  private Supplier<OptionalDouble> progress = OptionalDouble::empty;
  private OptionalDouble known = OptionalDouble.empty();
  private OptionalDouble told = OptionalDouble.empty();
  private @Nullable HeldResult result;
  private @Nullable RuntimeException failure;
  private boolean over;
  private boolean awaited;

  /**
   * What a client is told.
   *
   * @param result null while the statement runs
   * @param progress from 0 to 1, never less than before; empty if the engine does not know
   */
  public record Status(@Nullable HeldResult result, OptionalDouble progress) {}

  PolledStatement(Handle handle, Session session, byte[] command) {
    this.handle = handle;
    this.session = session;
    this.command = command.clone();
  }

  @Override
  public Handle handle() {
    return handle;
  }

  @Override
  public Session session() {
    return session;
  }

  /** The request as the door took it. */
  public byte[] command() {
    return command.clone();
  }

  /**
   * Says how to cancel the statement and how far it is; both are good until it is over.
   *
   * @param progress of the engine's; any thread
   */
  public synchronized void running(Runnable cancel, Supplier<OptionalDouble> progress) {
    this.cancel = cancel;
    this.progress = progress;
  }

  /** Says that the statement is through. */
  public synchronized void succeed(HeldResult outcome) {
    result = outcome;
    end();
  }

  /** Says that the statement failed, and why. */
  public synchronized void fail(RuntimeException why) {
    failure = why;
    end();
  }

  private void end() {
    over = true;
    cancel = () -> {};
    progress = OptionalDouble::empty;
    notifyAll();
  }

  /** Stops the statement, or forbids to fetch its result; false if it is through. */
  public boolean cancel() {
    Runnable stop;
    HeldResult outcome;
    synchronized (this) {
      stop = cancel;
      outcome = result;
    }
    stop.run();
    return outcome == null || outcome.cancel();
  }

  /** Puts its expiry off; answers when it is. */
  public Instant renew() {
    polledNanos = System.nanoTime();
    return Instant.now().plus(session.resultLifetime());
  }

  /** How long nobody has asked for it. */
  synchronized long ageNanos() {
    return awaited ? 0 : System.nanoTime() - polledNanos;
  }

  /** Whether the statement is through or has failed. */
  public synchronized boolean isOver() {
    return over;
  }

  /**
   * Waits until the statement is over, or it has visibly come on since the last answer, or for so
   * long. Does not wait if somebody else does.
   *
   * @param look how often to look how far it is
   * @throws RuntimeException what the statement failed with
   */
  public Status await(Duration patience, Duration look) {
    long deadline = System.nanoTime() + patience.toNanos();
    synchronized (this) {
      boolean first = !awaited;
      awaited = true;
      try {
        long left = deadline - System.nanoTime();
        while (first && !over && left > 0 && !hasComeOn()) {
          // At least a millisecond, as nothing would mean for ever.
          TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, Math.min(left, look.toNanos())));
          left = deadline - System.nanoTime();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BackendException(Kind.UNAVAILABLE, "the server is shutting down", e);
      } finally {
        awaited = awaited && !first;
      }
      return status();
    }
  }

  // Called with the lock held, as those below.
  private boolean hasComeOn() {
    OptionalDouble now = progress.get();
    if (now.isPresent()) {
      double least = Math.min(now.getAsDouble(), RUNNING_MAX);
      known = OptionalDouble.of(Math.max(least, known.orElse(0)));
    }
    return known.isPresent()
        && (told.isEmpty() || known.getAsDouble() >= told.getAsDouble() + STEP);
  }

  private Status status() {
    if (failure != null) {
      throw failure;
    }
    told = over ? OptionalDouble.of(1) : known;
    return new Status(result, told);
  }

  @Override
  public void discard() {
    Runnable stop;
    synchronized (this) {
      stop = cancel;
    }
    stop.run();
  }
}
