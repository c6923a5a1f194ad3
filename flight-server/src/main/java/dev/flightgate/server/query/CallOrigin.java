package dev.flightgate.server.query;

/**
 * Where a call comes from, for those who look at what runs or ran.
 *
 * @param requestId names the call in the log; the client learns it too
 * @param peer the client's address with its port
 */
public record CallOrigin(String requestId, String peer) {

  /** Work that no client's call asked for. */
  public static final CallOrigin SERVER = new CallOrigin("", "");
}
