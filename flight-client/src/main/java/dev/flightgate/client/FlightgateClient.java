package dev.flightgate.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a Flight SQL server.
 *
 * <pre>{@code
 * try (FlightgateClient client =
 *         FlightgateClient.connect(
 *             URI.create("grpc://127.0.0.1:31337"), Credentials.password("me", secret));
 *     QueryResult rows = client.query("SELECT n_name FROM nation WHERE n_regionkey = ?", 3)) {
 *   while (rows.next()) {
 *     System.out.print(rows.batch().contentToTSVString());
 *   }
 * }
 * }</pre>
 *
 * <p>The client itself is safe for use by many threads; the results, prepared statements and
 * transactions it hands out are each for one thread at a time. Interrupting a waiting thread
 * cancels its call. Every failure is a {@link FlightgateException}. Nothing is tried a second time.
 *
 * <p>Arrow needs the JVM flag {@code --add-opens=java.base/java.nio=ALL-UNNAMED}.
 */
public final class FlightgateClient implements AutoCloseable {

  private final Wire wire;
  private final Statements statements;

  private FlightgateClient(Wire wire) {
    this.wire = wire;
    this.statements = new Statements(wire, null);
  }

  /** Connects with {@link ClientOptions#defaults()}. */
  public static FlightgateClient connect(URI uri, Credentials credentials) {
    return connect(uri, credentials, ClientOptions.defaults());
  }

  /**
   * Reaches the server and logs in.
   *
   * @param uri {@code grpc://host:port} or {@code grpc+tls://host:port}
   * @throws FlightgateException {@code UNAVAILABLE} if nothing answers there, {@code
   *     UNAUTHENTICATED} if the credentials are wrong
   */
  public static FlightgateClient connect(URI uri, Credentials credentials, ClientOptions options) {
    return new FlightgateClient(Wire.open(uri, credentials, options));
  }

  /**
   * Runs a statement and hands out its rows, which the caller closes. A statement that changes
   * something has run, once, when this returns.
   *
   * @param parameters one for each {@code ?}; see {@link PreparedStatement#bind(Object...)}
   */
  public QueryResult query(String sql, @Nullable Object... parameters) {
    return statements.query(sql, parameters);
  }

  /**
   * Runs a statement for its effect; the count of rows changed, -1 where the engine does not know.
   *
   * @param parameters one for each {@code ?}; see {@link PreparedStatement#bind(Object...)}
   */
  public long update(String sql, @Nullable Object... parameters) {
    return statements.update(sql, parameters);
  }

  /** Has the server parse a statement and keep it until the caller closes it. */
  public PreparedStatement prepare(String sql) {
    return statements.prepare(sql);
  }

  /** Begins a transaction, which the caller closes. */
  public Transaction begin() {
    return Transaction.begin(wire);
  }

  /**
   * Sends all batches of a reader into a table; the count of rows stored. The reader stays the
   * caller's.
   *
   * @throws java.io.UncheckedIOException if the reader's schema cannot be read
   */
  public long ingest(String table, IngestMode mode, ArrowReader batches) {
    return statements.ingest(table, mode, batches);
  }

  /** Sends one batch into a table; the count of rows stored. The batch stays the caller's. */
  public long ingest(String table, IngestMode mode, VectorSchemaRoot batch) {
    return statements.ingest(table, mode, batch);
  }

  /** The tables and views of the database, as the server sorts them. */
  public List<TableInfo> tables() {
    List<TableInfo> tables = new ArrayList<>();
    try (QueryResult rows = wire.query(CommandGetTables.getDefaultInstance())) {
      while (rows.next()) {
        VectorSchemaRoot batch = rows.batch();
        for (int row = 0; row < batch.getRowCount(); row++) {
          tables.add(
              new TableInfo(
                  text(batch, "catalog_name", row),
                  text(batch, "db_schema_name", row),
                  String.valueOf(text(batch, "table_name", row)),
                  String.valueOf(text(batch, "table_type", row))));
        }
      }
    }
    return tables;
  }

  private static @Nullable String text(VectorSchemaRoot batch, String column, int row) {
    VarCharVector texts = (VarCharVector) batch.getVector(column);
    return texts.isNull(row) ? null : new String(texts.get(row), StandardCharsets.UTF_8);
  }

  /** Where batches to send are best made. Closed with the client; what is made of it is not. */
  public BufferAllocator allocator() {
    return wire.allocator();
  }

  /**
   * Ends the server's session, rolling back what is open there, and closes the connection; waits
   * two seconds at most for an answer. Calls other threads still wait for end as {@code CANCELLED}.
   *
   * @throws IllegalStateException if a result was not closed: its memory has leaked
   */
  @Override
  public void close() {
    wire.close();
  }
}
