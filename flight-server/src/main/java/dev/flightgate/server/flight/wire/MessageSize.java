package dev.flightgate.server.flight.wire;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of each message as they arrive, so that a call can be ended with a reason once
 * they are more than {@code flight.message-bytes-max}. gRPC has a limit too, but past it resets the
 * stream of an upload without saying why; so does this where a message is far too large.
 */
public final class MessageSize extends ServerStreamTracer.Factory {

  /**
   * How much too large a message may be for its client to be told so: beyond that its stream is
   * reset, and what came is dropped.
   */
  private static final int GRACE_BYTES = 32 << 20;

  private static final Context.Key<Meter> KEY = Context.key("flightgate.message-size");

  private final int bytesMax;
  private final Executor executor;

  /**
   * @param executor where calls are ended, as the transport's thread must not wait
   */
  public MessageSize(int bytesMax, Executor executor) {
    this.bytesMax = bytesMax;
    this.executor = executor;
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new Meter(bytesMax, executor);
  }

  /** Has the call of this context ended so once a message of it is too large. */
  static void whenExceeded(Context context, Consumer<Status> end) {
    Meter meter = KEY.get(context);
    if (meter != null) {
      meter.whenExceeded(end);
    }
  }

  /** What to end the call of this context with, if a message of it is too large; else null. */
  static @Nullable Status exceeded(Context context) {
    Meter meter = KEY.get(context);
    return meter != null && meter.isExceeded() ? tooLarge(meter.bytesMax) : null;
  }

  /** What the client is told. */
  static Status tooLarge(int bytesMax) {
    return Status.RESOURCE_EXHAUSTED.withDescription(problem(bytesMax));
  }

  static String problem(int bytesMax) {
    return "a message has more than "
        + bytesMax
        + " bytes (setting flight.message-bytes-max): send smaller ones, such as batches of fewer"
        + " rows";
  }

  /** The same bytes, of a message that was compressed, but no more than a message may have. */
  static InputStream limited(InputStream decompressed, int bytesMax) {
    return new Limited(decompressed, bytesMax);
  }

  private static final class Meter extends ServerStreamTracer {

    private final int bytesMax;
    private final Executor executor;

    // Guarded by this.
    private long bytes;
    private @Nullable Consumer<Status> end;
    private boolean exceeded;
    private boolean ended;

    Meter(int bytesMax, Executor executor) {
      this.bytesMax = bytesMax;
      this.executor = executor;
    }

    @Override
    public Context filterContext(Context context) {
      return context.withValue(KEY, this);
    }

    @Override
    public synchronized void inboundMessage(int number) {
      bytes = 0;
    }

    @Override
    public void inboundWireSize(long more) {
      synchronized (this) {
        bytes += more;
        exceeded |= bytes > bytesMax;
        if (bytes > (long) bytesMax + GRACE_BYTES) {
          throw tooLarge(bytesMax).asRuntimeException();
        }
      }
      endIfExceeded();
    }

    void whenExceeded(Consumer<Status> how) {
      synchronized (this) {
        end = how;
      }
      endIfExceeded();
    }

    synchronized boolean isExceeded() {
      return exceeded;
    }

    private void endIfExceeded() {
      Consumer<Status> how;
      synchronized (this) {
        how = end;
        if (how == null || ended || !exceeded) {
          return;
        }
        ended = true;
      }
      executor.execute(() -> how.accept(tooLarge(bytesMax)));
    }
  }

  /** Ends with an exception where a message would be too large. */
  private static final class Limited extends FilterInputStream {

    private final int bytesMax;
    private long bytes;

    Limited(InputStream in, int bytesMax) {
      super(in);
      this.bytesMax = bytesMax;
    }

    @Override
    public int read() throws IOException {
      int next = super.read();
      count(next < 0 ? 0 : 1);
      return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int some = super.read(buffer, offset, length);
      count(Math.max(some, 0));
      return some;
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    private void count(int more) throws IOException {
      bytes += more;
      if (bytes > bytesMax) {
        throw new TooLargeException(problem(bytesMax));
      }
    }
  }

  /** A message is too large. */
  static final class TooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    TooLargeException(String message) {
      super(message);
    }
  }
}
