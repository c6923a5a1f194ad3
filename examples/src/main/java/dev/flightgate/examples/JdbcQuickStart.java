package dev.flightgate.examples;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Connects with Apache Arrow's JDBC driver for Flight SQL, as any Java program or tool can. */
final class JdbcQuickStart {

  private JdbcQuickStart() {}

  public static void main(String[] args) throws SQLException {
    Gateway gateway = Gateway.ofEnvironment();
    String address = gateway.uri().getHost() + ":" + gateway.uri().getPort();
    run(address, gateway.user(), gateway.password());
  }

  private static void run(String address, String user, String password) throws SQLException {
    // region readme
    String url = "jdbc:arrow-flight-sql://" + address + "/?useEncryption=false";
    try (Connection connection = DriverManager.getConnection(url, user, password);
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT n_name, n_nationkey FROM nation WHERE n_regionkey = ?")) {
      query.setInt(1, 3);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          System.out.println(rows.getString("n_name") + " " + rows.getInt("n_nationkey"));
        }
      }
    }
    // endregion
    try (Connection connection = DriverManager.getConnection(url, user, password)) {
      change(connection);
    }
  }

  /** The driver's commit() and rollback() do nothing, so transactions are SQL text. */
  private static void change(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS visits");
      statement.execute("CREATE TABLE visits (who VARCHAR, times INTEGER)");
      // region transaction
      statement.execute("BEGIN");
      statement.executeUpdate("INSERT INTO visits VALUES ('ada', 3)");
      statement.execute("COMMIT");
      // endregion
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO visits VALUES (?, ?)")) {
        for (int times = 1; times <= 3; times++) {
          insert.setString(1, "bob");
          insert.setInt(2, times);
          insert.addBatch();
        }
        insert.executeBatch();
      }
      try (ResultSet sum = statement.executeQuery("SELECT count(*), sum(times) FROM visits")) {
        sum.next();
        System.out.println(sum.getLong(1) + " visits, " + sum.getLong(2) + " times");
      }
    }
  }
}
