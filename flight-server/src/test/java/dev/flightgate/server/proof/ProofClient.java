package dev.flightgate.server.proof;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A client over a connection of its own, which it can cut without a word. Its calls end after a
 * minute. One thread.
 */
final class ProofClient implements AutoCloseable {

  private static final EventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private static final long CALL_SECONDS = 60;
  private static final Pattern GONE =
      Pattern.compile("(?i)io exception|network|connection|channel");

  private final Queue<NioSocketChannel> sockets = new ConcurrentLinkedQueue<>();
  private final FlightClient flight;
  private final FlightSqlClient sql;
  private final List<CallOption> options = new ArrayList<>();

  private ProofClient(int port, BufferAllocator allocator) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .eventLoopGroup(LOOPS)
            .channelFactory(this::socket)
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .build();
    flight = FlightGrpcUtils.createFlightClient(allocator, channel);
    sql = new FlightSqlClient(flight);
    options.add(CallOptions.timeout(CALL_SECONDS, TimeUnit.SECONDS));
  }

  /** One that has not said who it is. */
  static ProofClient stranger(int port, BufferAllocator allocator) {
    return new ProofClient(port, allocator);
  }

  /** One that has logged in, for a database. */
  static ProofClient login(int port, BufferAllocator allocator, String database) {
    ProofClient client = new ProofClient(port, allocator);
    CallHeaders headers = new FlightCallHeaders();
    headers.insert("database", database);
    client.options.add(new HeaderCallOption(headers));
    try {
      client.options.add(client.token(GatewayProcess.USER, GatewayProcess.PASSWORD));
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
    return client;
  }

  private NioSocketChannel socket() {
    NioSocketChannel socket = new NioSocketChannel();
    sockets.add(socket);
    return socket;
  }

  /** Logs in by a handshake. */
  CredentialCallOption token(String user, String password) {
    return flight
        .authenticateBasicToken(user, password)
        .orElseThrow(() -> new IllegalStateException("no token"));
  }

  FlightClient flight() {
    return flight;
  }

  FlightSqlClient sql() {
    return sql;
  }

  /** The login, the database and the deadline, and whatever else. */
  CallOption[] options(CallOption... more) {
    List<CallOption> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    return all.toArray(new CallOption[0]);
  }

  FlightInfo plan(String query) {
    return sql.execute(query, options());
  }

  long update(String statement) {
    return sql.executeUpdate(statement, options());
  }

  FlightStream open(FlightInfo info) {
    return sql.getStream(ticket(info), options());
  }

  static Ticket ticket(FlightInfo info) {
    return info.getEndpoints().get(0).getTicket();
  }

  /** Reads a result to its end; how many rows there were. */
  long rows(FlightInfo info) throws Exception {
    long rows = 0;
    try (FlightStream stream = open(info)) {
      while (stream.next()) {
        rows += stream.getRoot().getRowCount();
      }
    }
    return rows;
  }

  /** The rows of a result of numbers. */
  List<long[]> numbers(String query) throws Exception {
    List<long[]> rows = new ArrayList<>();
    try (FlightStream stream = open(plan(query))) {
      while (stream.next()) {
        VectorSchemaRoot root = stream.getRoot();
        for (int row = 0; row < root.getRowCount(); row++) {
          long[] values = new long[root.getFieldVectors().size()];
          for (int column = 0; column < values.length; column++) {
            values[column] = ((Number) root.getVector(column).getObject(row)).longValue();
          }
          rows.add(values);
        }
      }
    }
    return rows;
  }

  /** Whether another writer was in the way, which a server may say; not whether it is gone. */
  static boolean isConflict(Throwable failure) {
    return failure instanceof FlightRuntimeException known
        && known.status().code() == FlightStatusCode.UNAVAILABLE
        && !GONE.matcher(String.valueOf(known.getMessage())).find();
  }

  /**
   * Cuts the connection below HTTP/2, as a client does that is switched off.
   *
   * @param reset whether the server is sent a reset in place of an end
   */
  void vanish(boolean reset) {
    for (NioSocketChannel socket : sockets) {
      if (socket.isRegistered()) {
        socket
            .eventLoop()
            .execute(
                () -> {
                  if (reset && socket.isOpen()) {
                    socket.config().setSoLinger(0);
                  }
                  socket.unsafe().close(socket.unsafe().voidPromise());
                });
      }
    }
  }

  @Override
  public void close() {
    try {
      flight.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
