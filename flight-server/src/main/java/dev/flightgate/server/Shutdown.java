package dev.flightgate.server;

import dev.flightgate.server.config.GeneratedCredentials;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ExitCode;

/**
 * The end of a serving process, on SIGTERM and SIGINT, which are the ordinary way to stop and so
 * end with exit code 0. What runs may go on for the grace of {@code shutdown.grace}, or until a
 * second signal. Closing is idempotent and safe from any thread; the second caller waits for the
 * first.
 *
 * <p>A signal closes the gateway, and the process ends as if it had come to its end by itself: the
 * JVM's own way would be to end with 128 + the signal's number, and halting in a hook would leave
 * the native libraries that the engines' drivers have unpacked, 72 MB, among the temporary files.
 * Only where signals cannot be heard, or it is another one, this ends the process as a shutdown
 * hook.
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

  /** Has signals and the JVM's end close the gateway, from now on. A second signal hurries. */
  void listen() {
    AtomicBoolean signalled = new AtomicBoolean();
    Signals.onEach(
        () -> {
          if (signalled.compareAndSet(false, true)) {
            new Thread(this::close, "shutdown").start();
          } else {
            hurry();
          }
        });
    Runtime.getRuntime().addShutdownHook(new Thread(this, "shutdown-hook"));
  }

  @Override
  public void run() {
    boolean orderly = isClosed();
    close();
    System.err.flush();
    if (!orderly) {
      Runtime.getRuntime().halt(gateway.failure().isPresent() ? ExitCode.SOFTWARE : ExitCode.OK);
    }
  }

  private synchronized boolean isClosed() {
    return closed;
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
