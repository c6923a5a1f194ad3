package dev.flightgate.server;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendFactory;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.config.GatewayConfig.DatabaseConfig;
import dev.flightgate.server.session.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open databases; closing it closes them. Thread-safe. */
final class Databases implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Databases.class);

  private final BufferAllocator memory;

  // Guarded by this.
  private final Deque<Opened> opened = new ArrayDeque<>();
  private boolean closed;

  /** Allocators of the databases are children of this one, which stays the caller's. */
  Databases(BufferAllocator memory) {
    this.memory = memory;
  }

  /** One database, as it was opened; without a backend if it could not be opened (again). */
  private static final class Opened implements AutoCloseable {

    private final BackendFactory factory;
    private final BackendOptions options;
    private @Nullable Backend backend;

    Opened(BackendFactory factory, BackendOptions options) {
      this.factory = factory;
      this.options = options;
    }

    Backend open() {
      Backend open = factory.open(options);
      backend = open;
      return open;
    }

    void closeBackend() {
      Backend open = backend;
      backend = null;
      if (open != null) {
        open.close();
      }
    }

    @Override
    public void close() {
      try {
        closeBackend();
      } finally {
        options.allocator().close();
      }
    }
  }

  /**
   * Opens all of them, by name and in order. What is opened before a failure is closed by close.
   */
  synchronized Map<String, Database> open(List<DatabaseConfig> configs)
      throws GatewayStartException {
    Map<String, BackendFactory> factories = new TreeMap<>();
    ServiceLoader.load(BackendFactory.class).forEach(f -> factories.put(f.type(), f));
    Map<DatabaseConfig, BackendFactory> found = new LinkedHashMap<>();
    for (DatabaseConfig config : configs) {
      BackendFactory factory = factories.get(config.type());
      if (factory == null) {
        throw new GatewayStartException(
            "database "
                + config.name()
                + ": there is no backend '"
                + config.type()
                + "'; there are: "
                + String.join(", ", factories.keySet()),
            null);
      }
      found.put(config, factory);
    }
    long share = EngineMemory.ofThisMachine().share(found.values());
    Map<String, Database> databases = new LinkedHashMap<>();
    for (Map.Entry<DatabaseConfig, BackendFactory> one : found.entrySet()) {
      DatabaseConfig config = one.getKey();
      Backend backend = open(config, one.getValue(), share);
      databases.put(config.name(), new Database(config.name(), backend, config.readOnly()));
    }
    return databases;
  }

  private Backend open(DatabaseConfig config, BackendFactory factory, long memoryBytes)
      throws GatewayStartException {
    String initialSql = initialSql(config);
    BufferAllocator allocator =
        memory.newChildAllocator("database-" + config.name(), 0, Long.MAX_VALUE);
    BackendOptions options =
        new BackendOptions(
            config.name(),
            config.location(),
            config.readOnly(),
            allocator,
            config.extensions(),
            initialSql,
            config.settings(),
            memoryBytes);
    Opened database = new Opened(factory, options);
    opened.push(database);
    try {
      return database.open();
    } catch (BackendException e) {
      throw new GatewayStartException("database " + config.name() + ": " + e.getMessage(), e);
    }
  }

  private static @Nullable String initialSql(DatabaseConfig config) throws GatewayStartException {
    if (config.initSql() == null) {
      return null;
    }
    try {
      return Files.readString(config.initSql());
    } catch (IOException e) {
      throw new GatewayStartException(
          "database " + config.name() + ": init-sql " + config.initSql() + " cannot be read: " + e,
          e);
    }
  }

  /**
   * Closes a suspended database's backend and has it resume with another one, opened as the first
   * one was.
   *
   * @throws BackendException if it cannot be opened now; it stays suspended, and may be tried again
   */
  synchronized void reopen(Database database) {
    Opened found =
        opened.stream()
            .filter(one -> one.options.name().equals(database.name()))
            .findFirst()
            .orElse(null);
    if (closed || found == null) {
      throw new BackendException(Kind.UNAVAILABLE, "the gateway is closing");
    }
    try {
      found.closeBackend();
    } catch (RuntimeException e) {
      log.debug("database {} did not close cleanly after its engine's error", database.name(), e);
    }
    database.resume(found.open());
  }

  @Override
  public synchronized void close() throws Exception {
    closed = true;
    Exception failure = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
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
