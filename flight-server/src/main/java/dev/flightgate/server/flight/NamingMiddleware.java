package dev.flightgate.server.flight;

import dev.flightgate.server.listener.CallEvents;
import dev.flightgate.server.listener.ConnectionEvents;
import dev.flightgate.server.query.CallOrigin;
import dev.flightgate.server.query.LogContext;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * First of all: names the call, has the client told that name whatever comes of the call, and tells
 * listeners of the call. What the client itself calls it is not looked at: it could be the name of
 * another's.
 */
final class NamingMiddleware implements ServerInterceptor {

  /** The call's name in the server's log, audit and hooks. */
  static final Metadata.Key<String> REQUEST_ID =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

  private final RequestIds requests = new RequestIds();

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    CallOrigin origin = new CallOrigin(requests.next(), Callers.peer(call).address());
    CallEvents events = begin(call, headers, origin);
    NamedCall named = new NamedCall(origin, events);
    Context context = Context.current().withValue(NamedCall.KEY, named);
    boolean taken = false;
    try (LogContext.Scope log = new LogContext(origin.requestId(), null).enter()) {
      ServerCall.Listener<Q> listener =
          Contexts.interceptCall(context, new Answer<>(call, named), headers, next);
      taken = true;
      return events.isTold() ? new Handling<>(listener, events) : listener;
    } finally {
      if (!taken) {
        events.leave();
      }
    }
  }

  private static CallEvents begin(ServerCall<?, ?> call, Metadata headers, CallOrigin origin) {
    ConnectionEvents connection = call.getAttributes().get(ConnectionFilter.KEY);
    StreamEnds.End end = StreamEnds.KEY.get();
    if (connection == null || end == null) {
      return CallEvents.NONE;
    }
    CallEvents events =
        connection.call(
            origin.requestId(),
            call.getMethodDescriptor().getFullMethodName(),
            ShownHeaders.of(headers));
    end.tell(events);
    return events;
  }

  /** Has the handling leave the events when gRPC has told it of the call's end. */
  private static final class Handling<Q> extends SimpleForwardingServerCallListener<Q> {

    private final CallEvents events;

    Handling(ServerCall.Listener<Q> listener, CallEvents events) {
      super(listener);
      this.events = events;
    }

    @Override
    public void onCancel() {
      try {
        super.onCancel();
      } finally {
        events.leave();
      }
    }

    @Override
    public void onComplete() {
      try {
        super.onComplete();
      } finally {
        events.leave();
      }
    }
  }

  /** Adds the name to the headers, or to the trailers where there are no headers. */
  private static final class Answer<Q, A> extends SimpleForwardingServerCall<Q, A> {

    private final NamedCall named;
    private boolean headersSent;

    Answer(ServerCall<Q, A> call, NamedCall named) {
      super(call);
      this.named = named;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      headersSent = true;
      name(headers);
      super.sendHeaders(headers);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!headersSent) {
        name(trailers);
      }
      super.close(status, trailers);
    }

    private void name(Metadata headers) {
      headers.put(REQUEST_ID, named.origin().requestId());
      if (named.events().isTold()) {
        named.events().responding(new AddedHeaders(headers));
      }
    }
  }
}
