package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendFactory;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.backend.sqlite.SqliteBackend.ConnectionPool;
import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.SqlSplitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens SQLite databases; public because {@link java.util.ServiceLoader} makes it. Stateless.
 *
 * <p>An extension is the path of a library, loaded into every connection; SQL cannot load any.
 */
public final class SqliteBackendFactory implements BackendFactory {

  @Override
  public String type() {
    return "sqlite";
  }

  @Override
  public Backend open(BackendOptions options) {
    SqliteSettings settings = SqliteSettings.of(options.settings());
    boolean nativeCode = NativeLibrary.wanted(settings.nativeCode());
    List<Path> extensions = extensions(options);
    DatabaseFile file = DatabaseFile.locate(options);
    ConnectionPool pool = new ConnectionPool(file, settings, extensions);
    try {
      return open(options, settings, nativeCode, extensions, file, pool);
    } catch (SQLException e) {
      BackendException failure = explained(e, file);
      closeAfterFailure(pool, file, failure);
      throw failure;
    } catch (RuntimeException e) {
      closeAfterFailure(pool, file, e);
      throw e;
    }
  }

  private static Backend open(
      BackendOptions options,
      SqliteSettings settings,
      boolean nativeCode,
      List<Path> extensions,
      DatabaseFile file,
      ConnectionPool pool)
      throws SQLException {
    boolean readOnly = options.readOnly() && !options.inMemory();
    EngineConnection first =
        EngineConnection.open(file, readOnly, file.created(), settings, extensions);
    try {
      first.ask("SELECT count(*) FROM sqlite_schema"); // reads the header: is it a database?
      if (!readOnly) {
        switchToLog(first, file);
        runAll(options.initialSql(), first);
      } else if (options.initialSql() != null) {
        throw new BackendException(
            Kind.PERMISSION_DENIED, "initial SQL cannot run in a read-only database");
      }
      String version = first.ask("SELECT sqlite_version()");
      boolean settled = settleEncoding(first, readOnly);
      Backend backend =
          new SqliteBackend(
              file,
              settings,
              pool,
              EngineInfo.of(version),
              options.readOnly(),
              nativeCode,
              settled ? CurrentRow.source(nativeCode, first.isUtf16()) : null);
      first.markChanged(); // initial SQL may have left a state
      return backend;
    } finally {
      pool.giveBack(first);
    }
  }

  private static void switchToLog(EngineConnection connection, DatabaseFile file)
      throws SQLException {
    String mode = connection.ask("PRAGMA journal_mode = WAL");
    if (!mode.equals("wal")) {
      throw new BackendException(
          Kind.UNSUPPORTED,
          file.path()
              + " cannot be put into WAL mode (it stays in "
              + mode
              + "); open it read-only");
    }
  }

  /**
   * Has the encoding of text written into an empty file, in which whoever makes the first table, be
   * it another process, would still choose it.
   *
   * @return false if it may still change, because nothing may be written
   */
  private static boolean settleEncoding(EngineConnection connection, boolean readOnly)
      throws SQLException {
    if (!connection.ask("SELECT count(*) FROM sqlite_schema").equals("0")) {
      return true;
    }
    if (readOnly) {
      return false;
    }
    connection.execute("SAVEPOINT encoding");
    connection.execute("CREATE TABLE flightgate_encoding(x)");
    connection.execute("DROP TABLE flightgate_encoding");
    connection.execute("RELEASE encoding");
    return true;
  }

  private static void runAll(@Nullable String sql, EngineConnection first) {
    if (sql == null) {
      return;
    }
    for (String statement : SqlSplitter.split(sql, SqlDialect.SQLITE)) {
      try {
        first.execute(statement);
      } catch (SQLException e) {
        throw new BackendException(
            Kind.INVALID_SQL, "the initial SQL failed: " + SqliteErrors.message(e), e);
      }
    }
  }

  private static List<Path> extensions(BackendOptions options) {
    List<Path> paths = new ArrayList<>();
    for (String extension : options.extensions()) {
      Path path = Path.of(extension);
      if (path.getNameCount() < 2 || !Files.isRegularFile(path)) {
        throw new BackendException(
            Kind.UNSUPPORTED,
            "extension " + extension + ": a SQLite extension is named by the path of its library");
      }
      paths.add(path.toAbsolutePath());
    }
    return paths;
  }

  private static BackendException explained(SQLException exception, DatabaseFile file) {
    BackendException translated = SqliteErrors.translate(exception);
    String advice =
        switch (translated.kind()) {
          case CONFLICT -> "another process holds it; stop that process, or wait for it";
          case INVALID_DATA -> "it is damaged or no SQLite database; check the path";
          case PERMISSION_DENIED, NOT_FOUND -> "check the path, its folder and their permissions";
          default -> "";
        };
    return new BackendException(
        translated.kind(),
        file.path()
            + " cannot be opened: "
            + translated.getMessage()
            + (advice.isEmpty() ? "" : " (" + advice + ")"),
        exception);
  }

  private static void closeAfterFailure(ConnectionPool pool, DatabaseFile file, Exception failure) {
    try {
      pool.close();
      file.abandon();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Where a database lives, and whether it goes when the backend closes.
   *
   * <p>A database in memory is a file too: in a private temporary folder, in WAL mode, never
   * synced, deleted at the end. SQLite's own shared memory databases ({@code vfs=memdb}, {@code
   * cache=shared}) know no WAL: a reader blocks the writer and the writer blocks every reader,
   * which is another behaviour than a file's. Its pages stay in the operating system's page cache.
   * The folder of a process that was killed is left to whatever cleans the temporary folder.
   *
   * @param path the file
   * @param temporary whether the file and its folder are deleted at the end
   * @param created whether this process made the file, which then goes if opening fails
   */
  record DatabaseFile(Path path, boolean temporary, boolean created) {

    /**
     * Checks what can be known before SQLite opens (and would create) the file.
     *
     * @throws BackendException NOT_FOUND, PERMISSION_DENIED or INVALID_DATA, with what to do about
     *     it
     */
    static DatabaseFile locate(BackendOptions options) {
      if (options.inMemory()) {
        return inTemporaryFolder();
      }
      Path path = path(options.location());
      if (Files.isDirectory(path)) {
        throw new BackendException(
            Kind.INVALID_DATA, path + " is a folder; name the database file inside of it");
      }
      if (!Files.exists(path)) {
        requireCreatable(path, options.readOnly());
        return new DatabaseFile(path, false, true);
      }
      if (!Files.isReadable(path)) {
        throw new BackendException(
            Kind.PERMISSION_DENIED,
            path + " may not be read by this process; check the file's owner and permissions");
      }
      if (!options.readOnly() && !Files.isWritable(path)) {
        throw new BackendException(
            Kind.PERMISSION_DENIED,
            path + " may not be written by this process; open it read-only, or change permissions");
      }
      return new DatabaseFile(path, false, false);
    }

    private static Path path(String location) {
      try {
        return Path.of(location).toAbsolutePath().normalize();
      } catch (InvalidPathException e) {
        throw new BackendException(Kind.NOT_FOUND, location + " is no path: " + e.getReason(), e);
      }
    }

    private static void requireCreatable(Path path, boolean readOnly) {
      if (readOnly) {
        throw new BackendException(
            Kind.NOT_FOUND,
            path + " does not exist, and a read-only database is not created; check the path");
      }
      Path folder = path.getParent();
      if (folder == null || !Files.isDirectory(folder)) {
        throw new BackendException(
            Kind.NOT_FOUND,
            "the folder of " + path + " does not exist; create it, or check the path");
      }
      if (!Files.isWritable(folder)) {
        throw new BackendException(
            Kind.PERMISSION_DENIED, path + " cannot be created: its folder may not be written");
      }
    }

    private static DatabaseFile inTemporaryFolder() {
      try {
        Path folder = Files.createTempDirectory("flightgate-sqlite-");
        return new DatabaseFile(folder.resolve("memory.db"), true, true);
      } catch (IOException e) {
        throw new BackendException(
            Kind.UNAVAILABLE,
            "no temporary folder could be made for " + BackendOptions.IN_MEMORY,
            e);
      }
    }

    /** The path as the driver takes it: a URI, so that no character of it means anything. */
    String url() {
      return "jdbc:sqlite:" + path.toUri().toASCIIString().replaceFirst("^file:/+", "file:///");
    }

    /** Frees the file at the end of a backend: deletes it if it was temporary. */
    void release() {
      if (temporary) {
        delete();
      }
    }

    /** Frees the file after an opening that failed: nothing is left of what it made. */
    void abandon() {
      if (created) {
        delete();
      }
    }

    private void delete() {
      try {
        for (String suffix : new String[] {"-wal", "-shm", "-journal", ""}) {
          Files.deleteIfExists(path.resolveSibling(path.getFileName() + suffix));
        }
        if (temporary) {
          Files.deleteIfExists(path.toAbsolutePath().getParent());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
