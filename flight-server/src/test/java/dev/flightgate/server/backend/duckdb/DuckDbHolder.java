package dev.flightgate.server.backend.duckdb;

import java.sql.Connection;
import java.sql.DriverManager;

/** A process that holds a database open until its input ends. */
final class DuckDbHolder {

  private DuckDbHolder() {}

  public static void main(String[] arguments) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + arguments[0])) {
      System.out.println(connection.isClosed() ? "closed" : "open");
      while (System.in.read() >= 0) {
        // Until the parent has seen enough.
      }
    }
  }
}
