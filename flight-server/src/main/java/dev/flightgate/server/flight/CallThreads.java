package dev.flightgate.server.flight;

import dev.flightgate.server.query.LogContext;
import io.grpc.Codec;
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
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which thread a call is taken on. A call with one request is taken and read on the transport's
 * thread, which has the request at hand, and goes to a call thread when that is there: a call
 * thread from the beginning would have to ask the transport for the request, and be woken twice.
 *
 * <p>Uploads and compressed requests, whose reading is work, and credentials that an authenticator
 * may have to ask others about, are on call threads from the beginning. As an interceptor this is
 * the first of all, so that whatever comes after the request is in order and on call threads.
 * Thread-safe.
 */
final class CallThreads implements ServerCallExecutorSupplier, ServerInterceptor {

  private static final Logger log = LoggerFactory.getLogger(CallThreads.class);

  private static final Metadata.Key<String> ENCODING =
      Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);

  private final Executor callPool;
  private final BiPredicate<ServerCall<?, ?>, Metadata> blocks;

  /**
   * @param callPool calls end with RESOURCE_EXHAUSTED whose tasks it refuses
   * @param blocks whether telling who calls may wait
   */
  CallThreads(Executor callPool, BiPredicate<ServerCall<?, ?>, Metadata> blocks) {
    this.callPool = callPool;
    this.blocks = blocks;
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

  private boolean isReadAtOnce(ServerCall<?, ?> call, Metadata headers) {
    MethodDescriptor.MethodType type = call.getMethodDescriptor().getType();
    return type.clientSendsOneMessage() && !isCompressed(headers) && !blocks.test(call, headers);
  }

  private static boolean isCompressed(Metadata headers) {
    String encoding = headers.get(ENCODING);
    return encoding != null && !encoding.equals(Codec.Identity.NONE.getMessageEncoding());
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
    private final LogContext logged = LogContext.current();

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
      try {
        callPool.execute(context.wrap(this::work));
      } catch (Throwable noThread) { // thrown on, it would end the connection, and others' calls
        refuse(noThread);
      }
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
      try (LogContext.Scope log = logged.enter()) {
        for (Runnable event = next(); event != null; event = next()) {
          try {
            event.run();
          } catch (Throwable failure) {
            fail(failure);
          }
        }
      }
    }

    private synchronized @Nullable Runnable next() {
      Runnable event = events.poll();
      working = event != null;
      return event;
    }

    /** Ends the call without its answer, and tells what came meanwhile on this thread. */
    private void refuse(Throwable noThread) {
      synchronized (this) {
        events.remove(); // that the request is there: nobody will answer it
      }
      String again = "the server has no thread left for the call: try again later";
      close(Status.RESOURCE_EXHAUSTED.withDescription(again), noThread);
      log.warn("a call was refused, as there is no thread left for it: {}", noThread.toString());
      work();
    }

    /** As gRPC does on its own threads. */
    private void fail(Throwable failure) {
      close(Status.UNKNOWN.withDescription("Application error processing RPC"), failure);
      log.error("a call failed outside of its commands", failure);
    }

    private void close(Status status, Throwable cause) {
      try {
        call.close(status.withCause(cause), new Metadata());
      } catch (IllegalStateException closedAlready) {
        cause.addSuppressed(closedAlready);
      }
    }
  }
}
