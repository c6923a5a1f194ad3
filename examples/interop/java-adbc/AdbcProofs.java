import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcConnection.GetObjectsDepth;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcDriver;
import org.apache.arrow.adbc.core.AdbcException;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.adbc.core.AdbcStatusCode;
import org.apache.arrow.adbc.core.BulkIngestMode;
import org.apache.arrow.adbc.driver.flightsql.FlightSqlConnectionProperties;
import org.apache.arrow.adbc.driver.flightsql.FlightSqlDriver;
import org.apache.arrow.adbc.sql.SqlQuirks;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType.ArrowTypeID;

/**
 * Proofs that ADBC for Java works with a gateway: HOST PORT USER PASSWORD. The driver sends no
 * credentials with a prepared statement (0.20.0), which is how it sends parameters and bulk ingest,
 * so these are proved with a gateway that lets everybody in: an empty USER stands for one.
 */
public final class AdbcProofs {

  private static final Map<String, String> ENDLESS =
      Map.of(
          "main",
          "SELECT range AS n FROM range(1000000000000)",
          "lite",
          "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r");

  private interface Proof {
    void prove() throws Exception;
  }

  private interface Work {
    void on(Client client) throws Exception;
  }

  private final String uri;
  private final String user;
  private final String password;
  private final String database;
  private final String table = "java adbc " + ProcessHandle.current().pid();
  private final String quoted = '"' + table + '"';

  private AdbcProofs(String uri, String user, String password, String database) {
    this.uri = uri;
    this.user = user;
    this.password = password;
    this.database = database;
  }

  /** One connection, and what belongs to it. */
  private record Client(BufferAllocator allocator, AdbcDatabase database, AdbcConnection connection)
      implements AutoCloseable {

    @Override
    public void close() throws Exception {
      connection.close();
      database.close();
      allocator.close();
    }

    List<String> query(String sql) throws Exception {
      try (AdbcStatement statement = connection.createStatement()) {
        statement.setSqlQuery(sql);
        return rows(statement);
      }
    }

    long update(String sql) throws Exception {
      try (AdbcStatement statement = connection.createStatement()) {
        statement.setSqlQuery(sql);
        return statement.executeUpdate().getAffectedRows();
      }
    }

    /** Rows of ids and names "n1", "n2" …, every seventh name null. */
    VectorSchemaRoot numbered(int first, int count) {
      BigIntVector ids = new BigIntVector("id", allocator);
      VarCharVector names = new VarCharVector("name", allocator);
      for (int row = 0; row < count; row++) {
        int id = first + row;
        ids.setSafe(row, id);
        if (id % 7 == 0) {
          names.setNull(row);
        } else {
          names.setSafe(row, ("n" + id).getBytes(StandardCharsets.UTF_8));
        }
      }
      VectorSchemaRoot root = VectorSchemaRoot.of(ids, names);
      root.setRowCount(count);
      return root;
    }

    long ingest(String into, BulkIngestMode mode, int count) throws Exception {
      try (VectorSchemaRoot rows = numbered(0, count);
          AdbcStatement statement = connection.bulkIngest(into, mode)) {
        statement.bind(rows);
        return statement.executeUpdate().getAffectedRows();
      }
    }
  }

  private Client connect(String secret) throws Exception {
    BufferAllocator allocator = new RootAllocator();
    Map<String, Object> parameters = new HashMap<>();
    AdbcDriver.PARAM_URI.set(parameters, uri);
    // Without a login, a cookie is all that tells one client from another.
    FlightSqlConnectionProperties.WITH_COOKIE_MIDDLEWARE.set(parameters, user.isEmpty());
    SqlQuirks types =
        new SqlQuirks.Builder()
            .arrowToSqlTypeNameMapping(
                type -> type.getTypeID() == ArrowTypeID.Int ? "BIGINT" : "VARCHAR")
            .build();
    parameters.put(AdbcDriver.PARAM_SQL_QUIRKS, types);
    if (!user.isEmpty()) {
      AdbcDriver.PARAM_USERNAME.set(parameters, user);
      AdbcDriver.PARAM_PASSWORD.set(parameters, secret);
    }
    parameters.put(FlightSqlConnectionProperties.RPC_CALL_HEADER_PREFIX + "database", database);
    AdbcDatabase opened = new FlightSqlDriver(allocator).open(parameters);
    return new Client(allocator, opened, opened.connect());
  }

  private void connected(Work work) throws Exception {
    try (Client client = connect(password)) {
      work.on(client);
    }
  }

  private static List<String> rows(AdbcStatement statement) throws Exception {
    try (AdbcStatement.QueryResult result = statement.executeQuery()) {
      return rows(result.getReader());
    }
  }

  private static List<String> rows(ArrowReader reader) throws Exception {
    List<String> rows = new ArrayList<>();
    // Before the first batch, or readers of metadata fail on it (0.20.0).
    VectorSchemaRoot root = reader.getVectorSchemaRoot();
    while (reader.loadNextBatch()) {
      for (int row = 0; row < root.getRowCount(); row++) {
        List<String> cells = new ArrayList<>();
        for (FieldVector column : root.getFieldVectors()) {
          cells.add(String.valueOf(column.getObject(row)));
        }
        rows.add(String.join("|", cells));
      }
    }
    return rows;
  }

  private static void equal(Object actual, Object expected, String what) {
    if (!Objects.equals(actual, expected)) {
      throw new AssertionError(what + " should be " + expected + " and is " + actual);
    }
  }

  private static void fails(Proof action, String what, AdbcStatusCode... statuses)
      throws Exception {
    try {
      action.prove();
    } catch (AdbcException e) {
      equal(Arrays.asList(statuses).contains(e.getStatus()), true, what + " with " + e);
      return;
    }
    throw new AssertionError(what + " does not fail");
  }

  private Map<String, Proof> proofs() {
    Map<String, Proof> proofs = new LinkedHashMap<>();
    proofs.put("connect", this::connects);
    boolean open = user.isEmpty();
    if (open) {
      proofs.put("query with parameters", () -> connected(this::queriesWithParameters));
    } else {
      proofs.put("wrong password is refused", this::refusesWrongPassword);
    }
    proofs.put("update", () -> connected(this::updates));
    proofs.put("transaction", () -> connected(this::transacts));
    if (open) {
      proofs.put("prepared update", () -> connected(this::updatesPrepared));
      proofs.put("bulk ingest", () -> connected(this::ingests));
    }
    proofs.put("metadata", () -> connected(this::knowsMetadata));
    proofs.put("error status", () -> connected(this::saysWhatIsWrong));
    proofs.put("cancel", () -> connected(this::cancels));
    proofs.put("clean up", () -> connected(client -> client.update("DROP TABLE " + quoted)));
    return proofs;
  }

  /** Without getInfo(), as the driver clears the answer before it reads it (0.20.0). */
  private void connects() throws Exception {
    connected(client -> equal(client.query("SELECT 1"), List.of("1"), "SELECT 1"));
  }

  private void refusesWrongPassword() throws Exception {
    fails(
        () -> {
          try (Client stranger = connect(password + " not")) {
            stranger.query("SELECT 1");
          }
        },
        "a wrong password",
        AdbcStatusCode.UNAUTHENTICATED);
  }

  private void queriesWithParameters(Client client) throws Exception {
    try (AdbcStatement statement = client.connection().createStatement();
        VectorSchemaRoot parameters = client.numbered(6, 2)) {
      statement.setSqlQuery("SELECT ? * 10 AS n, ? AS t");
      statement.prepare();
      equal(statement.getParameterSchema().getFields().size(), 2, "the count of parameters");
      statement.bind(parameters);
      equal(rows(statement), List.of("60|n6", "70|null"), "the rows");
    }
  }

  private void updates(Client client) throws Exception {
    client.update("DROP TABLE IF EXISTS " + quoted);
    client.update("CREATE TABLE " + quoted + " (id INTEGER PRIMARY KEY, name TEXT)");
    equal(
        client.update("INSERT INTO " + quoted + " VALUES (1, 'one'), (2, 'two')"), 2L, "the count");
    equal(
        client.query("SELECT id, name FROM " + quoted + " ORDER BY id"),
        List.of("1|one", "2|two"),
        "the rows");
    // On the query path it runs once too.
    client.query("INSERT INTO " + quoted + " VALUES (3, 'three')");
    equal(client.query("SELECT count(*) FROM " + quoted), List.of("3"), "the count of rows");
  }

  private void transacts(Client client) throws Exception {
    String count = "SELECT count(*) FROM " + quoted;
    try (Client other = connect(password)) {
      // A first call gives a client without a login its cookie, and with it its own session.
      equal(client.query(count), List.of("3"), "before");
      client.update("BEGIN");
      client.update("INSERT INTO " + quoted + " VALUES (100, 'rolled back')");
      equal(client.query(count), List.of("4"), "its own view");
      equal(other.query(count), List.of("3"), "others' view");
      client.update("ROLLBACK");
      equal(client.query(count), List.of("3"), "after rollback");
      client.update("BEGIN");
      client.update("INSERT INTO " + quoted + " VALUES (101, 'committed')");
      client.update("COMMIT");
      equal(other.query(count), List.of("4"), "after commit");
    }
  }

  private void updatesPrepared(Client client) throws Exception {
    try (AdbcStatement statement = client.connection().createStatement();
        VectorSchemaRoot parameters = client.numbered(10, 5)) {
      statement.setSqlQuery("INSERT INTO " + quoted + " VALUES (?, ?)");
      statement.prepare();
      statement.bind(parameters);
      equal(statement.executeUpdate().getAffectedRows(), 5L, "the count");
    }
    equal(
        client.query("SELECT name FROM " + quoted + " WHERE id BETWEEN 13 AND 14 ORDER BY id"),
        List.of("n13", "null"),
        "the rows");
  }

  /** The driver makes SQL of it and does not quote names. */
  private void ingests(Client client) throws Exception {
    String into = "java_adbc_" + ProcessHandle.current().pid();
    String counts = "SELECT count(*), count(name), max(id) FROM " + into;
    client.ingest(into, BulkIngestMode.CREATE, 7000);
    equal(client.query(counts), List.of("7000|6000|6999"), "what is there");
    fails(
        () -> client.ingest(into, BulkIngestMode.CREATE, 1),
        "create on an existing table",
        AdbcStatusCode.ALREADY_EXISTS);
    client.ingest(into, BulkIngestMode.APPEND, 7);
    equal(client.query(counts), List.of("7007|6006|6999"), "what is there after append");
    fails(
        () -> client.ingest(into + "_missing", BulkIngestMode.APPEND, 1),
        "append to a missing table",
        AdbcStatusCode.NOT_FOUND);
    client.update("DROP TABLE " + into);
  }

  /** To the depth of tables, as the driver fails on the columns of its own answer (0.20.0). */
  private void knowsMetadata(Client client) throws Exception {
    GetObjectsDepth tables = GetObjectsDepth.TABLES;
    try (ArrowReader objects =
        client.connection().getObjects(tables, null, null, table, null, null)) {
      List<String> found = rows(objects);
      equal(found.size(), 1, "the count of catalogs in " + found);
      equal(found.get(0).contains(table), true, "that the table is among " + found);
    }
  }

  private void saysWhatIsWrong(Client client) throws Exception {
    Map<String, AdbcStatusCode> wrong = new LinkedHashMap<>();
    wrong.put("SELEC 1", AdbcStatusCode.INVALID_ARGUMENT);
    wrong.put("SELECT nothing FROM " + quoted, AdbcStatusCode.INVALID_ARGUMENT);
    wrong.put(
        "SELECT * FROM missing_" + ProcessHandle.current().pid(), AdbcStatusCode.NOT_FOUND);
    wrong.put("CREATE TABLE " + quoted + " (id INTEGER)", AdbcStatusCode.ALREADY_EXISTS);
    for (Map.Entry<String, AdbcStatusCode> one : wrong.entrySet()) {
      fails(() -> client.query(one.getKey()), one.getKey(), one.getValue());
    }
    fails(
        () -> client.update("INSERT INTO " + quoted + " VALUES (1, 'again')"),
        "a duplicate",
        AdbcStatusCode.ALREADY_EXISTS,
        AdbcStatusCode.INVALID_ARGUMENT);
    equal(client.query("SELECT 1"), List.of("1"), "the connection afterwards");
  }

  /** The driver has no cancel(); to close the reader is what it has. */
  private void cancels(Client client) throws Exception {
    try (AdbcStatement statement = client.connection().createStatement()) {
      statement.setSqlQuery(ENDLESS.get(database));
      AdbcStatement.QueryResult result = statement.executeQuery();
      equal(result.getReader().loadNextBatch(), true, "a first batch");
      long begin = System.nanoTime();
      result.close();
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      equal(took.toSeconds() < 10, true, "to close an endless result within 10 s");
    }
    equal(client.query("SELECT 1"), List.of("1"), "the connection afterwards");
  }

  public static void main(String[] arguments) {
    String uri = "grpc+tcp://" + arguments[0] + ":" + arguments[1];
    for (String database : List.of("main", "lite")) {
      Map<String, Proof> proofs =
          new AdbcProofs(uri, arguments[2], arguments[3], database).proofs();
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
    System.exit(0);
  }
}
