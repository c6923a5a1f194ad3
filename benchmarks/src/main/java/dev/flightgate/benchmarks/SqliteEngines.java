package dev.flightgate.benchmarks;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendFactory;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.SessionContext;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import org.apache.arrow.adapter.jdbc.ArrowVectorIterator;
import org.apache.arrow.adapter.jdbc.JdbcToArrow;
import org.apache.arrow.adapter.jdbc.JdbcToArrowConfig;
import org.apache.arrow.adapter.jdbc.JdbcToArrowConfigBuilder;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.sqlite.SQLiteConfig;

/**
 * Ways into and out of a SQLite file without a server, in a JVM of their own: the gateway's
 * backend, arrow-jdbc, and JDBC. Reads a line of words, does it, answers a line with the rows, the
 * nanoseconds and the rows of its largest batch; ends with its input.
 */
final class SqliteEngines {

  private final BufferAllocator allocator;
  private final String url;
  private final Map<String, Backend> backends = new HashMap<>();
  private long begin;
  private long rows;
  private long batchRows;

  private SqliteEngines(BufferAllocator allocator, String file) {
    this.allocator = allocator;
    this.url = "jdbc:sqlite:" + file;
    BackendFactory factory =
        ServiceLoader.load(BackendFactory.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(each -> each.type().equals("sqlite"))
            .findFirst()
            .orElseThrow();
    for (String nativeCode : List.of("off", "auto")) {
      Map<String, String> settings = Map.of("sqlite.native-code", nativeCode);
      backends.put(
          nativeCode,
          factory.open(
              new BackendOptions("sqlite", file, false, allocator, List.of(), null, settings)));
    }
  }

  /** Serves one file, named by the argument, until its input ends. */
  public static void main(String[] arguments) throws Exception {
    try (BufferAllocator allocator = new RootAllocator()) {
      new SqliteEngines(allocator, arguments[0]).serve();
    }
  }

  private void serve() throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("ready");
    String line;
    while ((line = in.readLine()) != null) {
      String[] words = line.split(" ", -1);
      rows = 0;
      batchRows = 0;
      begin = System.nanoTime();
      switch (words[0]) {
        case "fill" -> fill(Long.parseLong(words[1]));
        case "ours" -> ours(words[1]);
        case "loop" -> loop(Integer.parseInt(words[1]), words[2]);
        case "arrow-jdbc" -> arrowJdbc(Integer.parseInt(words[1]));
        case "ingest" -> ingest(words[1], Long.parseLong(words[2]));
        case "addBatch" -> addBatch(Long.parseLong(words[1]));
        default -> throw new IllegalArgumentException(line);
      }
      System.out.println(rows + " " + (System.nanoTime() - begin) + " " + batchRows);
    }
    backends.values().forEach(Backend::close);
  }

  private Backend backend(String nativeCode) {
    return Objects.requireNonNull(backends.get(nativeCode), nativeCode);
  }

  private void count(VectorSchemaRoot batch) {
    batchRows = Math.max(batchRows, batch.getRowCount());
    rows += batch.getRowCount();
  }

  private void fill(long count) throws SQLException {
    try (Connection sqlite = DriverManager.getConnection(url);
        Statement statement = sqlite.createStatement()) {
      statement.execute(SqliteSample.CREATE);
      statement.execute(SqliteSample.fill(count));
    }
  }

  private void ours(String nativeCode) throws Exception {
    try (BackendSession session =
            backend(nativeCode).openSession(SessionContext.of("benchmark", true, allocator));
        PreparedQuery query = session.prepare(SqliteSample.QUERY);
        BatchStream stream = query.openStream(Parameters.NONE, 0, allocator)) {
      while (stream.next()) {
        count(stream.root());
      }
    }
  }

  /** The loop in C as an extension of the driver's own SQLite. */
  private void loop(int rowsPerBatch, String library) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.enableLoadExtension(true);
    try (Connection sqlite = config.createConnection(url)) {
      try (PreparedStatement load = sqlite.prepareStatement("SELECT load_extension(?)")) {
        load.setString(1, library);
        load.executeQuery().close();
      }
      try (PreparedStatement loop = sqlite.prepareStatement("SELECT sqlite_loop(?, ?, ?)")) {
        loop.setInt(1, rowsPerBatch);
        loop.setString(2, SqliteSample.TYPES);
        loop.setString(3, SqliteSample.QUERY);
        begin = System.nanoTime();
        try (ResultSet line = loop.executeQuery()) {
          rows = Long.parseLong(line.getString(1).split(" ", -1)[0]);
        }
      }
    }
  }

  private void arrowJdbc(int rowsPerBatch) throws Exception {
    JdbcToArrowConfig config =
        new JdbcToArrowConfigBuilder(allocator, null)
            .setReuseVectorSchemaRoot(true)
            .setTargetBatchSize(rowsPerBatch)
            .build();
    try (Connection sqlite = DriverManager.getConnection(url);
        Statement statement = sqlite.createStatement();
        ResultSet result = statement.executeQuery(SqliteSample.QUERY);
        ArrowVectorIterator batches = JdbcToArrow.sqlToArrowVectorIterator(result, config)) {
      while (batches.hasNext()) {
        count(batches.next());
      }
    }
  }

  private void ingest(String nativeCode, long count) {
    try (VectorSchemaRoot batch = SqliteSample.batch(allocator);
        BackendSession session =
            backend(nativeCode).openSession(SessionContext.of("benchmark", false, allocator))) {
      begin = System.nanoTime();
      rows =
          session.ingest(
              new IngestTarget(null, null, "uploaded", IngestTarget.Mode.REPLACE, false),
              new SqliteSample.Repeated(batch, count));
    }
  }

  private void addBatch(long count) throws SQLException {
    try (Connection sqlite = DriverManager.getConnection(url)) {
      try (Statement statement = sqlite.createStatement()) {
        statement.execute("DROP TABLE IF EXISTS uploaded");
        statement.execute(SqliteSample.CREATE.replace("sample", "uploaded"));
      }
      sqlite.setAutoCommit(false);
      begin = System.nanoTime();
      try (PreparedStatement insert =
          sqlite.prepareStatement("INSERT INTO uploaded VALUES(?, ?, ?, ?, ?, ?)")) {
        while (rows < count) {
          for (SqliteSample.Row row : SqliteSample.ROWS) {
            insert.setLong(1, row.a());
            insert.setLong(2, row.b());
            insert.setDouble(3, row.c());
            insert.setDouble(4, row.d());
            insert.setString(5, row.e());
            insert.setString(6, row.f());
            insert.addBatch();
          }
          insert.executeBatch();
          rows += SqliteSample.ROWS.size();
        }
      }
      sqlite.commit();
    }
  }
}
