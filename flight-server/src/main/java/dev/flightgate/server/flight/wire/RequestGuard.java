package dev.flightgate.server.flight.wire;

import com.google.protobuf.InvalidProtocolBufferException;
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

/**
 * Answers a request that is no protobuf message as the client's mistake. gRPC itself calls that an
 * unknown error of the server, as its marshaller throws where no call is at hand; so ours lets such
 * a request pass as what it is, up to here.
 */
public final class RequestGuard implements ServerInterceptor {

  /** Takes the place of a request that cannot be read. */
  private record Unreadable(String problem) {}

  /** The same marshaller, without the exception. */
  public static <Q> Marshaller<Q> lenient(Marshaller<Q> strict) {
    return new Marshaller<>() {
      @Override
      public InputStream stream(Q request) {
        return strict.stream(request);
      }

      @Override
      @SuppressWarnings("unchecked") // The guard takes it out before anyone looks at it.
      public Q parse(InputStream stream) {
        try {
          Q request = strict.parse(stream);
          if (request instanceof FlightDescriptor descriptor) {
            requireKind(descriptor);
          }
          return request;
        } catch (MalformedRequestException e) {
          return (Q) new Unreadable(String.valueOf(e.getMessage()));
        } catch (StatusRuntimeException e) {
          if (e.getCause() instanceof InvalidProtocolBufferException cause) {
            return (Q) new Unreadable(String.valueOf(cause.getMessage()));
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
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean refused;

      @Override
      public void onMessage(Q request) {
        if (request instanceof Unreadable unreadable) {
          refused = true;
          String why = "the request cannot be read: " + unreadable.problem();
          call.close(Status.INVALID_ARGUMENT.withDescription(why), new Metadata());
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
