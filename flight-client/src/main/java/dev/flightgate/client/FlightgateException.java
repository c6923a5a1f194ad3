package dev.flightgate.client;

import org.apache.arrow.flight.FlightStatusCode;
import org.jspecify.annotations.Nullable;

/**
 * What the client throws: the status a server answered, or what the client found out itself, with
 * the message meant for the user.
 */
public final class FlightgateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final FlightStatusCode code;

  FlightgateException(FlightStatusCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** The kind of failure; {@code UNAVAILABLE} where the server could not be reached. */
  public FlightStatusCode code() {
    return code;
  }
}
