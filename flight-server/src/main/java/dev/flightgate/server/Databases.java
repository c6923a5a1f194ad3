package dev.flightgate.server;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
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

/** The open databases; closing it closes them. One thread. */
final class Databases implements AutoCloseable {

  private final BufferAllocator memory;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** Allocators of the databases are children of this one, which stays the caller's. */
  Databases(BufferAllocator memory) {
    this.memory = memory;
  }

  /**
   * Opens all of them, by name and in order. What is opened before a failure is closed by close.
   */
  Map<String, Database> open(List<DatabaseConfig> configs) throws GatewayStartException {
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
    BufferAllocator allocator =
        memory.newChildAllocator("database-" + config.name(), 0, Long.MAX_VALUE);
    opened.push(allocator);
    BackendOptions options =
        new BackendOptions(
            config.name(),
            config.location(),
            config.readOnly(),
            allocator,
            config.extensions(),
            initialSql(config),
            config.settings(),
            memoryBytes);
    try {
      Backend backend = factory.open(options);
      opened.push(backend);
      return backend;
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

  @Override
  public void close() throws Exception {
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
