package dev.flightgate.server.property;

/** The engines that random tables go through, by the database that serves each. */
enum Engine {
  DUCKDB("main"),
  SQLITE("lite");

  private final String database;

  Engine(String database) {
    this.database = database;
  }

  String database() {
    return database;
  }
}
