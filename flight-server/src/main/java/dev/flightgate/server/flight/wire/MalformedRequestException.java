package dev.flightgate.server.flight.wire;

/** What a client uploads is not what the Arrow format allows; the message tells it where. */
public final class MalformedRequestException extends Exception {

  MalformedRequestException(String message) {
    super(message);
  }

  MalformedRequestException(String message, Throwable cause) {
    super(message, cause);
  }
}
