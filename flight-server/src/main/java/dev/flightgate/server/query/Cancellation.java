package dev.flightgate.server.query;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.OutOfServerMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one way to stop a call's work, whoever wants it stopped. The first reason sticks and is what
 * the client is told. Thread-safe; closed by whoever made it when the call's work is over.
 */
public final class Cancellation implements AutoCloseable {

  /**
   * How often the engine is told again: a cancel that arrives between two of its phases can be
   * lost.
   */
  private static final Duration REPEAT = Duration.ofMillis(25);

  /** Why work is stopped. */
  public enum Reason {
    /** The client went away or cancelled its call. */
    CLIENT_GONE,
    /** The client asked for it by name: CancelFlightInfo. */
    REQUESTED,
    /** The statement took longer than {@code queries.timeout}. */
    TIMED_OUT,
    /** An upload sent nothing for longer than {@code queries.upload-idle-timeout}. */
    UPLOAD_IDLE,
    /** An administrator asked for it. */
    ADMINISTRATOR,
    /** The server is shutting down. */
    SHUTDOWN
  }

  private final CallOrigin origin;
  private final ScheduledExecutorService timer;
  private final Consumer<Cancellation> onClose;
  private final List<Runnable> listeners = new ArrayList<>();
  private final List<Future<?>> scheduled = new ArrayList<>();
  private @Nullable Reason reason;
  private @Nullable BackendSession target;
  private @Nullable Duration timeout;
  private @Nullable Duration uploadIdle;
  private @Nullable Future<?> deadline;
  private @Nullable Thread waiter;
  private volatile @Nullable Runnable whenBegun;
  private volatile boolean closed;

  Cancellation(CallOrigin origin, ScheduledExecutorService timer, Consumer<Cancellation> onClose) {
    this.origin = origin;
    this.timer = timer;
    this.onClose = onClose;
  }

  /** The call whose work it stops. */
  public CallOrigin origin() {
    return origin;
  }

  /** Why the work is stopped; null if it is not. */
  public synchronized @Nullable Reason reason() {
    return reason;
  }

  /** Stops the work, now or as soon as it begins. Idempotent, any thread. */
  public void cancel(Reason why) {
    List<Runnable> toTell;
    synchronized (this) {
      if (reason != null || closed) {
        return;
      }
      reason = why;
      interrupt();
      if (waiter != null) {
        waiter.interrupt();
      }
      toTell = List.copyOf(listeners);
    }
    toTell.forEach(Runnable::run);
  }

  /** Runs the listener on cancel, at once if that has happened. It must not block. */
  public void onCancel(Runnable listener) {
    synchronized (this) {
      if (reason == null) {
        listeners.add(listener);
        return;
      }
    }
    listener.run();
  }

  /** Cancels with {@link Reason#TIMED_OUT} after this long. */
  public synchronized void deadline(Duration after) {
    if (!closed) {
      timeout = after;
      deadline =
          timer.schedule(() -> cancel(Reason.TIMED_OUT), after.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Forgets the deadline, for work that waits for its client. */
  synchronized void clearDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  /** Has a cancel of this cancel the other, with the same reason. */
  void passOnTo(Cancellation other) {
    onCancel(
        () -> {
          Reason why;
          synchronized (this) {
            why = reason;
          }
          if (why != null) {
            other.cancel(why);
          }
        });
  }

  /** How much of what runs now is done, as {@link BackendSession#progress} says. Any thread. */
  synchronized OptionalDouble progress() {
    return target == null ? OptionalDouble.empty() : target.progress();
  }

  /**
   * Waits for the client's next message, and cancels with {@link Reason#UPLOAD_IDLE} if it takes
   * longer.
   */
  <T> T withinIdle(Duration limit, Supplier<T> wait) {
    synchronized (this) {
      uploadIdle = limit;
    }
    Future<?> end =
        timer.schedule(() -> cancel(Reason.UPLOAD_IDLE), limit.toNanos(), TimeUnit.NANOSECONDS);
    try {
      return wait.get();
    } finally {
      end.cancel(false);
    }
  }

  /** Waits for something on this thread; a cancel interrupts the wait. */
  <T> T interruptibly(Supplier<T> wait) {
    synchronized (this) {
      check();
      waiter = Thread.currentThread();
    }
    try {
      return wait.get();
    } finally {
      synchronized (this) {
        waiter = null;
        if (reason != null) {
          Thread.interrupted(); // ours, and of no use to what the thread does next
        }
      }
    }
  }

  /** Whether somebody wants the work stopped. */
  public synchronized boolean isCancelled() {
    return reason != null;
  }

  /** Whether the call's work is over, so that a cancel does nothing; waits for no lock. */
  public boolean isClosed() {
    return closed;
  }

  /** Throws what the client is told, if the work is to stop. */
  public void check() {
    BackendException failure = failure(null);
    if (failure != null) {
      throw failure;
    }
  }

  /** Says what is to be done when the work that waited for its turn begins. */
  void whenBegun(Runnable listener) {
    whenBegun = listener;
  }

  /** Says that the work has its turn. */
  void begun() {
    Runnable listener = whenBegun;
    if (listener != null) {
      listener.run();
    }
  }

  /** Names the backend session that works now. */
  synchronized void attach(BackendSession session) {
    target = session;
    if (reason != null) {
      interrupt();
    }
  }

  /** Says that the backend session is through; it can be used for other work afterwards. */
  void detach() {
    BackendSession session;
    synchronized (this) {
      session = target;
      target = null;
    }
    if (session != null) {
      session.clearCancel();
    }
  }

  /** The exception that the client is told: ours if the work was cancelled, else the given one. */
  public RuntimeException explain(RuntimeException failure) {
    BackendException ours = failure(failure);
    if (ours != null) {
      return ours;
    }
    if (OutOfServerMemory.is(failure)) {
      return OutOfServerMemory.explained(failure);
    }
    if (failure instanceof org.apache.arrow.memory.OutOfMemoryException) {
      return new BackendException(
          Kind.EXHAUSTED,
          "the query needs more memory at once than a query may have (setting queries.bytes-max)",
          failure);
    }
    return failure;
  }

  private synchronized @Nullable BackendException failure(@Nullable Throwable cause) {
    if (reason == null) {
      return null;
    }
    return switch (reason) {
      case CLIENT_GONE -> new BackendException(Kind.CANCELLED, "the client cancelled", cause);
      case REQUESTED ->
          new BackendException(Kind.CANCELLED, "the query was cancelled on request", cause);
      case ADMINISTRATOR ->
          new BackendException(Kind.CANCELLED, "an administrator cancelled the statement", cause);
      case TIMED_OUT ->
          new BackendException(
              Kind.TIMED_OUT,
              "the statement took longer than "
                  + seconds(timeout)
                  + " (setting queries.timeout) and was stopped",
              cause);
      case UPLOAD_IDLE ->
          new BackendException(
              Kind.TIMED_OUT,
              "the upload sent nothing for longer than "
                  + seconds(uploadIdle)
                  + " (setting queries.upload-idle-timeout) and was ended",
              cause);
      case SHUTDOWN -> new BackendException(Kind.UNAVAILABLE, "the server is shutting down", cause);
    };
  }

  private static String seconds(@Nullable Duration limit) {
    return limit == null ? "allowed" : limit.toMillis() / 1000.0 + " s";
  }

  // Called with the lock held.
  private void interrupt() {
    if (target != null && !closed) {
      target.cancel();
      scheduled.add(timer.schedule(this::interruptAgain, REPEAT.toNanos(), TimeUnit.NANOSECONDS));
    }
  }

  private synchronized void interruptAgain() {
    interrupt();
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      listeners.clear();
      clearDeadline();
      scheduled.forEach(future -> future.cancel(false));
      scheduled.clear();
    }
    onClose.accept(this);
  }
}
