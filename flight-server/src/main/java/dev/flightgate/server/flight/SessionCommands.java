package dev.flightgate.server.flight;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.session.HeldResult;
import dev.flightgate.server.session.Session;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.GetSessionOptionsResult;
import org.apache.arrow.flight.NoOpSessionOptionValueVisitor;
import org.apache.arrow.flight.RenewFlightEndpointRequest;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.SetSessionOptionsResult.ErrorValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Session options, CloseSession, CancelFlightInfo and RenewFlightEndpoint. The options are {@code
 * catalog} and {@code schema}: strings, or without a value to go back to the database's own.
 */
final class SessionCommands {

  private static final Logger log = LoggerFactory.getLogger(SessionCommands.class);
  private static final String CATALOG = "catalog";
  private static final String SCHEMA = "schema";

  private final Calls calls;

  SessionCommands(Calls calls) {
    this.calls = calls;
  }

  void setOptions(
      SetSessionOptionsRequest request, StreamListener<SetSessionOptionsResult> client) {
    Map<String, SetSessionOptionsResult.Error> errors = new HashMap<>();
    calls.answer(
        call -> {
          Session session = call.session();
          // Sorted, so that the catalog comes before the schema in it.
          new TreeMap<>(request.getSessionOptions())
              .forEach(
                  (name, value) -> {
                    ErrorValue error = setOption(session, name, value);
                    if (error != null) {
                      errors.put(name, new SetSessionOptionsResult.Error(error));
                    }
                  });
          return true;
        });
    client.onNext(new SetSessionOptionsResult(errors));
    client.onCompleted();
  }

  private static @Nullable ErrorValue setOption(
      Session session, String name, SessionOptionValue value) {
    if (!name.equals(CATALOG) && !name.equals(SCHEMA)) {
      return ErrorValue.INVALID_NAME;
    }
    if (!value.acceptVisitor(new IsTextOrEmpty())) {
      return ErrorValue.INVALID_VALUE;
    }
    String text = value.acceptVisitor(new Text());
    try {
      if (name.equals(CATALOG)) {
        session.setNamespace(text, null);
      } else {
        session.setNamespace(session.catalog().orElse(null), text);
      }
      return null;
    } catch (BackendException e) {
      log.info("session option {} refused: {}", name, e.kind());
      return e.kind() == BackendException.Kind.NOT_FOUND
          ? ErrorValue.INVALID_VALUE
          : ErrorValue.ERROR;
    }
  }

  /** Answers without making a session, as clients ask this to see whether the server lives. */
  void getOptions(StreamListener<GetSessionOptionsResult> client) {
    Map<String, SessionOptionValue> options = new HashMap<>();
    calls.answer(
        call -> {
          Optional<Session> session = call.existingSession();
          session
              .flatMap(Session::catalog)
              .ifPresent(
                  name ->
                      options.put(CATALOG, SessionOptionValueFactory.makeSessionOptionValue(name)));
          session
              .flatMap(Session::schema)
              .ifPresent(
                  name ->
                      options.put(SCHEMA, SessionOptionValueFactory.makeSessionOptionValue(name)));
          return true;
        });
    client.onNext(new GetSessionOptionsResult(options));
    client.onCompleted();
  }

  void close(StreamListener<CloseSessionResult> client) {
    calls.answer(
        call -> {
          call.existingSession().ifPresent(calls.sessions()::close);
          call.scope().forgetSession();
          return true;
        });
    client.onNext(new CloseSessionResult(CloseSessionResult.Status.CLOSED));
    client.onCompleted();
  }

  void cancel(CancelFlightInfoRequest request, StreamListener<CancelStatus> client) {
    CancelStatus status =
        calls.answer(
            call -> {
              var handle = Tickets.result(request.getInfo());
              if (handle.isEmpty()) {
                return CancelStatus.NOT_CANCELLABLE;
              }
              HeldResult result = calls.queries().result(handle.get(), call.principal());
              result.cancel();
              return CancelStatus.CANCELLED;
            });
    client.onNext(status);
    client.onCompleted();
  }

  void renew(RenewFlightEndpointRequest request, StreamListener<FlightEndpoint> client) {
    FlightEndpoint endpoint =
        calls.answer(
            call -> {
              FlightEndpoint old = request.getFlightEndpoint();
              var handle = Tickets.result(old.getTicket());
              if (handle.isEmpty()) {
                return old; // a metadata command does not expire
              }
              return Tickets.endpoint(calls.queries().result(handle.get(), call.principal()));
            });
    client.onNext(endpoint);
    client.onCompleted();
  }

  private static final class Text extends NoOpSessionOptionValueVisitor<@Nullable String> {
    @Override
    public @Nullable String visit(String value) {
      return value;
    }
  }

  private static final class IsTextOrEmpty extends NoOpSessionOptionValueVisitor<Boolean> {
    @Override
    public Boolean visit(String value) {
      return true;
    }

    @Override
    public Boolean visit(boolean value) {
      return false;
    }

    @Override
    public Boolean visit(long value) {
      return false;
    }

    @Override
    public Boolean visit(double value) {
      return false;
    }

    @Override
    public Boolean visit(String[] value) {
      return false;
    }

    @Override
    public Boolean visit(Void value) {
      return true;
    }
  }
}
