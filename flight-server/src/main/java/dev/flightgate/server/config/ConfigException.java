package dev.flightgate.server.config;

import org.jspecify.annotations.Nullable;

/**
 * A setting that stops the start. Its message is one line for the user: the setting's path, a
 * colon, and the reason; it never contains a secret.
 */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says what is wrong with one setting. */
  public ConfigException(String path, String reason) {
    this(path, reason, null);
  }

  /** Says what is wrong with one setting, and what led there. */
  public ConfigException(String path, String reason, @Nullable Throwable cause) {
    super(path.isEmpty() ? reason : path + ": " + reason, cause);
  }
}
