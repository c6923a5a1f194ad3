import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.logging.LogManager;

/**
 * Proofs that the Flight SQL JDBC driver works with a gateway: HOST PORT USER PASSWORD. The driver
 * has no bulk ingest of Flight SQL; a batch of a prepared statement is what comes nearest to it.
 */
public final class JdbcProofs {

  private static final Map<String, String> ENDLESS =
      Map.of(
          "main",
          "SELECT range AS n FROM range(1000000000000)",
          "lite",
          "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r");

  private interface Proof {
    void prove() throws Exception;
  }

  private final String url;
  private final String user;
  private final String password;
  private final String database;
  private final String table = "java jdbc " + ProcessHandle.current().pid();
  private final String quoted = '"' + table + '"';

  private JdbcProofs(String url, String user, String password, String database) {
    this.url = url;
    this.user = user;
    this.password = password;
    this.database = database;
  }

  private Connection connect(String secret) throws SQLException {
    Properties properties = new Properties();
    properties.put("user", user);
    properties.put("password", secret);
    // What the driver does not know it sends as a header.
    properties.put("database", database);
    return DriverManager.getConnection(url, properties);
  }

  private Connection connect() throws SQLException {
    return connect(password);
  }

  private static List<String> rows(ResultSet result) throws SQLException {
    try (result) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        List<String> cells = new ArrayList<>();
        for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
          cells.add(result.getString(column));
        }
        rows.add(String.join("|", cells.stream().map(String::valueOf).toList()));
      }
      return rows;
    }
  }

  private static List<String> query(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return rows(statement.executeQuery(sql));
    }
  }

  private static int update(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  private static void equal(Object actual, Object expected, String what) {
    if (!Objects.equals(actual, expected)) {
      throw new AssertionError(what + " should be " + expected + " and is " + actual);
    }
  }

  /** The driver has no SQLSTATE of its own; the status is a word of the message or of a cause. */
  private static void fails(Proof action, String status, String what) throws Exception {
    try {
      action.prove();
    } catch (SQLException e) {
      StringBuilder said = new StringBuilder();
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        said.append(cause).append('\n');
        if (cause.toString().contains(status)) {
          return;
        }
      }
      throw new AssertionError(what + " should fail with " + status + " and says " + said);
    }
    throw new AssertionError(what + " does not fail");
  }

  private Map<String, Proof> proofs() {
    Map<String, Proof> proofs = new LinkedHashMap<>();
    proofs.put("connect", this::connects);
    proofs.put("wrong password is refused", this::refusesWrongPassword);
    proofs.put("query with parameters", this::queriesWithParameters);
    proofs.put("update", this::updates);
    proofs.put("transaction", this::transacts);
    proofs.put("batch", this::insertsBatch);
    proofs.put("metadata", this::knowsMetadata);
    proofs.put("error status", this::saysWhatIsWrong);
    proofs.put("cancel", this::cancels);
    proofs.put("clean up", this::cleansUp);
    return proofs;
  }

  private void connects() throws SQLException {
    try (Connection connection = connect()) {
      equal(query(connection, "SELECT 1"), List.of("1"), "SELECT 1");
      equal(connection.getMetaData().getDatabaseProductName(), "Flightgate", "the product");
      equal(connection.isValid(5), true, "isValid");
    }
  }

  private void refusesWrongPassword() throws Exception {
    fails(() -> connect(password + " not").close(), "user or password", "a wrong password");
  }

  private void queriesWithParameters() throws SQLException {
    try (Connection connection = connect();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT CAST(? AS INTEGER) + 1 AS n, CAST(? AS VARCHAR) AS t")) {
      equal(statement.getParameterMetaData().getParameterCount(), 2, "the count of parameters");
      for (int number = 1; number <= 3; number++) {
        statement.setInt(1, number);
        statement.setString(2, "it's " + number);
        String expected = (number + 1) + "|it's " + number;
        equal(rows(statement.executeQuery()), List.of(expected), "the row");
      }
      statement.setNull(1, Types.INTEGER);
      statement.setNull(2, Types.VARCHAR);
      equal(rows(statement.executeQuery()), List.of("null|null"), "the row of nulls");
    }
  }

  private void updates() throws SQLException {
    try (Connection connection = connect()) {
      update(connection, "DROP TABLE IF EXISTS " + quoted);
      update(
          connection,
          "CREATE TABLE " + quoted + " (id INTEGER PRIMARY KEY, name VARCHAR, price DECIMAL(9, 2))");
      equal(
          update(connection, "INSERT INTO " + quoted + " VALUES (1, 'one', 1.5), (2, 'two', 2)"),
          2,
          "the count of the insert");
      try (PreparedStatement statement =
          connection.prepareStatement("UPDATE " + quoted + " SET name = ? WHERE id >= ?")) {
        statement.setString(1, "changed");
        statement.setInt(2, 2);
        equal(statement.executeUpdate(), 1, "the count of the update");
      }
      equal(
          query(connection, "SELECT id, name FROM " + quoted + " ORDER BY id"),
          List.of("1|one", "2|changed"),
          "the rows");
      try (Statement statement = connection.createStatement()) {
        equal(statement.execute("DELETE FROM " + quoted + " WHERE id = 2"), false, "execute");
        equal(statement.getUpdateCount(), 1, "the count of the delete");
      }
    }
  }

  /** As text, since the driver's own commit() and rollback() do nothing (18.3.0). */
  private void transacts() throws SQLException {
    String count = "SELECT count(*) FROM " + quoted;
    try (Connection connection = connect();
        Connection other = connect()) {
      update(connection, "BEGIN");
      update(connection, "INSERT INTO " + quoted + " VALUES (100, 'rolled back', 0)");
      equal(query(connection, count), List.of("2"), "its own view");
      equal(query(other, count), List.of("1"), "others' view");
      update(connection, "ROLLBACK");
      equal(query(connection, count), List.of("1"), "after rollback");
      update(connection, "BEGIN");
      update(connection, "INSERT INTO " + quoted + " VALUES (101, 'committed', 0)");
      update(connection, "COMMIT");
      equal(query(other, count), List.of("2"), "after commit");
    }
  }

  private void insertsBatch() throws SQLException {
    int size = 1000;
    try (Connection connection = connect();
        PreparedStatement statement =
            connection.prepareStatement("INSERT INTO " + quoted + " VALUES (?, ?, ?)")) {
      for (int row = 0; row < size; row++) {
        statement.setInt(1, 1000 + row);
        statement.setString(2, row % 7 == 0 ? null : "n" + row);
        statement.setBigDecimal(3, BigDecimal.valueOf(row, 2));
        statement.addBatch();
      }
      statement.executeBatch();
      equal(
          query(
              connection,
              "SELECT count(*), count(name), max(price) FROM " + quoted + " WHERE id >= 1000"),
          List.of(size + "|857|9.99"),
          "what is there");
    }
  }

  private void knowsMetadata() throws SQLException {
    try (Connection connection = connect()) {
      DatabaseMetaData metadata = connection.getMetaData();
      try (ResultSet tables = metadata.getTables(null, null, table, new String[] {"TABLE"})) {
        equal(tables.next(), true, "the table is listed");
        equal(tables.getString("TABLE_NAME"), table, "its name");
        equal(tables.next(), false, "another table is listed");
      }
      List<String> columns = new ArrayList<>();
      try (ResultSet found = metadata.getColumns(null, null, table, null)) {
        while (found.next()) {
          columns.add(found.getString("COLUMN_NAME"));
        }
      }
      equal(columns, List.of("id", "name", "price"), "the columns");
      try (ResultSet keys = metadata.getPrimaryKeys(null, null, table)) {
        equal(keys.next(), true, "a primary key is listed");
        equal(keys.getString("COLUMN_NAME"), "id", "its column");
      }
      equal(rows(metadata.getTableTypes()).contains("VIEW"), true, "VIEW is a type of table");
      equal(rows(metadata.getCatalogs()).isEmpty(), false, "there are no catalogs");
    }
  }

  private void saysWhatIsWrong() throws Exception {
    try (Connection connection = connect()) {
      Map<String, String> wrong = new LinkedHashMap<>();
      wrong.put("SELEC 1", "INVALID_ARGUMENT");
      wrong.put("SELECT nothing FROM " + quoted, "INVALID_ARGUMENT");
      wrong.put("SELECT * FROM missing_" + ProcessHandle.current().pid(), "NOT_FOUND");
      wrong.put("CREATE TABLE " + quoted + " (id INTEGER)", "ALREADY_EXISTS");
      for (Map.Entry<String, String> one : wrong.entrySet()) {
        fails(() -> query(connection, one.getKey()), one.getValue(), one.getKey());
      }
      fails(
          () -> update(connection, "INSERT INTO " + quoted + " VALUES (1, 'again', 0)"),
          "onstraint",
          "a duplicate");
      equal(query(connection, "SELECT 1"), List.of("1"), "the connection afterwards");
    }
  }

  private void cancels() throws Exception {
    try (Connection connection = connect()) {
      try (Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery(ENDLESS.get(database))) {
        equal(result.next(), true, "a first row");
        // By this thread, as the driver closes under the reader what it reads (18.3.0).
        statement.cancel();
        readUntilItEnds(result);
      }
      equal(query(connection, "SELECT 1"), List.of("1"), "the connection afterwards");
    }
  }

  /** The driver ends a cancelled result with either kind of exception, or as if it were done. */
  private static void readUntilItEnds(ResultSet result) {
    long giveUp = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    try {
      while (result.next()) {
        if (System.nanoTime() > giveUp) {
          throw new AssertionError("rows still come long after the cancel");
        }
      }
    } catch (SQLException | RuntimeException e) {
      equal(e.toString().toLowerCase(Locale.ROOT).contains("cancel"), true, "that " + e + " says so");
    }
  }

  private void cleansUp() throws SQLException {
    try (Connection connection = connect()) {
      update(connection, "DROP TABLE " + quoted);
    }
  }

  public static void main(String[] arguments) {
    LogManager.getLogManager().reset(); // the driver's log is not the proofs'
    String url =
        "jdbc:arrow-flight-sql://" + arguments[0] + ":" + arguments[1] + "/?useEncryption=false";
    for (String database : List.of("main", "lite")) {
      Map<String, Proof> proofs =
          new JdbcProofs(url, arguments[2], arguments[3], database).proofs();
      for (Map.Entry<String, Proof> proof : proofs.entrySet()) {
        String name = proof.getKey() + " (" + database + ")";
        try {
          proof.getValue().prove();
        } catch (Exception | AssertionError e) {
          System.out.println("FAILED  " + name + ": " + e);
          if (System.getenv("INTEROP_TRACE") != null) {
            e.printStackTrace();
          }
          System.exit(1);
        }
        System.out.println("ok  " + name);
      }
    }
    System.exit(0); // the driver leaves threads behind
  }
}
