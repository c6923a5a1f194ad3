package dev.flightgate.server.flight;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which thread a call is taken on. A call with one request is taken and read on the transport's
 * thread, which has the request at hand, and goes to a call thread when that is there: a call
 * thread from the beginning would have to ask the transport for the request, and be woken twice.
 *
 * <p>Uploads, whose reading is work, and passwords, which an authenticator may have to ask others
 * about, are on call threads from the beginning. As an interceptor this is the first of all, so
 * that whatever comes after the request is in order and on call threads. Thread-safe.
 */
final class CallThreads implements ServerCallExecutorSupplier, ServerInterceptor {

  private static final Logger log = LoggerFactory.getLogger(CallThreads.class);

  private final Executor callPool;

  /**
   * @param callPool must not refuse tasks
   */
  CallThreads(Executor callPool) {
    this.callPool = callPool;
  }

  @Override
  public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
    return isReadAtOnce(call, headers) ? Runnable::run : callPool;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    ServerCall.Listener<Q> taken = next.startCall(call, headers);
    return isReadAtOnce(call, headers) ? new HandOver<>(call, taken, callPool) : taken;
  }

  private static boolean isReadAtOnce(ServerCall<?, ?> call, Metadata headers) {
    MethodDescriptor.MethodType type = call.getMethodDescriptor().getType();
    return type.clientSendsOneMessage() && !Credentials.isPassword(headers);
  }

  /**
   * Passes a call on to a call thread once its request is there. What comes later is told there as
   * long as that thread works, and on the transport's own afterwards: readiness and cancels, which
   * only wake others.
   */
  private static final class HandOver<Q> extends ServerCall.Listener<Q> {

    private final ServerCall<Q, ?> call;
    private final ServerCall.Listener<Q> taken;
    private final Executor callPool;
    private final Context context = Context.current();

    // Guarded by this.
    private final Queue<Runnable> events = new ArrayDeque<>();
    private boolean working;

    HandOver(ServerCall<Q, ?> call, ServerCall.Listener<Q> taken, Executor callPool) {
      this.call = call;
      this.taken = taken;
      this.callPool = callPool;
    }

    @Override
    public void onMessage(Q request) {
      taken.onMessage(request);
    }

    @Override
    public void onHalfClose() {
      synchronized (this) {
        events.add(taken::onHalfClose);
        working = true;
      }
      callPool.execute(context.wrap(this::work));
    }

    @Override
    public void onReady() {
      pass(taken::onReady);
    }

    @Override
    public void onCancel() {
      pass(taken::onCancel);
    }

    @Override
    public void onComplete() {
      pass(taken::onComplete);
    }

    private void pass(Runnable event) {
      synchronized (this) {
        if (working) {
          events.add(event);
          return;
        }
      }
      event.run();
    }

    /** Tells of the events one after the other. */
    private void work() {
      for (Runnable event = next(); event != null; event = next()) {
        try {
          event.run();
        } catch (Throwable failure) {
          fail(failure);
        }
      }
    }

    private synchronized @Nullable Runnable next() {
      Runnable event = events.poll();
      working = event != null;
      return event;
    }

    /** As gRPC does on its own threads. */
    private void fail(Throwable failure) {
      Status status =
          Status.UNKNOWN.withDescription("Application error processing RPC").withCause(failure);
      try {
        call.close(status, new Metadata());
      } catch (IllegalStateException closedAlready) {
        failure.addSuppressed(closedAlready);
      }
      log.error("a call failed outside of its commands", failure);
    }
  }
}
