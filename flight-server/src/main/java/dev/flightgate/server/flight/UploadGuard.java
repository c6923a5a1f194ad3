package dev.flightgate.server.flight;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps DoPut calls from holding threads for nothing. flight-core waits on a thread for the
 * descriptor, for ever if it never comes; so the call is handed on only when its first message is
 * there and carries one. And it offers {@link Upload#abort()}, which flight-core lacks for streams
 * that a client sends.
 */
final class UploadGuard implements ServerInterceptor {

  static final Context.Key<Upload> KEY = Context.key("flightgate.upload");

  private static final String DO_PUT = "arrow.flight.protocol.FlightService/DoPut";

  private final int uploadsMax;
  private final AtomicInteger uploads = new AtomicInteger();
  private final Method getDescriptor;

  /**
   * @param uploadsMax how many uploads may be under way at the same time
   */
  UploadGuard(int uploadsMax) {
    this.uploadsMax = uploadsMax;
    try {
      // The class is package-private, its method public; no other way leads to a message's
      // descriptor.
      this.getDescriptor =
          Class.forName("org.apache.arrow.flight.ArrowMessage").getMethod("getDescriptor");
      getDescriptor.setAccessible(true);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this flight-core has no ArrowMessage.getDescriptor", e);
    }
  }

  /** An upload under way. */
  interface Upload {
    /**
     * Ends the upload from our side: who waits for its next batch gets an exception. Any thread.
     */
    void abort();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (!call.getMethodDescriptor().getFullMethodName().equals(DO_PUT)) {
      return next.startCall(call, headers);
    }
    call.request(1);
    return new Guarded<>(call, headers, next);
  }

  private boolean hasDescriptor(Object message) {
    try {
      return getDescriptor.invoke(message) != null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("ArrowMessage.getDescriptor failed", e);
    }
  }

  private final class Guarded<Q, A> extends ServerCall.Listener<Q> implements Upload {

    private final ServerCall<Q, A> call;
    private final Metadata headers;
    private final ServerCallHandler<Q, A> next;
    private ServerCall.@Nullable Listener<Q> delegate;
    private boolean over;

    Guarded(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      this.call = call;
      this.headers = headers;
      this.next = next;
    }

    @Override
    public synchronized void onMessage(Q message) {
      if (over) {
        free(message);
        return;
      }
      if (delegate == null) {
        if (!hasDescriptor(message)) {
          free(message);
          refuse(Status.INVALID_ARGUMENT, "the first message of a DoPut must carry a descriptor");
          return;
        }
        if (uploads.incrementAndGet() > uploadsMax) {
          uploads.decrementAndGet();
          free(message);
          refuse(
              Status.RESOURCE_EXHAUSTED,
              uploadsMax + " uploads are under way (settings queries.running-max, queue-max)");
          return;
        }
        delegate = begin(message);
      }
      delegate.onMessage(message);
    }

    /** Hands the call on; on failure, which ends the call, the upload no longer counts. */
    private ServerCall.Listener<Q> begin(Q message) {
      Context context = Context.current().withValue(KEY, this);
      try {
        return Contexts.interceptCall(context, call, headers, next);
      } catch (RuntimeException | Error e) {
        over = true;
        uploads.decrementAndGet();
        free(message);
        throw e;
      }
    }

    @Override
    public synchronized void onHalfClose() {
      if (delegate != null && !over) {
        delegate.onHalfClose();
      } else if (delegate == null && !over) {
        refuse(Status.INVALID_ARGUMENT, "the DoPut ended before its first message");
      }
    }

    @Override
    public synchronized void onCancel() {
      end();
    }

    @Override
    public synchronized void onComplete() {
      if (delegate != null && !over) {
        uploads.decrementAndGet();
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
      if (delegate != null && !over) {
        uploads.decrementAndGet();
        delegate.onCancel();
      }
      over = true;
    }

    private void refuse(Status status, String why) {
      over = true;
      call.close(status.withDescription(why), new Metadata());
    }
  }

  private static void free(Object message) {
    try {
      ((AutoCloseable) message).close();
    } catch (Exception e) {
      throw new IllegalStateException("an upload's message could not be freed", e);
    }
  }
}
