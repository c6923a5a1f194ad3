package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendFactory;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.SqlSplitter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

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
    List<Path> extensions = extensions(options);
    DatabaseFile file = DatabaseFile.locate(options);
    ConnectionPool pool = new ConnectionPool(file, settings, extensions);
    try {
      return open(options, settings, extensions, file, pool);
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
      List<Path> extensions,
      DatabaseFile file,
      ConnectionPool pool)
      throws SQLException {
    boolean readOnly = options.readOnly() && !options.inMemory();
    EngineConnection first =
        EngineConnection.open(file, readOnly, file.created(), settings, extensions);
    try {
      askFor(first, "SELECT count(*) FROM sqlite_schema"); // reads the header: is it a database?
      if (!readOnly) {
        switchToLog(first, file);
        runAll(options.initialSql(), first);
      } else if (options.initialSql() != null) {
        throw new BackendException(
            Kind.PERMISSION_DENIED, "initial SQL cannot run in a read-only database");
      }
      String version = askFor(first, "SELECT sqlite_version()");
      boolean utf16 = !askFor(first, "PRAGMA encoding").equals("UTF-8");
      Backend backend =
          new SqliteBackend(
              file, settings, pool, EngineInfo.of(version), options.readOnly(), utf16);
      first.markChanged(); // initial SQL may have left a state
      return backend;
    } finally {
      pool.giveBack(first);
    }
  }

  private static void switchToLog(EngineConnection connection, DatabaseFile file)
      throws SQLException {
    String mode = askFor(connection, "PRAGMA journal_mode = WAL");
    if (!mode.equals("wal")) {
      throw new BackendException(
          Kind.UNSUPPORTED,
          file.path()
              + " cannot be put into WAL mode (it stays in "
              + mode
              + "); open it read-only");
    }
  }

  private static void runAll(
      @org.jspecify.annotations.Nullable String sql, EngineConnection first) {
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

  private static String askFor(EngineConnection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepare(sql);
        ResultSet result = statement.executeQuery()) {
      return result.getString(1);
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
}
