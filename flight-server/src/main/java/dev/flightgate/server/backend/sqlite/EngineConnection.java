package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.sqlite.SqliteBackendFactory.DatabaseFile;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.sqlite.BusyHandler;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteOpenMode;
import org.sqlite.core.DB;

/**
 * One connection to SQLite. Used by one thread at a time; only {@link #cancel()} may come from any.
 *
 * <p>A cancel is sticky. {@code sqlite3_interrupt} stops only what runs at that moment, so a flag
 * stands beside it that SQLite's progress handler reads every few milliseconds of work, and its
 * busy handler between two attempts to get another process's lock.
 *
 * <p>Statements are always prepared: the driver's {@code Statement.execute(String)} understands
 * words of its own ("backup to"), which no client may say.
 */
final class EngineConnection implements AutoCloseable {

  /** Virtual machine steps between two looks at the flag: one to three milliseconds. */
  private static final int STEPS_PER_LOOK = 100_000;

  private static final long BUSY_NAP_MAX_NANOS = 10_000_000;

  private final SQLiteConnection connection;
  private final boolean readOnly;
  private final long busyTimeoutNanos;
  private final Object closing = new Object();
  private volatile boolean cancelled;
  private volatile boolean shielded;
  private boolean closed;
  private boolean changed;
  private long busySince;

  private EngineConnection(SQLiteConnection connection, boolean readOnly, SqliteSettings settings) {
    this.connection = connection;
    this.readOnly = readOnly;
    this.busyTimeoutNanos = settings.busyTimeout().toNanos();
  }

  /**
   * Opens a connection: foreign keys enforced, extensions loaded, handlers set.
   *
   * @param mayCreate whether SQLite may make the file
   */
  static EngineConnection open(
      DatabaseFile file,
      boolean readOnly,
      boolean mayCreate,
      SqliteSettings settings,
      List<Path> extensions)
      throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setOpenMode(SQLiteOpenMode.NOMUTEX); // one thread at a time: SQLite's own lock is idle
    config.setOpenMode(SQLiteOpenMode.OPEN_URI);
    if (readOnly) {
      config.setReadOnly(true);
    } else if (!mayCreate) {
      config.resetOpenMode(SQLiteOpenMode.CREATE);
    }
    config.setGetGeneratedKeys(false); // or each INSERT runs a SELECT
    config.setBusyTimeout(0);
    config.enforceForeignKeys(true);
    if (file.temporary()) {
      config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
    }
    SQLiteConnection connection = (SQLiteConnection) config.createConnection(file.url());
    EngineConnection opened = new EngineConnection(connection, readOnly, settings);
    try {
      opened.setHandlers();
      opened.load(extensions);
      return opened;
    } catch (SQLException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void setHandlers() throws SQLException {
    BusyHandler.setHandler(
        connection,
        new BusyHandler() {
          @Override
          protected int callback(int attempts) {
            return mayTryAgain(attempts) ? 1 : 0;
          }
        });
    ProgressHandler.setHandler(
        connection,
        STEPS_PER_LOOK,
        new ProgressHandler() {
          @Override
          protected int progress() {
            return cancelled && !shielded ? 1 : 0;
          }
        });
  }

  private boolean mayTryAgain(int attempts) {
    long now = System.nanoTime();
    if (attempts == 0) {
      busySince = now;
    }
    if ((cancelled && !shielded) || now - busySince >= busyTimeoutNanos) {
      return false;
    }
    LockSupport.parkNanos(Math.min(BUSY_NAP_MAX_NANOS, 1_000_000L * (attempts + 1)));
    return true;
  }

  private void load(List<Path> extensions) throws SQLException {
    if (extensions.isEmpty()) {
      return;
    }
    engine().enable_load_extension(true);
    try (PreparedStatement load = connection.prepareStatement("SELECT load_extension(?)")) {
      for (Path extension : extensions) {
        load.setString(1, extension.toString());
        load.executeQuery().close();
      }
    } finally {
      engine().enable_load_extension(false);
    }
  }

  /** SQLite's functions, by their C names. */
  DB engine() {
    return connection.getDatabase();
  }

  /** Whether SQLite refuses every change of the file. */
  boolean readOnly() {
    return readOnly;
  }

  /**
   * Prepares a statement; the caller closes it.
   *
   * @throws BackendException INVALID_SQL for a NUL character, at which SQLite would stop reading
   */
  PreparedStatement prepare(String sql) throws SQLException {
    if (sql.indexOf('\0') >= 0) {
      throw new BackendException(
          BackendException.Kind.INVALID_SQL, "the statement contains a NUL character");
    }
    return connection.prepareStatement(sql);
  }

  /**
   * Learns of tables that other connections have made or changed. SQLite compiles with the
   * definitions it has once read, and looks for new ones only when a statement begins to run.
   */
  void seeDefinitions() throws SQLException {
    execute("SELECT 1 FROM sqlite_schema LIMIT 0");
  }

  /** The first value of the first row, which the statement must have. */
  String ask(String sql) throws SQLException {
    try (PreparedStatement statement = prepare(sql);
        ResultSet result = statement.executeQuery()) {
      return result.getString(1);
    }
  }

  /** Whether the database keeps text in UTF-16, as the statement that runs now finds it. */
  boolean isUtf16() throws SQLException {
    return !ask("PRAGMA encoding").equals("UTF-8");
  }

  /** Runs a statement whose result does not matter, whatever it is. */
  void execute(String sql) throws SQLException {
    try (PreparedStatement statement = prepare(sql)) {
      statement.execute();
    }
  }

  /** Runs a statement that ends or undoes something, a cancel notwithstanding. */
  void executeShielded(String sql) throws SQLException {
    shielded = true;
    try {
      execute(sql);
    } finally {
      shielded = false;
    }
  }

  /** Notes that the connection has state of its session, and so is of no use to another. */
  void markChanged() {
    changed = true;
  }

  /**
   * Whether another session may have the connection: it was not changed, and has no temporary
   * tables, views or triggers, whose names would go before those of the database.
   */
  boolean reusable() {
    if (changed) {
      return false;
    }
    try (PreparedStatement statement = prepare("SELECT 1 FROM sqlite_temp_master LIMIT 1");
        ResultSet result = statement.executeQuery()) {
      return !result.next();
    } catch (SQLException e) {
      return false; // whatever is wrong with it, nobody else needs to find out
    }
  }

  /** Interrupts what runs now and whatever runs later. Idempotent, never blocks, any thread. */
  void cancel() {
    cancelled = true;
    synchronized (closing) {
      if (!closed) {
        try {
          engine().interrupt();
        } catch (SQLException e) {
          throw SqliteErrors.translate(e);
        }
      }
    }
  }

  /** Forgets a cancel. */
  void clearCancel() {
    cancelled = false;
  }

  /** Whether a cancel stands. */
  boolean cancelled() {
    return cancelled;
  }

  /** Throws CANCELLED if a cancel stands. */
  void requireNotCancelled() {
    if (cancelled) {
      throw new BackendException(Kind.CANCELLED, "the statement was cancelled");
    }
  }

  /** What the driver threw, translated; CANCELLED whenever a cancel stands. */
  BackendException translate(SQLException exception) {
    return cancelled
        ? new BackendException(Kind.CANCELLED, "the statement was cancelled", exception)
        : SqliteErrors.translate(exception);
  }

  /** Closes the connection; what the file still needs of it is SQLite's matter. */
  @Override
  public void close() {
    synchronized (closing) {
      if (closed) {
        return;
      }
      closed = true;
    }
    try {
      connection.close();
    } catch (SQLException e) {
      throw SqliteErrors.translate(e);
    }
  }
}
