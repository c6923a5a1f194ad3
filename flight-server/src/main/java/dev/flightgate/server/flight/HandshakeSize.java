package dev.flightgate.server.flight;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of each Handshake as they arrive, because whoever calls it is not known yet and
 * gRPC would collect a message as large as an upload's before it hands it on.
 */
final class HandshakeSize extends ServerStreamTracer.Factory {

  static final int BYTES_MAX = 64 * 1024;

  private static final Context.Key<Meter> KEY = Context.key("flightgate.handshake");
  private static final ServerStreamTracer NONE = new ServerStreamTracer() {};

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return method.equals(BearerMiddleware.HANDSHAKE) ? new Meter() : NONE;
  }

  /** Runs the action, on any thread, once the handshake of this context has sent too much. */
  static void whenExceeded(Context context, Runnable action) {
    Meter meter = KEY.get(context);
    if (meter != null) {
      meter.whenExceeded(action);
    }
  }

  private static final class Meter extends ServerStreamTracer {

    private long bytes;
    private @Nullable Runnable action;

    @Override
    public Context filterContext(Context context) {
      return context.withValue(KEY, this);
    }

    @Override
    public void inboundWireSize(long more) {
      Runnable due;
      synchronized (this) {
        bytes += more;
        due = bytes > BYTES_MAX ? action : null;
      }
      if (due != null) {
        due.run();
      }
    }

    synchronized void whenExceeded(Runnable due) {
      action = due;
    }
  }
}
