package dev.flightgate.server.flight.wire;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many bytes gRPC takes of a result before its call counts as not ready. A few results at a
 * time get a queue of some batches: whoever sends and whoever writes to the socket then seldom wait
 * for each other, and each wait costs a thread's wake-up (a fifth of the throughput). Further ones
 * get a batch, so that a hundred clients that stopped reading hold little. Thread-safe.
 */
public final class SendQueue implements ServerInterceptor {

  private static final String DO_GET = "arrow.flight.protocol.FlightService/DoGet";
  private static final int FEW = 8;
  private static final int FEW_BYTES = 2 * 1024 * 1024;
  private static final int MANY_BYTES = 512 * 1024;

  private final int fewBytes;
  private final AtomicInteger results = new AtomicInteger();

  /**
   * Counts the results of one server.
   *
   * @param queryBytesMax the memory of one query, most of which stays its own
   */
  public SendQueue(long queryBytesMax) {
    fewBytes = (int) Math.max(MANY_BYTES, Math.min(FEW_BYTES, queryBytesMax / 8));
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (!call.getMethodDescriptor().getFullMethodName().equals(DO_GET)) {
      call.setOnReadyThreshold(MANY_BYTES);
      return next.startCall(call, headers);
    }
    AtomicBoolean over = new AtomicBoolean();
    call.setOnReadyThreshold(results.incrementAndGet() <= FEW ? fewBytes : MANY_BYTES);
    try {
      return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
        @Override
        public void onComplete() {
          leave(over);
          super.onComplete();
        }

        @Override
        public void onCancel() {
          leave(over);
          super.onCancel();
        }
      };
    } catch (RuntimeException | Error e) {
      leave(over);
      throw e;
    }
  }

  private void leave(AtomicBoolean over) {
    if (over.compareAndSet(false, true)) {
      results.decrementAndGet();
    }
  }
}
