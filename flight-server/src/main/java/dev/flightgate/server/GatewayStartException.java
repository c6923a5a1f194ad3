package dev.flightgate.server;

import org.jspecify.annotations.Nullable;

/** The gateway could not start. Its message is one line that tells the user what to do. */
public final class GatewayStartException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Says why. */
  public GatewayStartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
