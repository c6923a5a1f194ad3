package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Cancel.Phase;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;

/** A DoGet that is ended before its result is. Used once, by one thread. */
final class CancelledCall {

  /** Long enough for a query to be in the middle of its work. */
  private static final Duration AT_WORK = Duration.ofMillis(150);

  /** The same after the time that a query takes to begin. */
  private static final Duration DEADLINE = Duration.ofMillis(400);

  private final Client client;
  private final boolean own;
  private final boolean fetching;
  private final ExecutorService readers;
  private final FlightInfo info;
  private final CountDownLatch reading = new CountDownLatch(1);
  private final CompletableFuture<FlightStream> opened = new CompletableFuture<>();
  private final CompletableFuture<FlightStatusCode> ended = new CompletableFuture<>();

  /** Plans the query over a connection of its own. */
  CancelledCall(ServerProcess gateway, Phase phase, ExecutorService readers) {
    this.client = Client.overOwnChannel(gateway, phase.database());
    this.own = true;
    this.fetching = phase.fetching();
    this.readers = readers;
    this.info = client.plan(phase.query());
  }

  /** Plans the query over a connection that others use too. */
  CancelledCall(Client client, String query, ExecutorService readers) {
    this.client = client;
    this.own = false;
    this.fetching = false;
    this.readers = readers;
    this.info = client.plan(query);
  }

  /** Sends the call, and reads what it yields on a thread of its own. */
  void open(CallOption... options) {
    readers.execute(() -> read(options));
  }

  private void read(CallOption... options) {
    try (FlightStream stream = client.open(Client.ticket(info), options)) {
      opened.complete(stream);
      while (stream.next()) {
        reading.countDown();
      }
      ended.complete(FlightStatusCode.OK);
    } catch (FlightRuntimeException e) {
      ended.complete(e.status().code());
    } catch (Exception e) {
      ended.completeExceptionally(e);
    }
  }

  /** Opens it and waits until the engine is in the middle of it. */
  void begin(EngineWatch watch, CallOption... options) throws Exception {
    open(options);
    watch.awaitWork(Cancel.PATIENCE_SECONDS);
    if (fetching && !reading.await(Cancel.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("no rows");
    }
    LockSupport.parkNanos(AT_WORK.toNanos());
  }

  private long deadline;

  /** Opens it and has it ended; answers when it was to end and when the engine had ended it. */
  long[] end(EndOfCall way, EngineWatch watch) throws Exception {
    watch.awaitIdle(Cancel.PATIENCE_SECONDS);
    begin(watch, options(way));
    long cancelled = end(way);
    return new long[] {cancelled, watch.awaitIdle(Cancel.PATIENCE_SECONDS)};
  }

  private CallOption[] options(EndOfCall way) {
    if (way != EndOfCall.DEADLINE) {
      return new CallOption[0];
    }
    deadline = System.nanoTime() + DEADLINE.toNanos();
    return new CallOption[] {CallOptions.timeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)};
  }

  /** Opens it where it has to wait for its turn. */
  void queue(EndOfCall way) throws Exception {
    open(options(way));
    if (endsWithin(AT_WORK)) {
      throw new IllegalStateException("not waiting, but " + ended.get());
    }
  }

  /** Ends the call; answers when that was. */
  long end(EndOfCall way) throws Exception {
    long cancelled = System.nanoTime();
    switch (way) {
      case REQUEST ->
          client.sql().cancelFlightInfo(new CancelFlightInfoRequest(info), client.options());
      case CANCEL -> opened.get(1, TimeUnit.SECONDS).cancel("enough", null);
      case DISCONNECT -> client.disconnect();
      case DEADLINE -> cancelled = deadline;
    }
    FlightStatusCode code = ended.get(Cancel.PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (own) {
      client.close();
    }
    if (code == FlightStatusCode.OK) {
      throw new IllegalStateException("the query ended by itself");
    }
    return cancelled;
  }

  /** Whether the call is over within this time. */
  boolean endsWithin(Duration time) throws Exception {
    try {
      ended.get(time.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException goesOn) {
      return false;
    }
  }

  /** Cancels it without looking at the time. */
  void giveUp() throws Exception {
    end(EndOfCall.REQUEST);
  }
}
