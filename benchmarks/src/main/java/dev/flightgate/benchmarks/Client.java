package dev.flightgate.benchmarks;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/** arrow-java's client over one connection: the same code for the gateway and its peers. */
final class Client implements AutoCloseable {

  private static final long READY_SECONDS = 60;

  private final BufferAllocator allocator;
  private final FlightClient flight;
  private final FlightSqlClient sql;
  private final Runnable disconnect;
  private CallOption[] options;

  /** A client of the server's default database. */
  Client(ServerProcess server) {
    this(server, "");
  }

  Client(ServerProcess server, String database) {
    this(
        new RootAllocator(),
        Location.forGrpcInsecure("127.0.0.1", server.port()),
        new byte[0],
        database);
  }

  /** A client that trusts the certificate of the file, and no other. */
  static Client overTls(ServerProcess server, Path certificate) throws IOException {
    Location location = Location.forGrpcTls("127.0.0.1", server.port());
    return new Client(new RootAllocator(), location, Files.readAllBytes(certificate), "");
  }

  /** A client without a session, whose connection {@link #disconnect} can close under its calls. */
  static Client overOwnChannel(ServerProcess server, String database) {
    BufferAllocator allocator = new RootAllocator();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    FlightClient flight = FlightGrpcUtils.createFlightClient(allocator, channel);
    return new Client(allocator, flight, database, channel::shutdownNow);
  }

  private Client(
      BufferAllocator allocator, Location location, byte[] certificate, String database) {
    this(allocator, build(allocator, location, certificate), database, () -> {});
  }

  private Client(
      BufferAllocator allocator, FlightClient flight, String database, Runnable disconnect) {
    this.allocator = allocator;
    this.flight = flight;
    this.disconnect = disconnect;
    sql = new FlightSqlClient(flight);
    FlightCallHeaders headers = new FlightCallHeaders();
    headers.insert("database", database);
    options =
        database.isEmpty() ? new CallOption[0] : new CallOption[] {new HeaderCallOption(headers)};
  }

  private static FlightClient build(
      BufferAllocator allocator, Location location, byte[] certificate) {
    FlightClient.Builder builder =
        FlightClient.builder(allocator, location)
            .intercept(new ClientCookieMiddleware.Factory()); // a session, as drivers have one
    if (certificate.length > 0) {
      builder.trustedCertificates(new ByteArrayInputStream(certificate));
    }
    return builder.build();
  }

  /** What a fetch to its end brought. */
  record Fetch(long rows, long bytes, double seconds) {

    double rowsPerSecond() {
      return rows / seconds;
    }
  }

  FlightSqlClient sql() {
    return sql;
  }

  CallOption[] options() {
    return options.clone();
  }

  FlightInfo plan(String query) {
    return sql.execute(query, options);
  }

  /** The plan of a command that only the server understands. */
  FlightInfo planCommand(String command) {
    byte[] words = command.getBytes(StandardCharsets.UTF_8);
    return flight.getInfo(FlightDescriptor.command(words), options);
  }

  /** Shows a password to a server that wants one; what it answers goes with every further call. */
  void login(String user, String password) {
    options = flight.authenticateBasicToken(user, password).stream().toArray(CallOption[]::new);
  }

  static Ticket ticket(FlightInfo info) {
    return info.getEndpoints().get(0).getTicket();
  }

  FlightStream open(Ticket ticket, CallOption... more) {
    List<CallOption> all = new ArrayList<>(List.of(options));
    all.addAll(List.of(more));
    return flight.getStream(ticket, all.toArray(CallOption[]::new));
  }

  /**
   * Closes the connection at once, whatever is under way; only {@link #overOwnChannel} has that.
   */
  void disconnect() {
    disconnect.run();
  }

  /** Reads to the end and forgets what it reads. */
  Fetch fetch(Ticket ticket) throws Exception {
    return fetch(ticket, 0);
  }

  /** Reads to the end, pausing after each batch. */
  Fetch fetch(Ticket ticket, long pauseNanos) throws Exception {
    long begin = System.nanoTime();
    long rows = 0;
    long bytes = 0;
    try (FlightStream stream = open(ticket)) {
      while (stream.next()) {
        rows += stream.getRoot().getRowCount();
        bytes += bytes(stream.getRoot());
        if (pauseNanos > 0) {
          LockSupport.parkNanos(pauseNanos);
        }
      }
    }
    return new Fetch(rows, bytes, (System.nanoTime() - begin) / 1e9);
  }

  static long bytes(VectorSchemaRoot root) {
    long bytes = 0;
    for (FieldVector vector : root.getFieldVectors()) {
      bytes += vector.getBufferSize();
    }
    return bytes;
  }

  /** The first batch of a query; owned by the caller, before whose client it is closed. */
  VectorSchemaRoot firstBatch(String query) throws Exception {
    try (FlightStream stream = open(ticket(plan(query)))) {
      if (!stream.next()) {
        throw new IllegalStateException("no rows: " + query);
      }
      VectorSchemaRoot copy = VectorSchemaRoot.create(stream.getSchema(), allocator);
      try (ArrowRecordBatch batch = new VectorUnloader(stream.getRoot()).getRecordBatch()) {
        new VectorLoader(copy).load(batch);
      }
      stream.cancel("one batch is enough", null);
      return copy;
    }
  }

  void update(String statement) {
    sql.executeUpdate(statement, options);
  }

  /** Has a peer do something; the seconds it took there. */
  double act(String action, String words) {
    var results =
        flight.doAction(new Action(action, words.getBytes(StandardCharsets.UTF_8)), options);
    return Long.parseLong(new String(results.next().getBody(), StandardCharsets.UTF_8)) / 1e9;
  }

  /** Uploads the batch so many times; the seconds until the server has said that it is done. */
  double put(FlightDescriptor descriptor, VectorSchemaRoot batch, long count) {
    long begin = System.nanoTime();
    AsyncPutListener answer = new AsyncPutListener();
    FlightClient.ClientStreamListener upload = flight.startPut(descriptor, batch, answer, options);
    for (long sent = 0; sent < count; sent++) {
      awaitReady(upload);
      upload.putNext();
    }
    upload.completed();
    answer.getResult();
    return (System.nanoTime() - begin) / 1e9;
  }

  /** putNext would wait too, but by spinning, on a core that the server needs. */
  private static void awaitReady(FlightClient.ClientStreamListener upload) {
    long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    while (!upload.isReady()) {
      if (System.nanoTime() > patience) {
        throw new IllegalStateException("the server takes no more batches");
      }
      LockSupport.parkNanos(20_000);
    }
  }

  @Override
  public void close() throws Exception {
    sql.close();
    allocator.close();
  }
}
