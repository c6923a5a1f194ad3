package dev.flightgate.server.session;

import dev.flightgate.server.backend.Backend;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An open database and the name under which clients pick it. The backend is closed by the gateway.
 * Thread-safe.
 */
public final class Database {

  private final String name;
  private final Backend backend;
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

  /** Where its statements run. */
  public Backend backend() {
    return backend;
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
