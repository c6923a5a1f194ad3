package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendInfo;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.backend.sqlite.SqliteBackendFactory.DatabaseFile;
import dev.flightgate.server.backend.sqlite.Transaction.WriterLock;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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
  private final boolean nativeCode;
  private final CurrentRow.@Nullable Source rows;
  private boolean closed;

  /**
   * A backend that owns the pool and the file from now on.
   *
   * @param nativeCode whether rows are written by native code
   * @param rows how rows are read; null if each statement has to find out
   */
  SqliteBackend(
      DatabaseFile file,
      SqliteSettings settings,
      ConnectionPool pool,
      BackendInfo info,
      boolean readOnly,
      boolean nativeCode,
      CurrentRow.@Nullable Source rows) {
    this.file = file;
    this.settings = settings;
    this.pool = pool;
    this.info = info;
    this.readOnly = readOnly;
    this.nativeCode = nativeCode;
    this.rows = rows;
    this.writerLock = new WriterLock(settings.busyTimeout());
  }

  SqliteSettings settings() {
    return settings;
  }

  WriterLock writerLock() {
    return writerLock;
  }

  boolean nativeCode() {
    return nativeCode;
  }

  /** How the rows of the statement are read that the connection runs now. */
  CurrentRow.Source rows(EngineConnection connection) throws SQLException {
    return rows != null ? rows : CurrentRow.source(nativeCode, connection.isUtf16());
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

  /** Reads the schema, and so the file; asks for nothing that a writer could hold. */
  @Override
  public String probe() {
    return "SELECT count(*) >= 0 AS ok FROM sqlite_master";
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

  /**
   * Lends connections to sessions and keeps a few clean ones, because opening one and reading its
   * schema costs more than a small query. Thread-safe.
   *
   * <p>A borrowed connection belongs to the borrower until it is given back.
   */
  static final class ConnectionPool implements AutoCloseable {

    private static final int IDLE_MAX = 8;

    private final DatabaseFile file;
    private final SqliteSettings settings;
    private final List<Path> extensions;
    private final Deque<EngineConnection> idleWriting = new ArrayDeque<>();
    private final Deque<EngineConnection> idleReading = new ArrayDeque<>();
    private boolean closed;

    ConnectionPool(DatabaseFile file, SqliteSettings settings, List<Path> extensions) {
      this.file = file;
      this.settings = settings;
      this.extensions = List.copyOf(extensions);
    }

    /** A clean connection: an idle one, or a new one to the file, which must exist. */
    EngineConnection borrow(boolean readOnly) {
      synchronized (this) {
        EngineConnection idle = idle(readOnly).pollFirst();
        if (idle != null) {
          return idle;
        }
      }
      try {
        return EngineConnection.open(file, readOnly, false, settings, extensions);
      } catch (SQLException e) {
        throw SqliteErrors.translate(e);
      }
    }

    /** Takes a connection back, in no transaction and with every statement closed. */
    void giveBack(EngineConnection connection) {
      connection.clearCancel();
      boolean reusable = connection.reusable();
      synchronized (this) {
        Deque<EngineConnection> idle = idle(connection.readOnly());
        if (!closed && reusable && idle.size() < IDLE_MAX) {
          idle.addFirst(connection);
          return;
        }
      }
      connection.close();
    }

    private Deque<EngineConnection> idle(boolean readOnly) {
      return readOnly ? idleReading : idleWriting;
    }

    /** Closes what is idle, readers first, so that a writer cleans the log up; idempotent. */
    @Override
    public void close() {
      List<EngineConnection> open;
      synchronized (this) {
        closed = true;
        open = new ArrayList<>(idleReading);
        open.addAll(idleWriting);
        idleReading.clear();
        idleWriting.clear();
      }
      BackendException failure = null;
      for (EngineConnection connection : open) {
        try {
          connection.close();
        } catch (BackendException e) {
          if (failure == null) {
            failure = e;
          } else {
            failure.addSuppressed(e);
          }
        }
      }
      if (failure != null) {
        throw failure;
      }
    }
  }
}
