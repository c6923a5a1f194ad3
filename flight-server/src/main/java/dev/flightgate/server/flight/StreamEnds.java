package dev.flightgate.server.flight;

import dev.flightgate.server.listener.CallEvents;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Sees each call's stream end. Only gRPC's tracers are told of every end with its status, once: a
 * call's listener is not told with what status the call ended, nor the call itself that the client
 * cancelled.
 */
final class StreamEnds extends ServerStreamTracer.Factory {

  /** What sees the end of the call that runs on this thread. */
  static final Context.Key<End> KEY = Context.key("flightgate.stream-end");

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new End();
  }

  /** Passes the end on, even if it comes before anybody wants to know. Thread-safe. */
  static final class End extends ServerStreamTracer {

    // Guarded by this.
    private @Nullable CallEvents events;
    private @Nullable Status status;

    private End() {}

    @Override
    public Context filterContext(Context context) {
      return context.withValue(KEY, this);
    }

    void tell(CallEvents call) {
      Status already;
      synchronized (this) {
        events = call;
        already = status;
      }
      if (already != null) {
        closed(call, already);
      }
    }

    @Override
    public void streamClosed(Status how) {
      CallEvents call;
      synchronized (this) {
        status = how;
        call = events;
      }
      if (call != null) {
        closed(call, how);
      }
    }

    private static void closed(CallEvents call, Status status) {
      String message = status.getDescription();
      call.closed(status.getCode().name(), message == null ? "" : message);
    }
  }
}
