package dev.flightgate.benchmarks;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import java.util.ServiceLoader;

/**
 * The Arrow Flight SQL JDBC driver, as programs use it: with the Arrow and gRPC that are inside its
 * jar. Closed after its connections.
 */
final class JdbcDriver implements AutoCloseable {

  private final URLClassLoader loader;
  private final Driver driver;

  private JdbcDriver(URLClassLoader loader, Driver driver) {
    this.loader = loader;
    this.driver = driver;
  }

  /** The driver that the build has put under target/jdbc. */
  static JdbcDriver open(Setup setup) throws Exception {
    Path jar = setup.target().resolve("jdbc/driver.jar");
    URLClassLoader loader =
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
    Driver driver =
        ServiceLoader.load(Driver.class, loader)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no driver in " + jar));
    return new JdbcDriver(loader, driver);
  }

  Connection connect(ServerProcess server) throws SQLException {
    String url = "jdbc:arrow-flight-sql://127.0.0.1:" + server.port() + "/?useEncryption=false";
    return driver.connect(url, new Properties());
  }

  @Override
  public void close() throws Exception {
    loader.close();
  }
}
