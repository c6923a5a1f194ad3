package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Client.Fetch;
import dev.flightgate.benchmarks.Installation.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * One of those who are compared: a server in a process of its own, and a connection to it. Closing
 * it ends both.
 */
final class Peer implements AutoCloseable {

  /** How it is asked. */
  private enum Language {
    FLIGHT_SQL,
    /** Plain Flight: a command is rows per batch, a space and a query. */
    COMMANDS,
    /** Not over the wire at all: {@link PeerEngines} drain the query. */
    ENGINE
  }

  /** What a user of DazzleDuck finds in its own configuration. */
  private static final String DAZZLEDUCK_LOGIN = "admin";

  private static final String DAZZLEDUCK_MAIN = "io.dazzleduck.sql.flight.server.Main";

  private static final String GATEWAY = "Flightgate";
  private static final String ONE_ENGINE_THREAD = GATEWAY + ", duckdb.threads: 1";

  private final String name;
  private final Language language;
  private final ServerProcess server;
  private final Client client;

  private Peer(String name, Language language, ServerProcess server, Client client) {
    this.name = name;
    this.language = language;
    this.server = server;
    this.client = client;
  }

  static Peer gateway(Setup setup, String... arguments) {
    ServerProcess server = ServerProcess.gateway(setup, arguments);
    return new Peer(GATEWAY, Language.FLIGHT_SQL, server, new Client(server));
  }

  /** The gateway too, told to leave a core to the wire where there are two. */
  static Peer gatewayOfOneEngineThread(Setup setup) throws IOException {
    Path config = setup.work().resolve("one-engine-thread.yaml");
    Files.writeString(
        config,
        """
        databases:
          - name: main
            type: duckdb
            location: ":memory:"
            settings:
              duckdb.threads: 1
        """);
    ServerProcess server = ServerProcess.gateway(setup, "--config", config.toString());
    return new Peer(ONE_ENGINE_THREAD, Language.FLIGHT_SQL, server, new Client(server));
  }

  /** DazzleDuck as it is released, but on this machine only. */
  static Peer dazzleduck(Setup setup) throws IOException, InterruptedException, Unavailable {
    Path jars = new Installation(setup).dazzleduck();
    Path warehouse = Files.createDirectories(setup.work().resolve("warehouse"));
    ServerProcess server =
        ServerProcess.foreign(
            setup,
            "dazzleduck",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                jars + "/*",
                DAZZLEDUCK_MAIN,
                "--conf",
                "flight-sql.host=127.0.0.1",
                "--conf",
                "flight-sql.port=0",
                "--conf",
                "useEncryption=false",
                "--conf",
                "warehousePath=" + warehouse));
    Client client = new Client(server);
    client.login(DAZZLEDUCK_LOGIN, DAZZLEDUCK_LOGIN);
    return new Peer("DazzleDuck 0.0.4", Language.FLIGHT_SQL, server, client);
  }

  /** C++ from the engine to the wire. */
  static Peer pyarrow(Setup setup) throws IOException, InterruptedException, Unavailable {
    String python = new Installation(setup).python().toString();
    String program = setup.home().resolve("benchmarks/peers/pyarrow/server.py").toString();
    ServerProcess server = ServerProcess.foreign(setup, "pyarrow", List.of(python, program));
    return new Peer("pyarrow", Language.COMMANDS, server, new Client(server));
  }

  /** A Flight server over arrow-jdbc. */
  static Peer jdbc(Setup setup, Path file) {
    ServerProcess server = ServerProcess.jdbcPeer(setup, file);
    return new Peer("arrow-jdbc", Language.COMMANDS, server, new Client(server));
  }

  /** DuckDB without a server. */
  static Peer inProcess(Setup setup) {
    ServerProcess server = ServerProcess.peer(setup);
    return new Peer("in process", Language.ENGINE, server, new Client(server));
  }

  String name() {
    return name;
  }

  /** Whether it is ours, however it is set. */
  boolean isGateway() {
    return name.startsWith(GATEWAY);
  }

  /** Whether it has a wire to its client. */
  boolean serves() {
    return language != Language.ENGINE;
  }

  /** Whether it takes uploads into tables of its engine. */
  boolean takesUploads() {
    return switch (language) {
      case FLIGHT_SQL -> !name.startsWith("DazzleDuck"); // whose uploads become files
      case COMMANDS -> true;
      case ENGINE -> false;
    };
  }

  Client client() {
    return client;
  }

  /** Runs a statement that yields no rows; nothing if it is empty. */
  void execute(String statement) {
    if (!statement.isEmpty()) {
      switch (language) {
        case FLIGHT_SQL -> client.update(statement);
        case COMMANDS, ENGINE -> client.act("sql", statement);
      }
    }
  }

  /** Plans and reads to the end; the seconds are those of both. An engine tells no rows. */
  Fetch read(String query, long batchRows) throws Exception {
    long begin = System.nanoTime();
    FlightInfo info =
        switch (language) {
          case FLIGHT_SQL -> client.plan(query);
          case COMMANDS -> client.planCommand(batchRows + " " + query);
          case ENGINE -> null;
        };
    if (info == null) {
      return new Fetch(0, 0, client.act("drain", batchRows + " " + query));
    }
    Fetch fetch = client.fetch(Client.ticket(info));
    return new Fetch(fetch.rows(), fetch.bytes(), (System.nanoTime() - begin) / 1e9);
  }

  /** Uploads the batch so often into a new table; the seconds that took. */
  double upload(VectorSchemaRoot batch, long count) {
    FlightDescriptor table =
        language == Language.FLIGHT_SQL
            ? Ingest.table("uploaded")
            : FlightDescriptor.path("uploaded");
    return client.put(table, batch, count);
  }

  ProcessFigures figures() {
    return server.figures();
  }

  @Override
  public void close() throws Exception {
    try (server) {
      client.close();
    }
  }
}
