package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.flightgate.server.config.GatewayConfig.ConnectionConfig;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.flight.impl.Flight.HandshakeRequest;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.junit.jupiter.api.Test;

/** Where a call's events are told of, with call threads that run only when the test says so. */
class CallThreadsTest {

  private static final Context.Key<String> WHO = Context.key("who");

  private final Queue<Runnable> callPool = new ArrayDeque<>();
  private final List<String> events = new ArrayList<>();
  private static final ConnectionConfig LIMITS = new ConnectionConfig(9, 9, 4, 2);

  private final Queue<Runnable> loginPool = new ArrayDeque<>();
  private final CallThreads threads =
      new CallThreads(
          callPool::add, loginPool::add, (call, headers) -> showsPassword(headers), LIMITS);

  @Test
  void aCallWithOneRequest_isTakenAndReadHere_andGoesOnOnACallThread() {
    ServerCall.Listener<Ticket> call = take(fetch(), new Listener());
    call.onReady();
    call.onMessage(Ticket.getDefaultInstance());
    assertThat(events).containsExactly("taken", "ready", "message");
    assertThat(callPool).isEmpty();

    call.onHalfClose();
    call.onReady();
    call.onComplete();
    assertThat(events).hasSize(3);
    assertThat(callPool).hasSize(1);
    callPool.remove().run();
    assertThat(events).endsWith("message", "half close", "ready", "complete");

    call.onCancel();
    assertThat(events).endsWith("complete", "cancel");
    assertThat(callPool).isEmpty();
  }

  @Test
  void aCall_thatGoesOnOnACallThread_keepsItsContext() throws Exception {
    List<String> seen = new ArrayList<>();
    ServerCall.Listener<Ticket> call =
        Context.ROOT
            .withValue(WHO, "alice")
            .call(
                () ->
                    take(
                        fetch(),
                        new Listener() {
                          @Override
                          public void onHalfClose() {
                            seen.add(WHO.get());
                          }
                        }));
    call.onHalfClose();
    callPool.remove().run();

    assertThat(seen).containsExactly("alice");
  }

  @Test
  void aCall_whoseAnswerFails_isClosedAndToldOfItsEnd() {
    Call<Ticket, FlightData> fetch = fetch();
    ServerCall.Listener<Ticket> call =
        take(
            fetch,
            new Listener() {
              @Override
              public void onHalfClose() {
                throw new IllegalStateException("failed");
              }
            });
    call.onHalfClose();
    call.onComplete();
    callPool.remove().run();

    assertThat(fetch.status.getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(events).containsExactly("taken", "complete");
  }

  @Test
  void aCall_thatFindsNoThread_isClosedAndToldOfItsEnd() {
    List<Executor> refusing =
        List.of(
            task -> {
              throw new RejectedExecutionException("as the test says");
            },
            task -> {
              throw new OutOfMemoryError("unable to create native thread, as the test says");
            });
    for (Executor none : refusing) {
      events.clear();
      List<ServerCall.Listener<Ticket>> calls = new ArrayList<>();
      CallThreads without =
          new CallThreads(
              task -> {
                calls.get(0).onReady(); // comes while the call is on its way
                none.execute(task);
              },
              Runnable::run,
              (call, headers) -> false,
              LIMITS);
      Call<Ticket, FlightData> fetch = fetch();
      calls.add(without.interceptCall(fetch, new Metadata(), (taken, headers) -> new Listener()));

      calls.get(0).onHalfClose();
      assertThat(fetch.status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(events).containsExactly("ready");

      calls.get(0).onComplete();
      assertThat(events).containsExactly("ready", "complete");
    }
  }

  @Test
  void aCompressedRequest_isOnACallThreadFromTheBeginning() {
    threads.getExecutor(fetch(), encoding("gzip")).execute(() -> events.add("gzip"));
    assertThat(events).isEmpty();
    assertThat(callPool).hasSize(1);
    threads.getExecutor(fetch(), encoding("identity")).execute(() -> events.add("identity"));
    assertThat(events).containsExactly("identity");
  }

  private static Metadata encoding(String name) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER), name);
    return headers;
  }

  @Test
  void anUpload_isOnACallThreadFromTheBeginning() {
    Metadata token = authorization("Bearer abc");
    Call<FlightData, ?> upload = new Call<>(FlightServiceGrpc.getDoPutMethod());

    threads.getExecutor(upload, token).execute(() -> events.add("upload"));
    assertThat(events).isEmpty();
    assertThat(callPool).hasSize(1);
    threads.getExecutor(fetch(), token).execute(() -> events.add("token"));
    assertThat(events).containsExactly("token");

    ServerCall.Listener<FlightData> listener = new ServerCall.Listener<>() {};
    assertThat(threads.interceptCall(upload, token, (call, headers) -> listener))
        .isSameAs(listener);
  }

  @Test
  void aPassword_isLookedAtOnAThreadForLogins_andItsCallGoesOnOnACallThread() {
    Metadata password = authorization("basic YTpi");
    Executor executor = threads.getExecutor(fetch(), password);
    executor.execute(() -> events.add("login"));
    executor.execute(() -> events.add("later"));

    assertThat(loginPool).hasSize(1);
    assertThat(callPool).hasSize(1);
    loginPool.remove().run();
    callPool.remove().run();
    assertThat(events).containsExactly("login", "later");
  }

  @Test
  void aHandshake_isOnThreadsForLoginsToItsEnd() {
    Executor executor = threads.getExecutor(handshake(), new Metadata());
    executor.execute(() -> events.add("login"));
    executor.execute(() -> events.add("later"));

    assertThat(loginPool).hasSize(2);
    assertThat(callPool).isEmpty();
  }

  @Test
  void logins_beyondTheirNumber_areTurnedAwayUntilOneHasEnded() {
    // All have one address, which may have half of the four.
    ServerCall.Listener<HandshakeRequest> first = login(handshake());
    ServerCall.Listener<HandshakeRequest> second = login(handshake());
    Call<HandshakeRequest, ?> third = handshake();
    login(third);
    assertThat(third.status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(third.status.getDescription())
        .contains("2 logins from your address", "flight.connections.logins-max");

    first.onComplete();
    first.onComplete(); // gives one place back all the same
    login(handshake());
    Call<HandshakeRequest, ?> fifth = handshake();
    login(fifth);
    assertThat(fifth.status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    second.onCancel();
    Call<HandshakeRequest, ?> sixth = handshake();
    login(sixth);
    assertThat(sixth.status).isEqualTo(Status.OK);
  }

  @Test
  void aStranger_whoSaysThatItWasTurnedAway_isNot() {
    for (int i = 0; i < 10; i++) {
      Metadata headers = authorization("Basic YTpi");
      headers.put(Metadata.Key.of("flightgate-place", Metadata.ASCII_STRING_MARSHALLER), "any");
      Call<Ticket, FlightData> call = fetch();
      threads.getExecutor(call, headers);
      threads.interceptCall(call, headers, (taken, h) -> new Listener());
      assertThat(call.status).isEqualTo(Status.OK);
    }
  }

  @Test
  void passwords_haveTheirPlaceOnlyUntilTheyWereLookedAt() {
    Metadata password = authorization("Basic YTpi");
    for (int i = 0; i < 10; i++) {
      Call<Ticket, FlightData> call = fetch();
      threads.getExecutor(call, password);
      threads.interceptCall(call, password, (taken, headers) -> new Listener());
      assertThat(call.status).isEqualTo(Status.OK);
    }
    Call<Ticket, FlightData> failing = fetch();
    for (int i = 0; i < 10; i++) {
      threads.getExecutor(failing, password);
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  threads.interceptCall(
                      failing,
                      password,
                      (taken, headers) -> {
                        throw new IllegalStateException("as the test says");
                      }));
    }
  }

  @Test
  void calls_beyondTheirNumber_areRefusedUntilOneIsDone() {
    for (int i = 0; i < 2; i++) {
      take(fetch(), new Listener()).onHalfClose();
    }
    Call<Ticket, FlightData> third = fetch();
    take(third, new Listener()).onHalfClose();
    assertThat(third.status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(third.status.getDescription())
        .contains("2 calls are under way", "flight.connections.calls-max");

    callPool.remove().run();
    Call<Ticket, FlightData> fourth = fetch();
    take(fourth, new Listener()).onHalfClose();
    assertThat(fourth.status).isEqualTo(Status.OK);
    assertThat(callPool).hasSize(2);
  }

  private ServerCall.Listener<HandshakeRequest> login(Call<HandshakeRequest, ?> call) {
    Metadata headers = new Metadata();
    threads.getExecutor(call, headers);
    return threads.interceptCall(call, headers, (taken, h) -> new ServerCall.Listener<>() {});
  }

  private static Metadata authorization(String value) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), value);
    return headers;
  }

  private static Call<HandshakeRequest, ?> handshake() {
    return new Call<>(FlightServiceGrpc.getHandshakeMethod());
  }

  private static boolean showsPassword(Metadata headers) {
    String shown = headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
    return shown != null && shown.regionMatches(true, 0, "basic ", 0, 6);
  }

  private static Call<Ticket, FlightData> fetch() {
    return new Call<>(FlightServiceGrpc.getDoGetMethod());
  }

  private ServerCall.Listener<Ticket> take(Call<Ticket, FlightData> call, Listener listener) {
    return threads.interceptCall(
        call,
        new Metadata(),
        (taken, headers) -> {
          events.add("taken");
          return listener;
        });
  }

  private class Listener extends ServerCall.Listener<Ticket> {

    @Override
    public void onMessage(Ticket message) {
      events.add("message");
    }

    @Override
    public void onHalfClose() {
      events.add("half close");
    }

    @Override
    public void onCancel() {
      events.add("cancel");
    }

    @Override
    public void onComplete() {
      events.add("complete");
    }

    @Override
    public void onReady() {
      events.add("ready");
    }
  }

  private static final class Call<Q, A> extends ServerCall<Q, A> {

    private final MethodDescriptor<Q, A> method;
    private Status status = Status.OK;

    Call(MethodDescriptor<Q, A> method) {
      this.method = method;
    }

    @Override
    public void request(int numMessages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(A message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      this.status = status;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<Q, A> getMethodDescriptor() {
      return method;
    }
  }
}
