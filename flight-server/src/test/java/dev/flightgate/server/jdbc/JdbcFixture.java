package dev.flightgate.server.jdbc;

import dev.flightgate.server.RunningGateway;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** A gateway for the tests of one class, and short ways to ask it through the JDBC driver. */
final class JdbcFixture implements AutoCloseable {

  private final RunningGateway gateway;

  /** With the default settings. */
  JdbcFixture() {
    this(RunningGateway.builder());
  }

  JdbcFixture(RunningGateway.Builder settings) {
    gateway = settings.start();
  }

  /** A connection of alice's to one of the databases. */
  Connection connect(String database) throws SQLException {
    return connect(database, "");
  }

  /** A connection of alice's with further properties: {@code "&name=value"}. */
  Connection connect(String database, String properties) throws SQLException {
    return DriverManager.getConnection(
        url(database) + properties, "alice", RunningGateway.password("alice"));
  }

  String url(String database) {
    return gateway.jdbcUrl() + "&database=" + database;
  }

  /** The rows of a query, by lines; columns apart by {@code |}. */
  static String query(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return print(rows);
    }
  }

  /** Runs a statement that changes something, and answers how many rows that were. */
  static int update(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  /** The rows that are left, by lines; columns apart by {@code |}, bytes in hexadecimal. */
  static String print(ResultSet rows) throws SQLException {
    StringJoiner lines = new StringJoiner("\n");
    while (rows.next()) {
      StringJoiner line = new StringJoiner("|");
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        line.add(text(rows.getObject(i)));
      }
      lines.add(line.toString());
    }
    return lines.toString();
  }

  private static String text(@Nullable Object value) {
    return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
  }

  @Override
  public void close() {
    gateway.close();
  }
}
