package dev.flightgate.server.flight;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.OutOfServerMemory;
import dev.flightgate.server.query.LogContext;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightRuntimeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The only place where a failure becomes a status of Flight, and one line of the log. */
final class FlightErrors {

  private static final Logger log = LoggerFactory.getLogger(FlightErrors.class);

  /**
   * Messages travel in a trailer, percent-encoded, and clients limit all trailers of a call
   * together to 8 KiB.
   */
  private static final int MESSAGE_BYTES_MAX = 6_000;

  private FlightErrors() {}

  /** What the client is told. */
  static FlightRuntimeException translate(Throwable failure) {
    if (failure instanceof FlightRuntimeException already) {
      return already;
    }
    if (failure instanceof BackendException known
        && known.kind() != BackendException.Kind.INTERNAL) {
      // The text may quote the statement, so it is for the client and for the debugging log.
      log.info("refused: {}", known.kind());
      log.debug("refused: {}", known.kind(), known);
      return status(known.kind())
          .withDescription(shorten(String.valueOf(known.getMessage())))
          .toRuntimeException();
    }
    if (OutOfServerMemory.is(failure)) {
      return translate(OutOfServerMemory.explained(failure));
    }
    String call = LogContext.current().request();
    String id = call == null ? UUID.randomUUID().toString() : call;
    // The engine's words may quote the statement or its data; where it happened does not.
    log.error("internal error {}", id, Stack.of(failure));
    log.debug("internal error {}", id, failure);
    return CallStatus.INTERNAL
        .withDescription("internal error, which the server's log explains under the id " + id)
        .toRuntimeException();
  }

  private static CallStatus status(BackendException.Kind kind) {
    return switch (kind) {
      case INVALID_SQL, INVALID_DATA -> CallStatus.INVALID_ARGUMENT;
      case NOT_FOUND -> CallStatus.NOT_FOUND;
      case ALREADY_EXISTS -> CallStatus.ALREADY_EXISTS;
      case UNSUPPORTED -> CallStatus.UNIMPLEMENTED;
      case PERMISSION_DENIED -> CallStatus.UNAUTHORIZED;
      // Flight has no ABORTED; UNAVAILABLE too says that the same may succeed later.
      case CONFLICT, UNAVAILABLE -> CallStatus.UNAVAILABLE;
      case CANCELLED -> CallStatus.CANCELLED;
      case TIMED_OUT -> CallStatus.TIMED_OUT;
      case EXHAUSTED -> CallStatus.RESOURCE_EXHAUSTED;
      case INTERNAL -> CallStatus.INTERNAL;
    };
  }

  /** The beginning of the message, as many whole characters as fit. */
  private static String shorten(String message) {
    int bytes = 0;
    for (int at = 0; at < message.length(); ) {
      int character = message.codePointAt(at);
      bytes += encodedBytes(character);
      if (bytes > MESSAGE_BYTES_MAX) {
        return message.substring(0, at) + " …";
      }
      at += Character.charCount(character);
    }
    return message;
  }

  /**
   * How long the character is in the trailer grpc-message: three for each byte of its UTF-8, but
   * one for printable ASCII other than the percent sign (gRPC's PROTOCOL-HTTP2.md, "Responses").
   */
  private static int encodedBytes(int character) {
    if (character < 0x80) {
      return character >= ' ' && character < 0x7F && character != '%' ? 1 : 3;
    }
    return 3 * (character < 0x800 ? 2 : character < 0x10000 ? 3 : 4);
  }

  /** Where a failure and its causes happened, without what they say. */
  private static final class Stack extends Exception {

    private static final long serialVersionUID = 1L;

    private Stack(Throwable of, @Nullable Stack cause) {
      super(name(of), cause);
      setStackTrace(of.getStackTrace());
    }

    private static String name(Throwable of) {
      String name = of.getClass().getName();
      return of instanceof BackendException known ? name + " " + known.kind() : name;
    }

    static Stack of(Throwable failure) {
      return Objects.requireNonNull(
          of(failure, Collections.newSetFromMap(new IdentityHashMap<>())));
    }

    /** Null for what was seen already, as causes may go round in a circle. */
    private static @Nullable Stack of(@Nullable Throwable failure, Set<Throwable> seen) {
      if (failure == null || !seen.add(failure)) {
        return null;
      }
      Stack stack = new Stack(failure, of(failure.getCause(), seen));
      for (Throwable suppressed : failure.getSuppressed()) {
        Stack also = of(suppressed, seen);
        if (also != null) {
          stack.addSuppressed(also);
        }
      }
      return stack;
    }
  }
}
