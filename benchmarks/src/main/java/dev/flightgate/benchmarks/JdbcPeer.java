package dev.flightgate.benchmarks;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Calendar;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.arrow.adapter.jdbc.ArrowVectorIterator;
import org.apache.arrow.adapter.jdbc.JdbcToArrow;
import org.apache.arrow.adapter.jdbc.JdbcToArrowConfig;
import org.apache.arrow.adapter.jdbc.JdbcToArrowConfigBuilder;
import org.apache.arrow.flight.BackpressureStrategy;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A peer of the gateway over SQLite, as one would write it: a plain Flight server that reads by
 * JDBC and makes batches with arrow-jdbc. A command or ticket is rows per batch, a space and a
 * query; a connection for each.
 */
final class JdbcPeer extends NoOpFlightProducer {

  private final BufferAllocator allocator;
  private final String url;
  private final ExecutorService readers = Executors.newCachedThreadPool();

  private JdbcPeer(BufferAllocator allocator, String url) {
    this.allocator = allocator;
    this.url = url;
  }

  /** Serves the file of SQLite's until the process is ended, which frees everything. */
  public static void main(String[] arguments) throws Exception {
    BufferAllocator allocator = new RootAllocator();
    JdbcPeer peer = new JdbcPeer(allocator, "jdbc:sqlite:" + arguments[0]);
    FlightServer server =
        FlightServer.builder(allocator, Location.forGrpcInsecure("127.0.0.1", 0), peer)
            .build()
            .start();
    System.out.println("peer ready on grpc://127.0.0.1:" + server.getPort());
    server.awaitTermination();
  }

  @Override
  public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
    FlightEndpoint endpoint = FlightEndpoint.builder(new Ticket(descriptor.getCommand())).build();
    return FlightInfo.builder(new Schema(List.of()), descriptor, List.of(endpoint)).build();
  }

  @Override
  public void getStream(CallContext context, Ticket ticket, ServerStreamListener client) {
    String words = new String(ticket.getBytes(), StandardCharsets.UTF_8);
    int space = words.indexOf(' ');
    int batchRows = Integer.parseInt(words.substring(0, space));
    var backpressure = new BackpressureStrategy.CallbackBackpressureStrategy();
    backpressure.register(client);
    client.setUseZeroCopy(true);
    // Not here: gRPC tells of readiness on this very thread.
    readers.execute(() -> answer(words.substring(space + 1), batchRows, client, backpressure));
  }

  private void answer(
      String query, int batchRows, ServerStreamListener client, BackpressureStrategy pressure) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      send(rows, batchRows, client, pressure);
      client.completed();
    } catch (Exception e) {
      client.error(CallStatus.INTERNAL.withCause(e).withDescription("" + e).toRuntimeException());
    }
  }

  private void send(
      ResultSet rows, int batchRows, ServerStreamListener client, BackpressureStrategy pressure)
      throws Exception {
    JdbcToArrowConfig config =
        new JdbcToArrowConfigBuilder(
                allocator, Calendar.getInstance(TimeZone.getTimeZone("UTC"), Locale.ROOT))
            .setTargetBatchSize(batchRows)
            .setReuseVectorSchemaRoot(true)
            .build();
    try (ArrowVectorIterator batches = JdbcToArrow.sqlToArrowVectorIterator(rows, config)) {
      boolean started = false;
      while (batches.hasNext()) {
        VectorSchemaRoot batch = batches.next(); // the same one each time, closed by the iterator
        if (!started) {
          client.start(batch);
          started = true;
        }
        if (pressure.waitForListener(0) != BackpressureStrategy.WaitResult.READY) {
          return;
        }
        client.putNext();
      }
    }
  }
}
