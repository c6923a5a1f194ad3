package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendInfo;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.SessionContext;
import java.util.Locale;

/**
 * One open SQLite database: many readers, one writer at a time. Thread-safe.
 *
 * <p>The file is in WAL mode, so a reader sees the database as it was when it began, and neither
 * waits for the writer nor makes it wait. Foreign keys are enforced, unlike SQLite's own default.
 */
final class SqliteBackend implements Backend {

  /** The only catalog a session begins with. */
  static final String MAIN = "main";

  private final DatabaseFile file;
  private final SqliteSettings settings;
  private final ConnectionPool pool;
  private final WriterLock writerLock;
  private final BackendInfo info;
  private final boolean readOnly;
  private final boolean utf16;
  private boolean closed;

  /**
   * A backend that owns the pool and the file from now on.
   *
   * @param utf16 whether the database keeps text in UTF-16
   */
  SqliteBackend(
      DatabaseFile file,
      SqliteSettings settings,
      ConnectionPool pool,
      BackendInfo info,
      boolean readOnly,
      boolean utf16) {
    this.file = file;
    this.settings = settings;
    this.pool = pool;
    this.info = info;
    this.readOnly = readOnly;
    this.utf16 = utf16;
    this.writerLock = new WriterLock(settings.busyTimeout());
  }

  SqliteSettings settings() {
    return settings;
  }

  WriterLock writerLock() {
    return writerLock;
  }

  boolean utf16() {
    return utf16;
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  @Override
  public BackendSession openSession(SessionContext context) {
    String catalog = context.catalog();
    if (catalog != null && !catalog.toLowerCase(Locale.ROOT).equals(MAIN)) {
      throw new BackendException(
          Kind.NOT_FOUND, "no such catalog: " + catalog + "; a session begins in " + MAIN);
    }
    String schema = context.schema();
    if (schema != null && !schema.isEmpty()) {
      throw new BackendException(
          Kind.NOT_FOUND, "no such schema: " + schema + "; SQLite has none below its catalogs");
    }
    return new SqliteSession(this, context, pool.borrow(readOnly || context.readOnly()));
  }

  /** Takes the connection of a session that ends. */
  void giveBack(EngineConnection connection) {
    pool.giveBack(connection);
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    try {
      pool.close();
    } finally {
      file.release();
    }
  }
}
