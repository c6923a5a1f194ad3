package dev.flightgate.server.types;

import dev.flightgate.server.RunningGateway;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcDriver;
import org.apache.arrow.adbc.core.AdbcException;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.adbc.core.BulkIngestMode;
import org.apache.arrow.adbc.driver.flightsql.FlightSqlConnectionProperties;
import org.apache.arrow.adbc.driver.flightsql.FlightSqlDriver;
import org.apache.arrow.adbc.sql.SqlQuirks;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;

/**
 * ADBC for Java, connected to a gateway that lets everybody in: the driver sends no credentials
 * with what it has prepared (0.20.0). Closing it checks its memory.
 */
final class AdbcClient implements AutoCloseable {

  private final BufferAllocator allocator = new RootAllocator();
  private final AdbcDatabase database;
  private final AdbcConnection connection;

  AdbcClient(RunningGateway gateway, String databaseName) throws AdbcException {
    Map<String, Object> parameters = new HashMap<>();
    AdbcDriver.PARAM_URI.set(parameters, "grpc+tcp://127.0.0.1:" + gateway.port());
    FlightSqlConnectionProperties.WITH_COOKIE_MIDDLEWARE.set(parameters, true);
    // Names no type: tables are made before.
    parameters.put(
        AdbcDriver.PARAM_SQL_QUIRKS,
        new SqlQuirks.Builder().arrowToSqlTypeNameMapping(String::valueOf).build());
    parameters.put(FlightSqlConnectionProperties.RPC_CALL_HEADER_PREFIX + "database", databaseName);
    database = new FlightSqlDriver(allocator).open(parameters);
    connection = database.connect();
  }

  /** The only column of a query. */
  Column query(String sql) throws Exception {
    Column column = new Column();
    batches(sql, column::begin, column::add);
    return column;
  }

  /** The batches of a query. */
  void batches(String sql, Batch begin, Batch each) throws Exception {
    try (AdbcStatement statement = connection.createStatement()) {
      statement.setSqlQuery(sql);
      try (AdbcStatement.QueryResult result = statement.executeQuery()) {
        ArrowReader reader = result.getReader();
        // Before the first batch, or the reader fails on it (0.20.0).
        VectorSchemaRoot root = reader.getVectorSchemaRoot();
        begin.take(root);
        while (reader.loadNextBatch()) {
          each.take(root);
        }
      }
    }
  }

  /** Runs a statement once for each row of parameters. */
  long update(String sql, VectorSchemaRoot parameters) throws Exception {
    try (AdbcStatement statement = connection.createStatement()) {
      statement.setSqlQuery(sql);
      statement.prepare();
      statement.bind(parameters);
      return statement.executeUpdate().getAffectedRows();
    }
  }

  long append(String table, VectorSchemaRoot rows) throws Exception {
    try (AdbcStatement statement = connection.bulkIngest(table, BulkIngestMode.APPEND)) {
      statement.bind(rows);
      return statement.executeUpdate().getAffectedRows();
    }
  }

  /** The driver leaves an allocator open that holds nothing (0.20.0): only memory counts. */
  @Override
  public void close() throws Exception {
    try {
      connection.close();
      database.close();
      allocator.close();
    } catch (IllegalStateException e) {
      if (allocator.getAllocatedMemory() > 0) {
        throw e;
      }
    }
  }
}
