package dev.flightgate.client;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.grpc.StatusUtils;
import org.jspecify.annotations.Nullable;

/**
 * Turns what Flight, gRPC and threads throw into {@link FlightgateException}; the only such place.
 */
final class Failures {

  private Failures() {}

  /** Runs a call; whatever it throws leaves as a {@link FlightgateException}. */
  static <T> T translating(Supplier<T> call) {
    try {
      return call.get();
    } catch (RuntimeException failure) {
      throw of(failure);
    }
  }

  /** Runs a call without a result; whatever it throws leaves as a {@link FlightgateException}. */
  static void translatingRun(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException failure) {
      throw of(failure);
    }
  }

  /**
   * The exception to throw for a failure. An interrupted thread's call ends as {@code CANCELLED},
   * its interrupt flag set again.
   */
  static FlightgateException of(Throwable failure) {
    if (failure instanceof FlightgateException known) {
      return known;
    }
    if (causeOf(failure, InterruptedException.class) != null) {
      Thread.currentThread().interrupt();
      return new FlightgateException(FlightStatusCode.CANCELLED, "interrupted", failure);
    }
    CallStatus status = statusOf(failure);
    if (status == null) {
      return new FlightgateException(FlightStatusCode.INTERNAL, failure.toString(), failure);
    }
    return new FlightgateException(status.code(), message(status, failure), failure);
  }

  private static @Nullable CallStatus statusOf(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof FlightRuntimeException flight) {
        return flight.status();
      } else if (t instanceof StatusRuntimeException grpc) {
        return StatusUtils.fromGrpcRuntimeException(grpc).status();
      } else if (t instanceof StatusException grpc) {
        Status status = grpc.getStatus();
        return StatusUtils.fromGrpcStatusAndTrailers(status, grpc.getTrailers());
      } else if (!(t instanceof ExecutionException)) {
        return null;
      }
    }
    return null;
  }

  private static String message(CallStatus status, Throwable failure) {
    String description = status.description();
    if (status.code() == FlightStatusCode.UNAVAILABLE) {
      // gRPC says "io exception" and a dump of its channel pipeline; the reason is the last cause.
      String reason = rootMessage(status.cause() == null ? failure : status.cause());
      return reason.isEmpty() ? firstLine(description) : reason;
    }
    if (description == null || description.isBlank()) {
      return "the server answered " + status.code() + " without a message";
    }
    return description;
  }

  private static String firstLine(@Nullable String text) {
    return text == null ? "the server cannot be reached" : text.lines().findFirst().orElse("");
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    for (Throwable t = failure; t != null; t = t.getCause()) {
      root = t;
    }
    if (root instanceof StatusRuntimeException || root instanceof FlightRuntimeException) {
      return "";
    }
    if (root instanceof java.net.UnknownHostException) {
      return "unknown host " + root.getMessage();
    }
    String said = root.getMessage() == null ? root.toString() : root.getMessage();
    // Netty's native transport puts the system call before the reason.
    return firstLine(said.replaceFirst("^\\w+\\(\\.\\.\\) failed[^:]*: ", ""));
  }

  private static <T extends Throwable> @Nullable T causeOf(Throwable failure, Class<T> type) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return type.cast(t);
      }
    }
    return null;
  }
}
