package dev.flightgate.server.flight.wire;

import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Ends a call whose headers are more than {@code flight.header-bytes-max}, as HTTP/2 counts them
 * (RFC 9113, section 6.5.2). The transport refuses what is far more, in words of its own that
 * clients do not understand.
 */
public final class HeaderSize implements ServerInterceptor {

  private static final int ENTRY_BYTES = 32;

  private final int bytesMax;

  /** With that many bytes at most. */
  public HeaderSize(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** How many bytes the transport has to let pass for clients to learn of the limit. */
  public static int transportMax(int bytesMax) {
    return 2 * bytesMax;
  }

  @Override
  @SuppressWarnings("NullAway") // gRPC says of no header that it may be null.
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    long bytes = 0;
    byte[][] namesAndValues = InternalMetadata.serialize(headers);
    for (byte[] part : namesAndValues) {
      bytes += part.length;
    }
    bytes += (long) ENTRY_BYTES * namesAndValues.length / 2;
    if (bytes <= bytesMax) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.RESOURCE_EXHAUSTED.withDescription(
            "the call's headers have more than "
                + bytesMax
                + " bytes (setting flight.header-bytes-max)"),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
