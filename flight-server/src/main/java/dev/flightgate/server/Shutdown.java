package dev.flightgate.server;

import dev.flightgate.server.config.GeneratedCredentials;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ExitCode;

/**
 * The end of a serving process: runs as the JVM's shutdown hook on SIGTERM and SIGINT, which are
 * the ordinary way to stop and so end with exit code 0. What runs may go on for the grace of {@code
 * shutdown.grace}, or until a second signal. Closing is idempotent and safe from any thread; the
 * second caller waits for the first.
 */
final class Shutdown implements Runnable, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  private final Gateway gateway;
  private GeneratedCredentials.@Nullable Stored stored;
  private boolean closed;

  /** Takes over the gateway: it is closed here. */
  Shutdown(Gateway gateway) {
    this.gateway = gateway;
  }

  /** Takes over the file of credentials, which goes before its port does. */
  synchronized void closeFirst(GeneratedCredentials.Stored file) throws IOException {
    stored = file;
    if (closed) {
      file.close();
    }
  }

  @Override
  public void run() {
    Signals.onEach(this::hurry);
    close();
    System.err.flush();
    // Without this the JVM would end with 128 + the signal's number.
    Runtime.getRuntime().halt(gateway.failure().isPresent() ? ExitCode.SOFTWARE : ExitCode.OK);
  }

  /** Cuts short how long what runs may go on. */
  private void hurry() {
    try {
      gateway.close(Duration.ZERO);
    } catch (RuntimeException e) {
      LOG.debug("told to whoever closes first", e);
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (gateway) {
      if (stored != null) {
        stored.close();
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("Shutdown was not clean", e);
    }
  }
}
