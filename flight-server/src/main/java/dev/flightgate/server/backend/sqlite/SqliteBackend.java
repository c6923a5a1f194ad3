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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /**
   * The settings of a SQLite database.
   *
   * @param busyTimeout how long a statement waits for another writer, of this process or another;
   *     {@code sqlite.busy-timeout}, 5 seconds unless set
   * @param misfit what becomes of a value that does not fit its column's type; {@code
   *     sqlite.misfit}
   */
  record SqliteSettings(Duration busyTimeout, Misfit misfit) {

    static final String BUSY_TIMEOUT = "sqlite.busy-timeout";
    static final String MISFIT = "sqlite.misfit";

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m)");

    /** What becomes of a value that does not fit its column's type. */
    enum Misfit {
      /** The stream fails and names table, column, row and value. */
      ERROR,
      /** The value is sent as NULL. */
      NULL,
      /** No value is a misfit: every column that does not hold bytes is sent as text. */
      TEXT
    }

    /**
     * Reads the settings.
     *
     * @throws BackendException UNSUPPORTED for a setting that is not known or cannot be understood
     */
    static SqliteSettings of(Map<String, String> settings) {
      Duration busyTimeout = Duration.ofSeconds(5);
      Misfit misfit = Misfit.ERROR;
      for (Map.Entry<String, String> setting : settings.entrySet()) {
        String value = setting.getValue().strip().toLowerCase(Locale.ROOT);
        switch (setting.getKey()) {
          case BUSY_TIMEOUT -> busyTimeout = duration(value);
          case MISFIT -> misfit = misfit(value);
          default ->
              throw unsupported(
                  setting.getKey()
                      + ": no such setting of a SQLite database; there are "
                      + BUSY_TIMEOUT
                      + " and "
                      + MISFIT);
        }
      }
      return new SqliteSettings(busyTimeout, misfit);
    }

    private static Duration duration(String value) {
      Matcher matcher = DURATION.matcher(value);
      if (!matcher.matches()) {
        throw unsupported(BUSY_TIMEOUT + ": must be like 500ms, 5s or 1m, was " + value);
      }
      long amount = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        default -> Duration.ofMinutes(amount);
      };
    }

    private static Misfit misfit(String value) {
      for (Misfit misfit : Misfit.values()) {
        if (misfit.name().toLowerCase(Locale.ROOT).equals(value)) {
          return misfit;
        }
      }
      throw unsupported(MISFIT + ": must be error, null or text, was " + value);
    }

    private static BackendException unsupported(String message) {
      return new BackendException(Kind.UNSUPPORTED, message);
    }
  }
}
