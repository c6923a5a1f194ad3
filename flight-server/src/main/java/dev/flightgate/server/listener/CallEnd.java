package dev.flightgate.server.listener;

import java.time.Duration;

/**
 * How a call ended.
 *
 * @param status the name of gRPC's status: OK, CANCELLED if the client cancelled or went away, …
 * @param message what the client was told with it; empty if nothing
 * @param duration since the call began
 */
public record CallEnd(String status, String message, Duration duration) {

  /** Whether the client has its answer. */
  public boolean isOk() {
    return status.equals("OK");
  }
}
