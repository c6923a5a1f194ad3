package dev.flightgate.client;

import java.util.Iterator;
import java.util.Optional;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a query, batch by batch, in the server's order. At most a few batches are held at
 * once, however long the result.
 *
 * <pre>{@code
 * try (QueryResult rows = client.query("SELECT …")) {
 *   while (rows.next()) {
 *     VectorSchemaRoot batch = rows.batch();
 *   }
 * }
 * }</pre>
 *
 * <p>For one thread at a time. Interrupting the thread that waits in {@link #next()} ends the wait
 * with {@code CANCELLED}. Must be closed; closing early cancels the query on the server.
 */
public final class QueryResult implements AutoCloseable {

  private final FlightClient flight;
  private final Optional<Schema> planned;
  private final Iterator<FlightEndpoint> rest;
  private @Nullable FlightStream stream;
  private @Nullable PreparedStatement statement;
  private boolean closed;

  /** Asks for the first endpoint's batches, without waiting for them. */
  QueryResult(FlightClient flight, FlightInfo info) {
    this.flight = flight;
    this.planned = info.getSchemaOptional();
    this.rest = info.getEndpoints().iterator();
    this.stream = rest.hasNext() ? flight.getStream(rest.next().getTicket()) : null;
  }

  /** Closes a statement that was prepared for this result only, when the result is closed. */
  QueryResult closing(PreparedStatement prepared) {
    statement = prepared;
    return this;
  }

  /**
   * The columns. Known from the server's plan; where that does not say, waits for the first answer.
   */
  public Schema schema() {
    FlightStream current = stream;
    if (planned.isPresent() || current == null) {
      return planned.orElseGet(() -> new Schema(java.util.List.of()));
    }
    return Failures.translating(current::getSchema);
  }

  /**
   * Moves to the next batch, waiting for it; false at the end. Batches without rows are passed on
   * as they come.
   *
   * @throws FlightgateException what went wrong on the server or on the way; then the result is at
   *     its end
   */
  public boolean next() {
    if (closed) {
      throw new IllegalStateException("the result is closed");
    }
    while (stream != null) {
      FlightStream current = stream;
      if (Failures.translating(current::next)) {
        return true;
      }
      stream = null;
      close(current);
      if (rest.hasNext()) {
        stream = Failures.translating(() -> flight.getStream(rest.next().getTicket()));
      }
    }
    return false;
  }

  /**
   * The batch {@link #next()} moved to. It belongs to this result and is overwritten by the next
   * {@code next()}; it is not to be closed.
   *
   * @throws IllegalStateException if there is none
   */
  public VectorSchemaRoot batch() {
    FlightStream current = stream;
    if (current == null || !current.hasRoot()) {
      throw new IllegalStateException("no batch: call next() first, and stop when it says false");
    }
    return Failures.translating(current::getRoot);
  }

  /** Frees the batches held, and cancels what the server has not sent yet. Idempotent. */
  @Override
  public void close() {
    closed = true;
    FlightStream current = stream;
    PreparedStatement prepared = statement;
    stream = null;
    statement = null;
    try (prepared) {
      if (current != null) {
        close(current);
      }
    }
  }

  private static void close(FlightStream stream) {
    // The stream waits for its own cancellation to arrive; an interrupt would make it leak.
    boolean interrupted = Thread.interrupted();
    try {
      stream.close();
    } catch (Exception failure) {
      throw Failures.of(failure);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
