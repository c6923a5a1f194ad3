package dev.flightgate.server.flight;

import dev.flightgate.server.auth.AuthenticationException;
import dev.flightgate.server.auth.Credential;
import dev.flightgate.server.auth.Identity;
import dev.flightgate.server.auth.Login;
import dev.flightgate.server.auth.Peer;
import dev.flightgate.server.query.CallOrigin;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;

/**
 * First in the chain: lets a call pass with the identity behind its headers, or ends it as
 * UNAUTHENTICATED before anything of it is read.
 *
 * <p>An interceptor of gRPC and not of Flight, because Flight's middleware runs its own
 * authenticator last and cannot end a call it rejects with headers.
 */
final class BearerMiddleware implements ServerInterceptor {

  private static final RefusalLog log = RefusalLog.of(BearerMiddleware.class);
  static final String HANDSHAKE = "arrow.flight.protocol.FlightService/Handshake";

  private final Login login;
  private final RequestIds requests = new RequestIds();

  BearerMiddleware(Login login) {
    this.login = login;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (call.getMethodDescriptor().getFullMethodName().equals(HANDSHAKE)) {
      return next.startCall(call, headers);
    }
    CallScope scope;
    try {
      Identity identity = identify(login, headers, peer(call));
      CallOrigin origin = new CallOrigin(requests.next(), peer(call).address());
      scope = new CallScope(identity, origin, headers, login::newSessionId);
    } catch (AuthenticationException e) {
      log.info(
          "refused {} from {}: {}",
          call.getMethodDescriptor().getBareMethodName(),
          peer(call),
          e.getMessage());
      call.close(Status.UNAUTHENTICATED.withDescription(e.getMessage()), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    Context context = Context.current().withValue(CallScope.KEY, scope);
    return Contexts.interceptCall(context, new Responding<>(call, scope), headers, next);
  }

  /** Who shows the headers. */
  static Identity identify(Login login, Metadata headers, Peer peer)
      throws AuthenticationException {
    Optional<Credential> credential = Credentials.read(headers, peer);
    if (credential.isPresent()) {
      Optional<Identity> anybody = login.withoutCredential();
      return anybody.isPresent() ? anybody.get() : login.authenticate(credential.get());
    }
    return login
        .withoutCredential()
        .orElseThrow(
            () ->
                new AuthenticationException(
                    "no credentials: send 'authorization: Basic …' or 'Bearer …'"));
  }

  static Peer peer(ServerCall<?, ?> call) {
    return Peer.of(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
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
