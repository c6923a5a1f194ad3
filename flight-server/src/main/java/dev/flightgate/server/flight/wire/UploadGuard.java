package dev.flightgate.server.flight.wire;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps DoPut calls from holding threads for nothing. flight-core waits on a thread for the
 * descriptor, for ever if it never comes; so the call is handed on only when its first message is
 * there and carries one. What is malformed never reaches flight-core, which would answer it with an
 * unknown error, or not at all. And it offers {@link Upload#abort()}, which flight-core lacks for
 * streams that a client sends.
 */
public final class UploadGuard implements ServerInterceptor {

  /** Where the work of a DoPut finds its upload. */
  public static final Context.Key<Upload> KEY = Context.key("flightgate.upload");

  private static final String DO_EXCHANGE = "arrow.flight.protocol.FlightService/DoExchange";

  /** The full name of the method that is guarded. */
  public static final String DO_PUT = "arrow.flight.protocol.FlightService/DoPut";

  private final UploadPlaces places;
  private final Supplier<?> caller;
  private final Duration idleTimeout;
  private final ScheduledExecutorService timer;
  private final BufferAllocator allocator;

  /**
   * @param places for the uploads under way
   * @param caller who makes the call that is on this thread
   * @param idleTimeout how long the first message may take
   * @param timer for that; owned by the caller
   * @param allocator the one that uploads are read with
   */
  public UploadGuard(
      UploadPlaces places,
      Supplier<?> caller,
      Duration idleTimeout,
      ScheduledExecutorService timer,
      BufferAllocator allocator) {
    this.places = places;
    this.caller = caller;
    this.idleTimeout = idleTimeout;
    this.timer = timer;
    this.allocator = allocator;
  }

  /** An upload under way. */
  public interface Upload {
    /**
     * Ends the upload from our side: who waits for its next batch gets an exception. Any thread.
     */
    void abort();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    if (method.equals(DO_EXCHANGE)) {
      call.close(Status.UNIMPLEMENTED.withDescription("DoExchange is not offered"), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    if (!method.equals(DO_PUT)) {
      return next.startCall(call, headers);
    }
    Guarded<Q, A> upload = new Guarded<>(call, headers, next, caller.get());
    call.request(1);
    upload.awaitFirst();
    return upload;
  }

  private final class Guarded<Q, A> extends ServerCall.Listener<Q> implements Upload {

    private final ServerCall<Q, A> call;
    private final Metadata headers;
    private final ServerCallHandler<Q, A> next;
    private final UploadShape shape = new UploadShape(allocator);
    private final AtomicBoolean closed = new AtomicBoolean();
    private ServerCall.@Nullable Listener<Q> delegate;
    private final Object user;
    private @Nullable Future<?> firstDue;
    private boolean over;

    Guarded(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next, Object user) {
      this.call = call;
      this.headers = headers;
      this.next = next;
      this.user = user;
    }

    /** Ends the call if its first message does not come. */
    synchronized void awaitFirst() {
      firstDue = timer.schedule(this::tooLate, idleTimeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    private synchronized void tooLate() {
      if (delegate == null && !over) {
        fail(
            Status.DEADLINE_EXCEEDED,
            "the upload sent nothing for longer than "
                + idleTimeout.toMillis() / 1000.0
                + " s (setting queries.upload-idle-timeout) and was ended");
      }
    }

    private void firstCame() {
      if (firstDue != null) {
        firstDue.cancel(false);
        firstDue = null;
      }
    }

    @Override
    public synchronized void onMessage(Q request) {
      UploadMessage message = (UploadMessage) request;
      firstCame();
      if (over) {
        message.free();
        return;
      }
      Status tooLarge = MessageSize.exceeded(Context.current());
      if (tooLarge != null) {
        message.free();
        fail(tooLarge, String.valueOf(tooLarge.getDescription()));
        return;
      }
      try {
        if (message.problem() != null) {
          throw new MalformedRequestException(message.problem());
        }
        if (delegate == null && !message.hasDescriptor()) {
          throw new MalformedRequestException(
              "the first message of a DoPut must carry a descriptor");
        }
        shape.next(message);
      } catch (MalformedRequestException e) {
        message.free();
        fail(
            message.isExhausted() ? Status.RESOURCE_EXHAUSTED : Status.INVALID_ARGUMENT,
            String.valueOf(e.getMessage()));
        return;
      } catch (UnsupportedUploadException e) {
        message.free();
        fail(Status.UNIMPLEMENTED, String.valueOf(e.getMessage()));
        return;
      }
      if (delegate == null && !start()) {
        message.free();
        return;
      }
      hand(message);
    }

    private boolean start() {
      String full = places.enter(user);
      if (full != null) {
        fail(Status.RESOURCE_EXHAUSTED, full);
        return false;
      }
      Context context = Context.current().withValue(KEY, this);
      try {
        delegate = Contexts.interceptCall(context, new Answering(), headers, next);
        return true;
      } catch (RuntimeException | Error e) {
        over = true;
        places.leave(user);
        throw e;
      }
    }

    /** Gives a message to flight-core, whose form it has underneath. */
    @SuppressWarnings("unchecked")
    private void hand(UploadMessage message) {
      ServerCall.Listener<Q> flightCore = Objects.requireNonNull(delegate);
      try {
        flightCore.onMessage((Q) Objects.requireNonNull(message.content()));
      } catch (RuntimeException e) {
        if (e instanceof OutOfMemoryException) {
          fail(Status.RESOURCE_EXHAUSTED, UploadMessage.NO_MEMORY);
          return;
        }
        // A schema that is one, but of types that no vector has.
        fail(Status.INVALID_ARGUMENT, "the upload cannot be read: " + e.getMessage());
      }
    }

    @Override
    public synchronized void onHalfClose() {
      if (delegate != null && !over) {
        delegate.onHalfClose();
      } else if (delegate == null && !over) {
        fail(Status.INVALID_ARGUMENT, "the DoPut ended before its first message");
      }
    }

    @Override
    public synchronized void onCancel() {
      end();
    }

    @Override
    public synchronized void onComplete() {
      if (delegate != null && !over) {
        places.leave(user);
        delegate.onComplete();
      }
      over = true;
    }

    @Override
    public synchronized void onReady() {
      if (delegate != null && !over) {
        delegate.onReady();
      }
    }

    @Override
    public void abort() {
      end();
    }

    private synchronized void end() {
      firstCame();
      if (delegate != null && !over) {
        places.leave(user);
        delegate.onCancel();
      }
      over = true;
    }

    /** Ends the call, first for the client, then for who waits for more of it. */
    private void fail(Status status, String why) {
      if (closed.compareAndSet(false, true)) {
        call.close(status.withDescription(why), new Metadata());
      }
      end();
    }

    /** The call as flight-core answers it, unless it has already been answered here. */
    private final class Answering extends SimpleForwardingServerCall<Q, A> {

      Answering() {
        super(call);
      }

      @Override
      public void sendHeaders(Metadata answer) {
        if (!closed.get()) {
          super.sendHeaders(answer);
        }
      }

      @Override
      public void sendMessage(A answer) {
        if (!closed.get()) {
          super.sendMessage(answer);
        }
      }

      @Override
      public void close(Status status, Metadata trailers) {
        if (closed.compareAndSet(false, true)) {
          super.close(status, trailers);
        }
      }
    }
  }
}
