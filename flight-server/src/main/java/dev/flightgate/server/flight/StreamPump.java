package dev.flightgate.server.flight;

import dev.flightgate.server.query.ResultStream;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one stream's batches to one client, no faster than the client reads: while the call is not
 * ready the pump holds no thread and pulls no batch, and gRPC holds at most one batch above the
 * ready threshold. A batch goes to the socket by reference; see {@link
 * dev.flightgate.server.backend.BatchStream} for why that is safe.
 *
 * <p>{@link #start()} is called on the thread that gRPC takes the call on, as gRPC's callbacks must
 * be set there; everything else happens on the executor, on one thread at a time, until the pump
 * closed the stream.
 */
final class StreamPump implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(StreamPump.class);

  /** Several clients refuse messages above 4 MiB; some room is left for the message's header. */
  static final long BODY_BYTES_MAX = 3_670_016;

  private enum State {
    /** Nothing to do until woken. */
    PARKED,
    /** On the executor, or about to be. */
    RUNNING,
    /** Woken while running: looks again before it parks. */
    WOKEN,
    /** The stream is closed. */
    DONE
  }

  /** Why the pump stopped sending. */
  private enum Outcome {
    NOT_READY,
    TURN_OVER,
    ENDED
  }

  /** How long a fast client keeps a thread while others wait for one. */
  private static final Duration TURN = Duration.ofMillis(100);

  private final ServerStreamListener client;
  private final ResultStream stream;
  private final Executor executor;
  private final Runnable onDone;
  private final AtomicReference<State> state = new AtomicReference<>(State.PARKED);
  private @Nullable VectorSchemaRoot sending;
  private @Nullable VectorLoader loader;
  private boolean closed;

  /**
   * @param stream owned; closed when it ended, failed or was cancelled
   * @param onDone run once, after that
   */
  StreamPump(ServerStreamListener client, ResultStream stream, Executor executor, Runnable onDone) {
    this.client = client;
    this.stream = stream;
    this.executor = executor;
    this.onDone = onDone;
  }

  /** Begins; returns at once. */
  void start() {
    client.setOnReadyHandler(this::wake);
    client.setOnCancelHandler(this::wake);
    client.setUseZeroCopy(true);
    stream.cancellation().onCancel(this::wake);
    wake();
  }

  private void wake() {
    State before =
        state.getAndUpdate(
            s ->
                switch (s) {
                  case PARKED -> State.RUNNING;
                  case RUNNING -> State.WOKEN;
                  case WOKEN, DONE -> s;
                });
    if (before == State.PARKED) {
      executor.execute(this);
    }
  }

  @Override
  public void run() {
    try {
      do {
        state.set(State.RUNNING);
        switch (pump()) {
          case ENDED -> {
            finish();
            return;
          }
          case TURN_OVER -> {
            executor.execute(this);
            return;
          }
          case NOT_READY -> {}
        }
      } while (!state.compareAndSet(State.RUNNING, State.PARKED));
    } catch (Throwable failure) {
      fail(failure);
    }
  }

  /** Sends batches as long as the client takes them, and no longer than a turn. */
  private Outcome pump() {
    if (sending == null) {
      if (!stream.start()) {
        return Outcome.TURN_OVER;
      }
      sending = VectorSchemaRoot.create(stream.schema(), stream.allocator());
      loader = new VectorLoader(sending);
      client.start(sending);
    }
    long turnEnds = System.nanoTime() + TURN.toNanos();
    stream.cancellation().check();
    while (client.isReady()) {
      if (!stream.next()) {
        return Outcome.ENDED;
      }
      send(stream.root());
      if (System.nanoTime() - turnEnds > 0) {
        return Outcome.TURN_OVER;
      }
    }
    stream.cancellation().check();
    return Outcome.NOT_READY;
  }

  /** Sends a batch, halved until each message is small enough or has one row. */
  private void send(VectorSchemaRoot batch) {
    int rows = batch.getRowCount();
    if (rows <= 1 || bodyBytes(batch) <= BODY_BYTES_MAX) {
      put(batch);
      return;
    }
    int half = rows / 2;
    try (VectorSchemaRoot first = batch.slice(0, half)) {
      send(first);
    }
    try (VectorSchemaRoot second = batch.slice(half, rows - half)) {
      send(second);
    }
  }

  private void put(VectorSchemaRoot batch) {
    if (sending == null || loader == null) {
      throw new IllegalStateException("not started");
    }
    try (ArrowRecordBatch message = new VectorUnloader(batch).getRecordBatch()) {
      loader.load(message);
    }
    client.putNext();
    sending.clear();
  }

  private static long bodyBytes(VectorSchemaRoot batch) {
    long bytes = 0;
    for (FieldVector vector : batch.getFieldVectors()) {
      bytes += vector.getBufferSize();
    }
    return bytes;
  }

  private void finish() {
    close();
    // The backend is free before the client knows, so that its next statement finds it so.
    client.completed();
  }

  private void fail(Throwable failure) {
    Throwable told =
        failure instanceof RuntimeException e ? stream.cancellation().explain(e) : failure;
    try {
      close();
    } catch (RuntimeException e) {
      told.addSuppressed(e);
    }
    try {
      client.error(FlightErrors.translate(told));
    } catch (RuntimeException e) {
      log.debug("the client went away before it could be told of a failure", e);
    }
  }

  /** Closes all of it once, whatever part of it fails. */
  private void close() {
    state.set(State.DONE);
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (sending != null) {
        sending.close();
      }
    } finally {
      try {
        stream.close();
      } finally {
        onDone.run();
      }
    }
  }
}
