package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendFactory;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.SqlSplitter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;

/**
 * Opens DuckDB databases. Stateless and thread-safe.
 *
 * <p>Settings are DuckDB's own with {@code duckdb.} before their names ({@code
 * duckdb.memory_limit}), set for all sessions. Extensions are {@code name} or {@code
 * name@repository}; nothing else is ever installed or loaded by itself. A database in memory cannot
 * be read-only for DuckDB: there, each session is.
 */
public final class DuckDbBackendFactory implements BackendFactory {

  private static final String PREFIX = "duckdb.";
  private static final String MEMORY = PREFIX + "memory_limit";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]+");
  private static final Pattern EXTENSION =
      Pattern.compile("([A-Za-z0-9_]+)(?:@([A-Za-z0-9_.:/-]+))?");

  /** A factory for {@link java.util.ServiceLoader}. */
  public DuckDbBackendFactory() {}

  @Override
  public String type() {
    return "duckdb";
  }

  @Override
  public boolean takesMemory() {
    return true;
  }

  @Override
  public Backend open(BackendOptions options) {
    requireKnown(options.settings());
    requirePlace(options);
    SpillFolder spill = SpillFolder.of(options);
    DuckDBConnection anchor;
    try {
      anchor = connect(options);
    } catch (RuntimeException failure) {
      spill.close();
      throw failure;
    }
    try {
      if (options.memoryBytes() > 0) {
        set(anchor, MEMORY, options.memoryBytes() + "B");
      }
      if (spill.path() != null) {
        set(anchor, SpillFolder.SETTING, spill.path().toString());
      }
      for (Map.Entry<String, String> setting : new TreeMap<>(options.settings()).entrySet()) {
        set(anchor, setting.getKey(), setting.getValue());
      }
      for (String extension : options.extensions()) {
        load(anchor, extension);
      }
      runInitialSql(anchor, options);
      return new DuckDbBackend(options, anchor, spill);
    } catch (SQLException | RuntimeException failure) {
      BackendException translated = DuckDbErrors.translate(failure);
      try {
        anchor.close();
      } catch (SQLException notClosed) {
        translated.addSuppressed(notClosed);
      }
      spill.close();
      throw translated;
    }
  }

  private static void requireKnown(Map<String, String> settings) {
    for (String setting : settings.keySet()) {
      if (!setting.startsWith(PREFIX)
          || !NAME.matcher(setting.substring(PREFIX.length())).matches()) {
        throw new BackendException(
            Kind.UNSUPPORTED, "setting " + setting + ": DuckDB's settings are named duckdb.<name>");
      }
    }
  }

  /** Tells a missing folder or file from a damaged one before DuckDB touches anything. */
  private static void requirePlace(BackendOptions options) {
    if (options.inMemory()) {
      return;
    }
    Path file = Path.of(options.location()).toAbsolutePath();
    Path folder = file.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new BackendException(
          Kind.NOT_FOUND,
          "database '" + options.name() + "': the folder of " + file + " does not exist");
    }
    if (options.readOnly() && !Files.exists(file)) {
      throw new BackendException(
          Kind.NOT_FOUND,
          "database '"
              + options.name()
              + "': "
              + file
              + " does not exist; a read-only database"
              + " is not created");
    }
    if (Files.exists(file) && !Files.isReadable(file)) {
      throw new BackendException(
          Kind.PERMISSION_DENIED,
          "database '" + options.name() + "': " + file + " may not be read; check its mode");
    }
  }

  private static DuckDBConnection connect(BackendOptions options) {
    Properties properties = new Properties();
    properties.setProperty("jdbc_stream_results", "true");
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "false");
    boolean readOnly = options.readOnly() && !options.inMemory();
    if (readOnly) {
      properties.setProperty("access_mode", "READ_ONLY");
    }
    String location = options.inMemory() ? BackendOptions.IN_MEMORY : options.location();
    try {
      return DuckDBConnection.newConnection("jdbc:duckdb:" + location, readOnly, properties);
    } catch (Exception failure) {
      throw DuckDbErrors.opening(options.name(), options.location(), failure);
    }
  }

  private static void set(DuckDBConnection anchor, String setting, String value) {
    String name = setting.substring(PREFIX.length());
    try {
      execute(anchor, "SET GLOBAL " + name + " = '" + value.replace("'", "''") + "'");
    } catch (SQLException failure) {
      throw new BackendException(
          DuckDbErrors.translate(failure).kind() == Kind.NOT_FOUND
              ? Kind.UNSUPPORTED
              : Kind.INVALID_DATA,
          "setting " + setting + ": " + failure.getMessage(),
          failure);
    }
  }

  private static void load(DuckDBConnection anchor, String extension) {
    var parts = EXTENSION.matcher(extension);
    if (!parts.matches()) {
      throw new BackendException(
          Kind.UNSUPPORTED, "extension " + extension + ": must be name or name@repository");
    }
    String name = parts.group(1);
    String repository = parts.group(2);
    try {
      if (!isLoaded(anchor, name)) {
        execute(
            anchor,
            "INSTALL "
                + name
                + (repository == null
                    ? ""
                    : NAME.matcher(repository).matches()
                        ? " FROM " + repository
                        : " FROM '" + repository + "'"));
        execute(anchor, "LOAD " + name);
      }
    } catch (SQLException failure) {
      BackendException translated = DuckDbErrors.translate(failure);
      throw new BackendException(
          translated.kind(),
          "extension " + extension + " cannot be loaded: " + translated.getMessage(),
          failure);
    }
  }

  private static boolean isLoaded(DuckDBConnection anchor, String name) throws SQLException {
    try (DuckDBPreparedStatement statement =
        anchor.prepare("SELECT 1 FROM duckdb_extensions() WHERE loaded AND extension_name = ?")) {
      statement.setString(1, name);
      try (var rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static void runInitialSql(DuckDBConnection anchor, BackendOptions options) {
    String text = options.initialSql();
    if (text == null) {
      return;
    }
    for (String sql : SqlSplitter.split(text, SqlDialect.POSTGRESQL)) {
      try {
        execute(anchor, sql);
      } catch (SQLException failure) {
        throw new BackendException(
            Kind.INVALID_SQL,
            "initial SQL of database '" + options.name() + "': " + failure.getMessage(),
            failure);
      }
    }
  }

  private static void execute(DuckDBConnection anchor, String sql) throws SQLException {
    try (DuckDBPreparedStatement statement = anchor.prepare(sql)) {
      statement.execute();
    }
  }
}
