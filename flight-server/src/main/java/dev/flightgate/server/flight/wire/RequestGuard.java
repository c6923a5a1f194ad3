package dev.flightgate.server.flight.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * Answers a request that is no protobuf message as the client's mistake. gRPC itself calls that an
 * unknown error of the server, as its marshaller throws where no call is at hand; so ours lets such
 * a request pass as what it is, up to here.
 */
public final class RequestGuard implements ServerInterceptor {

  /** Takes the place of a request that cannot be read. */
  private record Unreadable(Status status) {
    static Unreadable because(@Nullable String problem) {
      return new Unreadable(
          Status.INVALID_ARGUMENT.withDescription("the request cannot be read: " + problem));
    }
  }

  /**
   * The same marshaller, without the exception.
   *
   * @param bytesMax how large a message may be once it is decompressed
   */
  public static <Q> Marshaller<Q> lenient(Marshaller<Q> strict, int bytesMax) {
    return new Marshaller<>() {
      @Override
      public InputStream stream(Q request) {
        return strict.stream(request);
      }

      @Override
      @SuppressWarnings("unchecked") // The guard takes it out before anyone looks at it.
      public Q parse(InputStream stream) {
        try {
          Q request =
              strict.parse(stream.markSupported() ? stream : MessageSize.limited(stream, bytesMax));
          if (request instanceof FlightDescriptor descriptor) {
            requireKind(descriptor);
          }
          return request;
        } catch (MalformedRequestException e) {
          return (Q) Unreadable.because(e.getMessage());
        } catch (StatusRuntimeException e) {
          if (e.getCause() instanceof InvalidProtocolBufferException cause) {
            return (Q)
                (cause.getCause() instanceof MessageSize.TooLargeException
                    ? new Unreadable(MessageSize.tooLarge(bytesMax))
                    : Unreadable.because(cause.getMessage()));
          }
          throw e;
        }
      }
    };
  }

  /** flight-core takes a descriptor of no kind for an error of its own. */
  static void requireKind(FlightDescriptor descriptor) throws MalformedRequestException {
    switch (descriptor.getType()) {
      case CMD, PATH -> {}
      case UNKNOWN, UNRECOGNIZED ->
          throw new MalformedRequestException("a descriptor is neither a command nor a path");
    }
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Context context = Context.current();
    if (!call.getMethodDescriptor().getFullMethodName().equals(UploadGuard.DO_PUT)) {
      MessageSize.whenExceeded(context, status -> call.close(status, new Metadata()));
    }
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean refused;

      @Override
      public void onMessage(Q request) {
        if (MessageSize.exceeded(context) != null) {
          refused = true; // and the call ended, by whom the size was told
        } else if (request instanceof Unreadable unreadable) {
          refused = true;
          call.close(unreadable.status(), new Metadata());
        } else {
          super.onMessage(request);
        }
      }

      @Override
      public void onHalfClose() {
        if (!refused) {
          super.onHalfClose();
        }
      }
    };
  }
}
