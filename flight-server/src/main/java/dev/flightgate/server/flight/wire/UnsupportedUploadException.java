package dev.flightgate.server.flight.wire;

/** What a client uploads is as the Arrow format allows, but the gateway cannot take it. */
final class UnsupportedUploadException extends Exception {

  private static final long serialVersionUID = 1L;

  UnsupportedUploadException(String message) {
    super(message);
  }
}
