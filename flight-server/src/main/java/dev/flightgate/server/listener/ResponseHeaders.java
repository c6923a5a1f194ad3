package dev.flightgate.server.listener;

/**
 * The headers of an answer, before they go out; valid during {@link GatewayListener#responding}.
 */
public interface ResponseHeaders {

  /**
   * Adds a header.
   *
   * @param name lower-case letters, digits, {@code _}, {@code .} and {@code -}
   * @param value printable ASCII
   * @throws IllegalArgumentException for other names and values, and for names that the gateway and
   *     gRPC use themselves
   */
  void add(String name, String value);
}
