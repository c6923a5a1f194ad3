package dev.flightgate.server.session;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An open database and the name under which clients pick it. The backend is closed by the gateway.
 * Thread-safe.
 */
public final class Database {

  private final String name;
  private volatile @Nullable Backend backend;
  private final boolean readOnly;
  private final AtomicLong definitions = new AtomicLong();

  /** A database that was just opened, for reading only or not. */
  public Database(String name, Backend backend, boolean readOnly) {
    this.name = name;
    this.backend = backend;
    this.readOnly = readOnly;
  }

  /** What clients call it. */
  public String name() {
    return name;
  }

  /**
   * Where its statements run.
   *
   * @throws BackendException UNAVAILABLE while it is being opened again
   */
  public Backend backend() {
    Backend open = backend;
    if (open == null) {
      throw new BackendException(
          Kind.UNAVAILABLE,
          "database '"
              + name
              + "' is being opened again after a fatal error of its engine: try again later");
    }
    return open;
  }

  /** Lets nothing more be done with the backend, which is about to be closed. */
  public void suspend() {
    backend = null;
  }

  /** Goes on with another backend over the same data. */
  public void resume(Backend reopened) {
    definitionsChanged();
    backend = reopened;
  }

  /** Whether the failure says that the engine has given the database up; true until it resumes. */
  public boolean isLost(BackendException failure) {
    Backend open = backend;
    return open == null || open.isLost(failure);
  }

  /** Whether the engine refuses every change, whoever asks for it. */
  public boolean readOnly() {
    return readOnly;
  }

  /**
   * A number that changes whenever a statement may have changed what there is in the database, so
   * that a statement planned under another number has to be planned again.
   */
  public long definitions() {
    return definitions.get();
  }

  /** Says that a table may have come, gone or changed. */
  public void definitionsChanged() {
    definitions.incrementAndGet();
  }
}
