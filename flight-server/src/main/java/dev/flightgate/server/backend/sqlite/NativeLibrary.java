package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/**
 * The library {@code libflightgate_sqlite} (src/main/c), which calls the functions of the SQLite
 * inside of the driver, a row at a time. Optional: it is there where it was built and where {@value
 * #PROPERTY} names its file. Loaded once for the process.
 *
 * <p>Values travel in cells, {@value #CELL_BYTES} bytes each in the machine's byte order: the
 * storage class (4 bytes), the length of a text or blob (4), and the integer, the real number or
 * the address of the bytes (8).
 */
final class NativeLibrary {

  /** The system property that names the library's file; without it there is none. */
  static final String PROPERTY = "flightgate.sqlite.library";

  static final int CELL_BYTES = 16;
  static final int LENGTH_OFFSET = 4;
  static final int VALUE_OFFSET = 8;

  private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

  private static boolean loaded;

  private NativeLibrary() {}

  /** Loads the library unless that is done; says why it cannot be used, or null. */
  static synchronized @Nullable String obstacle() {
    if (loaded) {
      return null;
    }
    String file = System.getProperty(PROPERTY, "");
    if (file.isEmpty() || !Files.isRegularFile(Path.of(file))) {
      return "the system property " + PROPERTY + " names no file";
    }
    try {
      load(Path.of(file).toAbsolutePath().toString());
    } catch (SQLException | UnsatisfiedLinkError e) {
      LOG.warn("{} is of no use, so SQLite is used through its driver alone", file, e);
      return file + " is of no use: " + e.getMessage();
    }
    loaded = true;
    LOG.info("rows of SQLite are read and written by native code");
    return null;
  }

  /**
   * Whether the library is to be used.
   *
   * @throws BackendException UNSUPPORTED if it must be used and cannot be
   */
  static boolean wanted(SqliteSettings.NativeCode setting) {
    if (setting == SqliteSettings.NativeCode.OFF) {
      return false;
    }
    String obstacle = obstacle();
    if (obstacle != null && setting == SqliteSettings.NativeCode.ON) {
      throw new BackendException(
          Kind.UNSUPPORTED, SqliteSettings.NATIVE_CODE + ": on is impossible here: " + obstacle);
    }
    return obstacle == null;
  }

  private static void load(String file) throws SQLException {
    System.load(file);
    SQLiteConfig config = new SQLiteConfig();
    config.enableLoadExtension(true);
    try (Connection connection = config.createConnection("jdbc:sqlite::memory:");
        PreparedStatement load = connection.prepareStatement("SELECT load_extension(?)")) {
      load.setString(1, file);
      load.executeQuery().close();
    }
    if (ready() == 0) {
      throw new SQLException("SQLite has loaded another image of it");
    }
  }

  private static native int ready();

  /**
   * Reads the row that a statement stands on. Whoever calls holds the driver's lock.
   *
   * @param step 1 to go to the next row first
   * @param cells as many as columns; texts and blobs stay where they are until the statement is
   *     used again
   * @return what {@code sqlite3_step} answers
   */
  static native int row(long statement, int step, int columns, long cells);

  /**
   * Binds all parameters of a statement that yields no rows, runs it and, if that went well, resets
   * it. Whoever calls holds the driver's lock. Texts and blobs stay bound by address, so each run
   * binds anew.
   *
   * @param cells as many as parameters
   * @return what {@code sqlite3_step}, or the binding that failed, answers
   */
  static native int run(long statement, int parameters, long cells);
}
