package dev.flightgate.client;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.impl.Flight.HandshakeRequest;
import org.apache.arrow.flight.impl.Flight.HandshakeResponse;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A logged-in connection: channel, allocator and the calls made over them. Thread-safe. Every
 * failure leaves as a {@link FlightgateException}.
 */
final class Wire implements AutoCloseable {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  /** Answers to the first call that mean no other call could do better. */
  private static final Set<FlightStatusCode> REFUSALS =
      EnumSet.of(
          FlightStatusCode.UNAVAILABLE,
          FlightStatusCode.UNAUTHENTICATED,
          FlightStatusCode.UNAUTHORIZED,
          FlightStatusCode.TIMED_OUT,
          FlightStatusCode.CANCELLED);

  private final BufferAllocator allocator;
  private final ManagedChannel channel;
  private final FlightClient flight;

  private Wire(BufferAllocator allocator, ManagedChannel channel) {
    this.allocator = allocator;
    this.channel = channel;
    this.flight = FlightGrpcUtils.createFlightClient(allocator, channel, List.of());
  }

  /** Connects and logs in; closes what it opened if it cannot. */
  static Wire open(URI uri, Credentials credentials, ClientOptions options) {
    Endpoint endpoint = Endpoint.parse(uri);
    BufferAllocator allocator = ArrowMemory.open();
    Wire wire;
    try {
      ManagedChannel channel =
          endpoint
              .channel(options.tlsRoots(), options.connectTimeout())
              .intercept(
                  new CallHeaders(credentials, options.database()), new BatchReader(allocator))
              .build();
      wire = new Wire(allocator, channel);
    } catch (RuntimeException failure) {
      allocator.close();
      throw Failures.of(failure);
    }
    try {
      wire.logIn(credentials, options.connectTimeout());
      return wire;
    } catch (RuntimeException failure) {
      wire.release();
      throw explained(Failures.of(failure), endpoint, options.connectTimeout());
    }
  }

  private static FlightgateException explained(
      FlightgateException failure, Endpoint endpoint, Duration timeout) {
    if (failure.code() == FlightStatusCode.UNAVAILABLE) {
      return new FlightgateException(
          failure.code(), "cannot reach " + endpoint + ": " + failure.getMessage(), failure);
    }
    if (failure.code() == FlightStatusCode.TIMED_OUT) {
      return new FlightgateException(
          failure.code(),
          endpoint + " did not answer within " + timeout.toMillis() + " ms",
          failure);
    }
    return failure;
  }

  private void logIn(Credentials credentials, Duration timeout) {
    if (credentials instanceof Credentials.Password) {
      handshake(timeout);
      return;
    }
    // Any call would do; this one makes no session. It tells a wrong address or token at once.
    try {
      flight.getSessionOptions(
          new GetSessionOptionsRequest(),
          CallOptions.timeout(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (RuntimeException failure) {
      FlightgateException refusal = Failures.of(failure);
      if (REFUSALS.contains(refusal.code())) {
        throw refusal;
      }
    }
  }

  /**
   * The Basic header goes out, and the bearer token comes back, in {@link CallHeaders}. Not
   * FlightClient.handshake, which writes a stack trace to the log of whoever mistypes a password.
   */
  private void handshake(Duration timeout) {
    CompletableFuture<Void> answered = new CompletableFuture<>();
    StreamObserver<HandshakeRequest> request =
        FlightServiceGrpc.newStub(channel)
            .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .handshake(
                new StreamObserver<HandshakeResponse>() {
                  @Override
                  public void onNext(HandshakeResponse empty) {}

                  @Override
                  public void onError(Throwable failure) {
                    answered.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {
                    answered.complete(null);
                  }
                });
    request.onNext(HandshakeRequest.getDefaultInstance());
    request.onCompleted();
    try {
      answered.get();
    } catch (InterruptedException | java.util.concurrent.ExecutionException failure) {
      throw Failures.of(failure);
    }
  }

  BufferAllocator allocator() {
    return allocator;
  }

  FlightClient flight() {
    return flight;
  }

  static FlightDescriptor descriptor(Message command) {
    return FlightDescriptor.command(Any.pack(command).toByteArray());
  }

  /** Asks where the rows of a command are and starts fetching the first of them. */
  QueryResult query(Message command) {
    return Failures.translating(() -> new QueryResult(flight, flight.getInfo(descriptor(command))));
  }

  /** Sends an action of Flight SQL; the body of its first answer, or null if it has none. */
  byte @Nullable [] action(ActionType type, Message request) {
    return Failures.translating(
        () -> {
          Iterator<Result> answers =
              flight.doAction(new Action(type.getType(), Any.pack(request).toByteArray()));
          byte[] first = answers.hasNext() ? answers.next().getBody() : null;
          answers.forEachRemaining(ignored -> {});
          return first;
        });
  }

  /**
   * Closes the server's session, waiting at most two seconds for it, then the channel, then the
   * allocator. Calls still running end as {@code CANCELLED}.
   *
   * @throws IllegalStateException if a result was not closed, and so memory is left
   */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    try {
      flight.closeSession(
          new CloseSessionRequest(),
          CallOptions.timeout(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
    } catch (RuntimeException gone) {
      // The server ends sessions by itself; one that cannot be told will expire.
    } finally {
      try {
        release();
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private void release() {
    channel.shutdownNow();
    long left = allocator.getAllocatedMemory();
    try (allocator) {
      flight.close();
    } catch (InterruptedException waiting) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException leak) {
      throw new IllegalStateException(
          "a result or batch was not closed before its client; bytes left: " + left, leak);
    }
  }
}
