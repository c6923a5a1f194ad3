package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.junit.jupiter.api.Test;

/** Where a call's events are told of, with call threads that run only when the test says so. */
class CallThreadsTest {

  private static final Context.Key<String> WHO = Context.key("who");

  private final Queue<Runnable> callPool = new ArrayDeque<>();
  private final List<String> events = new ArrayList<>();
  private final CallThreads threads =
      new CallThreads(callPool::add, (call, headers) -> showsPassword(headers));

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

    assertThat(fetch.closed).isEqualTo(Status.Code.UNKNOWN);
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
              (call, headers) -> false);
      Call<Ticket, FlightData> fetch = fetch();
      calls.add(without.interceptCall(fetch, new Metadata(), (taken, headers) -> new Listener()));

      calls.get(0).onHalfClose();
      assertThat(fetch.closed).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
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
  void anUpload_andALoginByPassword_areOnCallThreadsFromTheBeginning() {
    Metadata password = new Metadata();
    password.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "basic YTpi");
    Metadata token = new Metadata();
    token.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer abc");
    Call<FlightData, ?> upload = new Call<>(FlightServiceGrpc.getDoPutMethod());

    threads.getExecutor(upload, new Metadata()).execute(() -> events.add("upload"));
    threads.getExecutor(fetch(), password).execute(() -> events.add("password"));
    assertThat(events).isEmpty();
    assertThat(callPool).hasSize(2);
    threads.getExecutor(fetch(), token).execute(() -> events.add("token"));
    assertThat(events).containsExactly("token");

    ServerCall.Listener<FlightData> listener = new ServerCall.Listener<>() {};
    assertThat(threads.interceptCall(upload, new Metadata(), (call, headers) -> listener))
        .isSameAs(listener);
  }

  private static boolean showsPassword(Metadata headers) {
    String shown = headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
    return shown != null && shown.startsWith("basic ");
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
    private Status.Code closed = Status.Code.OK;

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
      closed = status.getCode();
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
