package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.query.Cancellation;
import dev.flightgate.server.query.QueryPool;
import dev.flightgate.server.query.ResultStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a pump ends: the stream closed once, the call told once, whatever else fails. */
class StreamPumpTest {

  private final List<String> events = new ArrayList<>();
  private DoorFixture fixture;

  @BeforeEach
  void open() {
    fixture = new DoorFixture(RunningGateway.builder().config());
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void pump(Stream stream, Client client) {
    QueryPool pool = new QueryPool(Runnable::run, 1);
    StreamTurns turns = StreamTurns.of(stream, "alice", pool, Runnable::run);
    new StreamPump(client, stream, turns, () -> events.add("done")).start();
  }

  @Test
  void anEnd_thatTheClientNoLongerTakes_isDoneOnce() {
    try (Cancellation cancellation = fixture.queries().begin()) {
      pump(new Stream(cancellation, null, null), new Client(new IllegalStateException("gone")));
    }
    assertThat(events)
        .containsExactly("released", "done", "delivered", "completed", "closed", "error INTERNAL");
  }

  @Test
  void aStream_thatCannotBeReleased_isDoneOnceAllTheSame() {
    try (Cancellation cancellation = fixture.queries().begin()) {
      pump(
          new Stream(cancellation, null, new IllegalStateException("still busy")),
          new Client(null));
    }
    assertThat(events).containsExactly("released", "done", "closed", "error INTERNAL");
  }

  @Test
  void aFailure_thatCannotBeCleanedUp_isToldTheClientAllTheSame() {
    try (Cancellation cancellation = fixture.queries().begin()) {
      pump(
          new Stream(
              cancellation,
              new OutOfMemoryException("too much"),
              new IllegalStateException("still busy")),
          new Client(null));
    }
    assertThat(events).containsExactly("released", "done", "closed", "error RESOURCE_EXHAUSTED");
  }

  @Test
  void aBatch_thatDoesNotFitIntoMemory_exhaustsTheClientsQueryAndIsNoFaultOfOurs() {
    try (Cancellation cancellation = fixture.queries().begin()) {
      pump(new Stream(cancellation, new OutOfMemoryException("too much"), null), new Client(null));
    }
    assertThat(events).containsExactly("released", "done", "closed", "error RESOURCE_EXHAUSTED");
  }

  @Test
  void aFailure_afterTheDeadline_isToldAsTheDeadline() {
    try (Cancellation cancellation = fixture.queries().begin()) {
      RuntimeException consequence = new IllegalStateException("interrupted");
      Stream stream = new Stream(cancellation, consequence, null);
      stream.beforeFailing = () -> cancellation.cancel(Cancellation.Reason.TIMED_OUT);
      pump(stream, new Client(null));
    }
    assertThat(events).containsExactly("released", "done", "closed", "error TIMED_OUT");
  }

  @Test
  void aResult_thatEndsWithItsBatch_goesOutOnceTheBackendIsFree() {
    Schema schema = new Schema(List.of(Field.nullable("x", new ArrowType.Int(32, true))));
    try (Cancellation cancellation = fixture.queries().begin();
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, fixture.allocator())) {
      batch.allocateNew();
      batch.setRowCount(1);
      Stream stream = new Stream(cancellation, null, null);
      stream.batch = batch;
      pump(stream, new Client(null));
    }
    assertThat(events)
        .containsExactly("released", "done", "put", "delivered", "completed", "closed");
  }

  @Test
  void aResult_whoseClientIsGoneBeforeItsOnlyBatch_isNotDelivered() {
    Schema schema = new Schema(List.of(Field.nullable("x", new ArrowType.Int(32, true))));
    try (Cancellation cancellation = fixture.queries().begin();
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, fixture.allocator())) {
      batch.allocateNew();
      batch.setRowCount(1);
      Stream stream = new Stream(cancellation, null, null);
      stream.batch = batch;
      Client client = new Client(null);
      client.cancelled = true;
      pump(stream, client);
    }
    assertThat(events).contains("put", "closed").doesNotContain("delivered");
  }

  private final class Stream implements ResultStream {

    private final Cancellation cancellation;
    private final RuntimeException nextFails;
    private final RuntimeException releaseFails;
    private Runnable beforeFailing = () -> {};
    private VectorSchemaRoot batch;

    Stream(Cancellation cancellation, RuntimeException nextFails, RuntimeException releaseFails) {
      this.cancellation = cancellation;
      this.nextFails = nextFails;
      this.releaseFails = releaseFails;
    }

    @Override
    public Schema schema() {
      return batch == null ? new Schema(List.of()) : batch.getSchema();
    }

    @Override
    public BufferAllocator allocator() {
      return fixture.allocator();
    }

    @Override
    public Cancellation cancellation() {
      return cancellation;
    }

    @Override
    public boolean start() {
      return true;
    }

    @Override
    public VectorSchemaRoot root() {
      return batch;
    }

    @Override
    public boolean next() {
      if (nextFails != null) {
        beforeFailing.run();
        throw nextFails;
      }
      return batch != null;
    }

    @Override
    public boolean isLast() {
      return batch != null;
    }

    @Override
    public void delivered() {
      events.add("delivered");
    }

    @Override
    public void release() {
      events.add("released");
      if (releaseFails != null) {
        throw releaseFails;
      }
    }

    @Override
    public void close() {
      events.add("closed");
    }
  }

  private final class Client implements ServerStreamListener {

    private final RuntimeException completedFails;
    private boolean cancelled;

    Client(RuntimeException completedFails) {
      this.completedFails = completedFails;
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void start(VectorSchemaRoot root, DictionaryProvider dictionaries, IpcOption option) {}

    @Override
    public void putNext() {
      events.add("put");
    }

    @Override
    public void putNext(ArrowBuf metadata) {
      metadata.close();
    }

    @Override
    public void putMetadata(ArrowBuf metadata) {
      metadata.close();
    }

    @Override
    public void error(Throwable failure) {
      FlightStatusCode code = ((FlightRuntimeException) failure).status().code();
      events.add("error " + code);
    }

    @Override
    public void completed() {
      events.add("completed");
      if (completedFails != null) {
        throw completedFails;
      }
    }
  }
}
