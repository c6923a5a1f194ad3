package dev.flightgate.server.flight;

import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.GetSessionOptionsResult;
import org.apache.arrow.flight.RenewFlightEndpointRequest;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;

/** Session options, CloseSession, CancelFlightInfo and RenewFlightEndpoint. */
final class SessionCommands {

  private final Calls calls;

  SessionCommands(Calls calls) {
    this.calls = calls;
  }

  void setOptions(
      SetSessionOptionsRequest request, StreamListener<SetSessionOptionsResult> client) {
    client.onNext(
        new SetSessionOptionsResult(
            calls.answer(call -> SessionOptions.set(call, request.getSessionOptions()))));
    client.onCompleted();
  }

  /** Answers without making a session, as clients ask this to see whether the server lives. */
  void getOptions(StreamListener<GetSessionOptionsResult> client) {
    client.onNext(new GetSessionOptionsResult(calls.answer(SessionOptions::get)));
    client.onCompleted();
  }

  void close(StreamListener<CloseSessionResult> client) {
    calls.answerToTheEnd(
        call -> {
          if (call.scope().namesSession()) {
            calls.sessions().close(call.principal(), call.scope().sessionId());
          }
          call.scope().forgetSession();
          return true;
        });
    client.onNext(new CloseSessionResult(CloseSessionResult.Status.CLOSED));
    client.onCompleted();
  }

  void cancel(CancelFlightInfoRequest request, StreamListener<CancelStatus> client) {
    CancelStatus status =
        calls.answerToTheEnd(
            call -> {
              FlightInfo info = request.getInfo();
              var polled = Tickets.polled(info.getDescriptor());
              if (info.getEndpoints().isEmpty() && polled.isPresent()) {
                return status(
                    calls.queries().polls().find(polled.get(), call.principal()).cancel());
              }
              var handle = Tickets.result(info);
              if (handle.isEmpty()) {
                return CancelStatus.NOT_CANCELLABLE;
              }
              return status(calls.queries().result(handle.get(), call.principal()).cancel());
            });
    client.onNext(status);
    client.onCompleted();
  }

  private static CancelStatus status(boolean cancelled) {
    return cancelled ? CancelStatus.CANCELLED : CancelStatus.NOT_CANCELLABLE;
  }

  void renew(RenewFlightEndpointRequest request, StreamListener<FlightEndpoint> client) {
    FlightEndpoint endpoint =
        calls.answerToTheEnd(
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
}
