package dev.flightgate.server.flight;

import dev.flightgate.server.auth.AuthenticationException;
import dev.flightgate.server.auth.Identity;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Lets a call pass with the identity behind its headers, or ends it as UNAUTHENTICATED before
 * anything of it is read. All that comes before it in the chain is the call's name and thread. Only
 * the handshake and the questions of the health service need no credentials.
 *
 * <p>An interceptor of gRPC and not of Flight, because Flight's middleware runs its own
 * authenticator last and cannot end a call it rejects with headers.
 */
final class BearerMiddleware implements ServerInterceptor {

  private static final RefusalLog log = RefusalLog.of(BearerMiddleware.class);
  static final String HANDSHAKE = "arrow.flight.protocol.FlightService/Handshake";

  private final Callers callers;

  BearerMiddleware(Callers callers) {
    this.callers = callers;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    if (method.equals(HANDSHAKE) || HealthService.METHODS.contains(method)) {
      return next.startCall(call, headers);
    }
    NamedCall named = NamedCall.current();
    CallScope scope;
    try {
      Identity identity = callers.identify(call, headers);
      named.authenticated(identity, () -> callers.credential(call, headers));
      scope = new CallScope(identity, named, headers, callers.login()::newSessionId);
    } catch (AuthenticationException e) {
      callers.login().refused();
      named.refused(() -> callers.credential(call, headers), Callers.reason(e));
      log.info(
          "refused {} from {}: {}",
          call.getMethodDescriptor().getBareMethodName(),
          Callers.peer(call),
          e.getMessage());
      call.close(Callers.status(e), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    Context context = Context.current().withValue(CallScope.KEY, scope);
    return Contexts.interceptCall(context, new Responding<>(call, scope), headers, next);
  }

  /** Adds the scope's headers to the response, or to the trailers where there are no headers. */
  private static final class Responding<Q, A> extends SimpleForwardingServerCall<Q, A> {

    private final CallScope scope;
    private boolean headersSent;

    Responding(ServerCall<Q, A> call, CallScope scope) {
      super(call);
      this.scope = scope;
    }

    @Override
    public void sendHeaders(Metadata responseHeaders) {
      headersSent = true;
      scope.respond(responseHeaders);
      super.sendHeaders(responseHeaders);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!headersSent) {
        scope.respond(trailers);
      }
      super.close(status, trailers);
    }
  }
}
