package dev.flightgate.server.types;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import dev.flightgate.server.flight.SqlClient;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;

/**
 * A table of every sampled type, behind a gateway that lets everybody in and, the same, in the
 * engines in process; and every client, connected to each database.
 */
final class SampledTables implements AutoCloseable {

  /** Every type of both engines, and DuckDB's edges. */
  static final List<SampledType> TYPES = all();

  private final RunningGateway gateway =
      RunningGateway.builder()
          .auth(auth -> new AuthConfig(true, List.of(), List.of(), auth.tokenLifetime(), List.of()))
          .start();
  private final Site duckdb = new Site(gateway, Engine.DUCKDB);
  private final Site sqlite = new Site(gateway, Engine.SQLITE);

  /** An engine, and every client of it. */
  static final class Site implements AutoCloseable {
    private final Connection inProcess;
    final SqlClient sql;
    final AdbcClient adbc;
    final Connection jdbc;

    private Site(RunningGateway gateway, Engine engine) throws Exception {
      inProcess = engine.inProcess();
      sql = SqlClient.withoutLogin(gateway, engine.database());
      adbc = new AdbcClient(gateway, engine.database());
      jdbc = connect(gateway, engine);
    }

    @Override
    public void close() throws Exception {
      for (AutoCloseable one : List.of(jdbc, adbc, sql, inProcess)) {
        one.close();
      }
    }
  }

  SampledTables() throws Exception {
    for (SampledType type : TYPES) {
      for (String statement : type.script(table(type))) {
        site(type).sql.update(statement);
        try (Statement inProcess = site(type).inProcess.createStatement()) {
          inProcess.execute(statement);
        }
      }
    }
  }

  Site site(SampledType type) {
    return switch (type.engine()) {
      case DUCKDB -> duckdb;
      case SQLITE -> sqlite;
    };
  }

  private static List<SampledType> all() {
    List<SampledType> types = new ArrayList<>(DuckDbColumns.ALL);
    types.addAll(SqliteColumns.ALL);
    types.addAll(DuckDbColumns.EDGES);
    return types;
  }

  static String table(SampledType type) {
    return "sample_" + TYPES.indexOf(type);
  }

  private static Connection connect(RunningGateway gateway, Engine engine) throws SQLException {
    return DriverManager.getConnection(gateway.jdbcUrl() + "&database=" + engine.database());
  }

  /** One more connection of the JDBC driver's, owned by the caller. */
  Connection connect(SampledType type) throws SQLException {
    return connect(gateway, type.engine());
  }

  /** What the engine in process says of each value. */
  List<String> told(SampledType type) throws SQLException {
    List<String> cells = new ArrayList<>();
    try (Statement statement = site(type).inProcess.createStatement();
        ResultSet rows = statement.executeQuery(select(type.told(), table(type)))) {
      while (rows.next()) {
        cells.add(Cell.of(rows.getObject(1)));
      }
    }
    return cells;
  }

  static String select(String expression, String table) {
    return "SELECT " + expression + " FROM " + table + " ORDER BY i";
  }

  /** The only column of a query, through arrow-java's client. */
  static Column query(SqlClient client, String query) throws Exception {
    Column column = new Column();
    batches(client, query, column::begin, column::add);
    return column;
  }

  /** The batches of a query, through arrow-java's client. */
  static void batches(SqlClient client, String query, Batch begin, Batch each) throws Exception {
    FlightInfo info = client.sql().execute(query, client.options());
    try (FlightStream stream =
        client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
      begin.take(stream.getRoot());
      while (stream.next()) {
        each.take(stream.getRoot());
      }
    }
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable one : List.of(duckdb, sqlite, gateway)) {
      one.close();
    }
  }
}
