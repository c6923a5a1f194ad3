package dev.flightgate.server.traces;

import dev.flightgate.server.listener.CallEnd;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;
import java.util.Set;

/** Writes gRPC's status into a server's span, as OpenTelemetry's conventions for gRPC say. */
final class CallStatus {

  /** gRPC's status codes, each at the place of its number. */
  private static final List<String> CODES =
      List.of(
          "OK",
          "CANCELLED",
          "UNKNOWN",
          "INVALID_ARGUMENT",
          "DEADLINE_EXCEEDED",
          "NOT_FOUND",
          "ALREADY_EXISTS",
          "PERMISSION_DENIED",
          "RESOURCE_EXHAUSTED",
          "FAILED_PRECONDITION",
          "ABORTED",
          "OUT_OF_RANGE",
          "UNIMPLEMENTED",
          "INTERNAL",
          "UNAVAILABLE",
          "DATA_LOSS",
          "UNAUTHENTICATED");

  /** What is the server's failure, and not its client's. */
  private static final Set<String> ERRORS =
      Set.of(
          "UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS");

  private CallStatus() {}

  static void write(CallEnd end, Span span) {
    span.setAttribute("rpc.grpc.status_code", CODES.indexOf(end.status()));
    if (end.status().equals("CANCELLED")) {
      span.addEvent("cancelled");
    }
    if (ERRORS.contains(end.status())) {
      // Without the message, which may quote the statement.
      span.setStatus(StatusCode.ERROR);
      span.setAttribute("error.type", end.status());
    }
  }
}
