package dev.flightgate.server.flight;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.flightgate.server.RunningGateway;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.impl.FlightServiceGrpc;

/**
 * The Flight service without arrow-java's client in between, for what that client never sends:
 * uploads without a schema, and cookies to the letter. Shows a password on every call.
 */
final class RawFlight implements AutoCloseable {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> SET_COOKIE =
      Metadata.Key.of("set-cookie", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel channel;
  private final Channel withHeaders;
  private final Metadata headers = new Metadata();
  private final List<String> cookiesSet = new CopyOnWriteArrayList<>();
  private final List<String> bearers = new CopyOnWriteArrayList<>();
  private final List<Metadata> received = new CopyOnWriteArrayList<>();

  RawFlight(RunningGateway gateway, String user) {
    channel = ManagedChannelBuilder.forAddress("127.0.0.1", gateway.port()).usePlaintext().build();
    String login = user + ":" + RunningGateway.password(user);
    headers.put(
        AUTHORIZATION,
        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.ISO_8859_1)));
    withHeaders = ClientInterceptors.intercept(channel, new Headers());
  }

  /** Calls from here on carry this header, in place of others of its name. */
  void header(String name, String value) {
    Metadata.Key<String> key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    headers.removeAll(key);
    headers.put(key, value);
  }

  /** Every set-cookie header that came so far. */
  List<String> cookiesSet() {
    return List.copyOf(cookiesSet);
  }

  /** Every bearer that response headers carried so far, with its scheme. */
  List<String> bearers() {
    return List.copyOf(bearers);
  }

  /** Every request id that came so far, in headers and trailers. */
  List<String> requestIds() {
    return received("x-request-id");
  }

  /** Every header and trailer of this name that came so far. */
  List<String> received(String name) {
    Metadata.Key<String> key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    List<String> values = new ArrayList<>();
    for (Metadata one : received) {
      Iterable<String> found = one.getAll(key);
      if (found != null) {
        found.forEach(values::add);
      }
    }
    return values;
  }

  FlightServiceGrpc.FlightServiceFutureStub futures() {
    return FlightServiceGrpc.newFutureStub(withHeaders).withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  FlightServiceGrpc.FlightServiceBlockingStub calls() {
    return FlightServiceGrpc.newBlockingStub(withHeaders).withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  /** The results of an action, to the end. */
  List<Flight.Result> action(String type, ByteString body) {
    List<Flight.Result> results = new ArrayList<>();
    calls()
        .doAction(Flight.Action.newBuilder().setType(type).setBody(body).build())
        .forEachRemaining(results::add);
    return results;
  }

  /** A DoPut of only a descriptor; the metadata of each PutResult. Fails as the call does. */
  List<ByteString> putDescriptor(Message command) throws Exception {
    Answers<Flight.PutResult> answers = new Answers<>();
    StreamObserver<Flight.FlightData> upload =
        FlightServiceGrpc.newStub(withHeaders)
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .doPut(answers);
    upload.onNext(
        Flight.FlightData.newBuilder()
            .setFlightDescriptor(
                Flight.FlightDescriptor.newBuilder()
                    .setType(Flight.FlightDescriptor.DescriptorType.CMD)
                    .setCmd(Any.pack(command).toByteString()))
            .build());
    upload.onCompleted();
    return answers.await().stream().map(Flight.PutResult::getAppMetadata).toList();
  }

  /** A DoPut that sends nothing and does not end either. */
  List<Flight.PutResult> putNothing() throws Exception {
    Answers<Flight.PutResult> answers = new Answers<>();
    FlightServiceGrpc.newStub(withHeaders).withDeadlineAfter(30, TimeUnit.SECONDS).doPut(answers);
    return answers.await();
  }

  /** A Handshake with an empty payload; its responses. Fails as the call does. */
  List<Flight.HandshakeResponse> handshake() throws Exception {
    Answers<Flight.HandshakeResponse> answers = new Answers<>();
    StreamObserver<Flight.HandshakeRequest> requests =
        FlightServiceGrpc.newStub(withHeaders)
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .handshake(answers);
    requests.onNext(Flight.HandshakeRequest.getDefaultInstance());
    requests.onCompleted();
    return answers.await();
  }

  private static final class Answers<T> implements StreamObserver<T> {

    private final List<T> answers = new CopyOnWriteArrayList<>();
    private final CompletableFuture<List<T>> end = new CompletableFuture<>();

    List<T> await() throws Exception {
      return end.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void onNext(T answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
      end.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      end.complete(answers);
    }
  }

  @Override
  public void close() throws InterruptedException {
    channel.shutdownNow();
    channel.awaitTermination(10, TimeUnit.SECONDS);
  }

  private final class Headers implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<A> listener, Metadata sent) {
          sent.merge(headers);
          super.start(
              new SimpleForwardingClientCallListener<A>(listener) {
                @Override
                public void onHeaders(Metadata received) {
                  remember(received);
                  super.onHeaders(received);
                }

                @Override
                public void onClose(io.grpc.Status status, Metadata trailers) {
                  remember(trailers);
                  super.onClose(status, trailers);
                }
              },
              sent);
        }
      };
    }

    private void remember(Metadata received) {
      Iterable<String> values = received.getAll(SET_COOKIE);
      if (values != null) {
        values.forEach(cookiesSet::add);
      }
      RawFlight.this.received.add(received);
      String bearer = received.get(AUTHORIZATION);
      if (bearer != null) {
        bearers.add(bearer);
      }
    }
  }
}
