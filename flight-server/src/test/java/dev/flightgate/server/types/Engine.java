package dev.flightgate.server.types;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** The engines, by the database that serves each, and each without a gateway. */
enum Engine {
  DUCKDB("main", "DuckDB", "jdbc:duckdb:"),
  SQLITE("lite", "SQLite", "jdbc:sqlite::memory:");

  private final String database;
  private final String product;
  private final String url;

  Engine(String database, String product, String url) {
    this.database = database;
    this.product = product;
    this.url = url;
  }

  String database() {
    return database;
  }

  String product() {
    return product;
  }

  /** An empty database of the engine's, in this process, through its own driver. */
  Connection inProcess() throws SQLException {
    return DriverManager.getConnection(url);
  }
}
