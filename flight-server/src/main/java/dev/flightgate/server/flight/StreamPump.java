package dev.flightgate.server.flight;

import dev.flightgate.server.query.LogContext;
import dev.flightgate.server.query.ResultStream;
import java.time.Duration;
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
 * <p>Its log lines say what those of the thread that makes it say. {@link #start()} is called on
 * the thread that gRPC takes the call on, as gRPC's callbacks must be set there, and begins there
 * if the query pool has a place free: a small result needs no other thread. All else happens on the
 * pool's, on one thread at a time, until the pump closed the stream.
 *
 * <p>The client is told nothing before there is a batch, and a result that is known to end with it
 * goes out whole: every write by itself would wake the transport and the client once more.
 */
final class StreamPump implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(StreamPump.class);

  /** Several clients refuse messages above 4 MiB; some room is left for the message's header. */
  static final long BODY_BYTES_MAX = 3_670_016;

  private enum State {
    /** Nothing to do until woken. */
    PARKED,
    /** On a thread, or about to be. */
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
  private final StreamTurns turns;
  private final Runnable onDone;
  private final LogContext logged = LogContext.current();
  private final AtomicReference<State> state = new AtomicReference<>(State.PARKED);
  private @Nullable VectorSchemaRoot sending;
  private @Nullable VectorLoader loader;
  private boolean told;
  private boolean lastLoaded;
  private boolean released;
  private boolean closed;

  /**
   * @param stream owned; released and closed when it ended, failed or was cancelled
   * @param onDone run once, when the stream is released
   */
  StreamPump(ServerStreamListener client, ResultStream stream, StreamTurns turns, Runnable onDone) {
    this.client = client;
    this.stream = stream;
    this.turns = turns;
    this.onDone = onDone;
  }

  /** Begins; returns when the result is sent, the client not ready, or a turn over. */
  void start() {
    state.set(State.RUNNING);
    client.setOnReadyHandler(this::wake);
    client.setOnCancelHandler(this::wake);
    client.setUseZeroCopy(true);
    stream.cancellation().onCancel(this::wake);
    turns.executeHere(this);
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
      try {
        turns.execute(this);
      } catch (Throwable noThread) { // nobody else would end the stream
        fail(noThread);
      }
    }
  }

  @Override
  public void run() {
    try (LogContext.Scope scope = logged.enter()) {
      turn();
    }
  }

  private void turn() {
    try {
      do {
        state.set(State.RUNNING);
        switch (pump()) {
          case ENDED -> {
            finish();
            return;
          }
          case TURN_OVER -> {
            turns.execute(this);
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
    }
    long turnEnds = System.nanoTime() + TURN.toNanos();
    stream.cancellation().check();
    while (client.isReady()) {
      if (!stream.next()) {
        return Outcome.ENDED;
      }
      VectorSchemaRoot batch = stream.root();
      if (stream.isLast() && bodyBytes(batch) <= BODY_BYTES_MAX) {
        load(batch);
        lastLoaded = true;
        return Outcome.ENDED;
      }
      send(batch);
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
    load(batch);
    putLoaded();
  }

  private void load(VectorSchemaRoot batch) {
    if (loader == null) {
      throw new IllegalStateException("not started");
    }
    try (ArrowRecordBatch message = new VectorUnloader(batch).getRecordBatch()) {
      loader.load(message);
    }
  }

  private void putLoaded() {
    VectorSchemaRoot batch = tellSchema();
    long bytes = bodyBytes(batch);
    client.putNext();
    stream.sent(batch.getRowCount(), bytes);
    batch.clear();
  }

  private VectorSchemaRoot tellSchema() {
    if (sending == null) {
      throw new IllegalStateException("not started");
    }
    if (!told) {
      told = true;
      client.start(sending);
    }
    return sending;
  }

  private static long bodyBytes(VectorSchemaRoot batch) {
    long bytes = 0;
    for (FieldVector vector : batch.getFieldVectors()) {
      bytes += vector.getBufferSize();
    }
    return bytes;
  }

  private void finish() {
    // The backend is free before the client knows, so that its next statement finds it so.
    release();
    if (lastLoaded) {
      putLoaded();
    } else {
      tellSchema();
    }
    if (!client.isCancelled()) { // or what was put last went nowhere
      stream.delivered();
    }
    client.completed();
    close();
  }

  private void fail(Throwable failure) {
    Throwable reason =
        failure instanceof RuntimeException e ? stream.cancellation().explain(e) : failure;
    stream.failed(reason);
    try {
      try {
        release();
      } finally {
        close();
      }
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
    try {
      client.error(FlightErrors.translate(reason));
    } catch (RuntimeException e) {
      log.debug("the client went away before it could be told of a failure", e);
    }
  }

  /** Ends the call's work once, whatever part of that fails; what is loaded can still be sent. */
  private void release() {
    state.set(State.DONE);
    if (released) {
      return;
    }
    released = true;
    try {
      stream.release();
    } finally {
      onDone.run();
    }
  }

  /** Frees the memory once; what has been sent lives on as long as the transport has it. */
  private void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (sending != null) {
        sending.close();
      }
    } finally {
      stream.close();
    }
  }
}
