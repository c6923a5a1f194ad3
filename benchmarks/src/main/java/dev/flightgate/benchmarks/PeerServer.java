package dev.flightgate.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.BackpressureStrategy;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/**
 * What the gateway is compared with, in a process of its own: a plain Flight server that re-sends
 * one batch, or reads batches and forgets them, as fast as arrow-java can; and, as actions, engines
 * without any server around them ({@link PeerEngines}).
 *
 * <p>DoPut to the path "discard" is forgotten; to "keep", NAME the first batch is kept. The ticket
 * "NAME:COUNT" sends that batch so many times, and the action "insert" with "NAME COUNT" has DuckDB
 * read it as often from memory into a table ({@link RepeatedInsert}). GetFlightInfo answers the
 * same whatever is asked: the ticket "one:1".
 */
final class PeerServer extends NoOpFlightProducer {

  private final BufferAllocator allocator;
  private final ExecutorService senders = Executors.newCachedThreadPool();
  private final Map<String, VectorSchemaRoot> kept = new ConcurrentHashMap<>();
  private final PeerEngines engines;

  private PeerServer(BufferAllocator allocator, PeerEngines engines) {
    this.allocator = allocator;
    this.engines = engines;
  }

  /** Serves until the process is ended, which frees everything. */
  public static void main(String[] arguments) throws Exception {
    BufferAllocator allocator = new RootAllocator();
    PeerServer peer = new PeerServer(allocator, PeerEngines.open(allocator));
    FlightServer server =
        FlightServer.builder(allocator, Location.forGrpcInsecure("127.0.0.1", 0), peer)
            .build()
            .start();
    System.out.println("peer ready on grpc://127.0.0.1:" + server.getPort());
    server.awaitTermination();
  }

  @Override
  public Runnable acceptPut(
      CallContext context, FlightStream upload, StreamListener<PutResult> client) {
    return () -> {
      var path = upload.getDescriptor().getPath();
      boolean keep = path.get(0).equals("keep");
      boolean first = true;
      while (upload.next()) {
        if (keep && first) {
          kept.put(path.get(1), copy(upload.getRoot()));
        }
        first = false;
      }
      client.onCompleted();
    };
  }

  private VectorSchemaRoot copy(VectorSchemaRoot root) {
    VectorSchemaRoot copy = VectorSchemaRoot.create(root.getSchema(), allocator);
    try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
      new VectorLoader(copy).load(batch);
    }
    return copy;
  }

  @Override
  public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
    return FlightInfo.builder(
            find("one").getSchema(),
            descriptor,
            List.of(FlightEndpoint.builder(ticket("one", 1)).build()))
        .build();
  }

  static Ticket ticket(String name, long count) {
    return new Ticket((name + ":" + count).getBytes(StandardCharsets.UTF_8));
  }

  private VectorSchemaRoot find(String name) {
    VectorSchemaRoot root = kept.get(name);
    if (root == null) {
      throw CallStatus.NOT_FOUND.withDescription(name).toRuntimeException();
    }
    return root;
  }

  @Override
  public void getStream(CallContext context, Ticket ticket, ServerStreamListener client) {
    String[] words = new String(ticket.getBytes(), StandardCharsets.UTF_8).split(":", -1);
    VectorSchemaRoot root = find(words[0]);
    long count = Long.parseLong(words[1]);
    var backpressure = new BackpressureStrategy.CallbackBackpressureStrategy();
    backpressure.register(client);
    client.setUseZeroCopy(true);
    // Not here: gRPC tells of readiness on this very thread.
    senders.execute(() -> send(root, count, client, backpressure));
  }

  private static void send(
      VectorSchemaRoot root,
      long count,
      ServerStreamListener client,
      BackpressureStrategy pressure) {
    client.start(root);
    for (long sent = 0; sent < count; sent++) {
      if (pressure.waitForListener(0) != BackpressureStrategy.WaitResult.READY) {
        return;
      }
      client.putNext();
    }
    client.completed();
  }

  private String insert(String words) throws Exception {
    int space = words.lastIndexOf(' ');
    long count = Long.parseLong(words.substring(space + 1));
    try (RepeatedInsert insert =
        new RepeatedInsert(allocator, find(words.substring(0, space)), count)) {
      return Long.toString(insert.run());
    }
  }

  @Override
  public void doAction(CallContext context, Action action, StreamListener<Result> client) {
    try {
      String words = new String(action.getBody(), StandardCharsets.UTF_8);
      String answer =
          action.getType().equals("insert") ? insert(words) : engines.run(action.getType(), words);
      client.onNext(new Result(answer.getBytes(StandardCharsets.UTF_8)));
      client.onCompleted();
    } catch (Exception e) {
      client.onError(CallStatus.INTERNAL.withCause(e).withDescription("" + e).toRuntimeException());
    }
  }
}
