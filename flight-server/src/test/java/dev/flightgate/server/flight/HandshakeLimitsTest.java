package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.impl.Flight.BasicAuth;
import org.apache.arrow.flight.impl.Flight.HandshakeRequest;
import org.apache.arrow.flight.impl.Flight.HandshakeResponse;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long somebody unknown may take to say who they are, and in how many bytes. */
class HandshakeLimitsTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private DoorFixture fixture;
  private ManagedChannel channel;

  @BeforeEach
  void prepare() {
    fixture = new DoorFixture(RunningGateway.builder().config());
  }

  @AfterEach
  void close() throws Exception {
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    fixture.close();
  }

  private StreamObserver<HandshakeRequest> handshake(Duration patience) throws IOException {
    FlightDoor door = fixture.openDoor(new FlightDoor.Patience(MINUTE, MINUTE, patience, MINUTE));
    channel = NettyChannelBuilder.forAddress("127.0.0.1", door.port()).usePlaintext().build();
    return FlightServiceGrpc.newStub(channel)
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .handshake(
            new StreamObserver<HandshakeResponse>() {
              @Override
              public void onNext(HandshakeResponse answer) {}

              @Override
              public void onError(Throwable failure) {
                end.complete(Status.fromThrowable(failure));
              }

              @Override
              public void onCompleted() {
                end.complete(Status.OK);
              }
            });
  }

  private static HandshakeRequest payload(String password) {
    BasicAuth alice = BasicAuth.newBuilder().setUsername("alice").setPassword(password).build();
    return HandshakeRequest.newBuilder().setPayload(alice.toByteString()).build();
  }

  @Test
  void aHandshake_thatSendsNothing_isEndedAfterItsTime() throws Exception {
    handshake(Duration.ofMillis(300));

    Status status = end.get(20, TimeUnit.SECONDS);
    assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(status.getDescription()).isEqualTo("no credentials came within 0.3 s");
  }

  @Test
  void aHandshake_ofTooManyBytes_isRefusedWhileTheyCome() throws Exception {
    StreamObserver<HandshakeRequest> upload = handshake(MINUTE);
    upload.onNext(payload("x".repeat(1 << 20)));

    Status status = end.get(20, TimeUnit.SECONDS);
    assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(status.getDescription()).contains("65536 bytes");
  }

  @Test
  void aHandshake_withinItsLimits_isAnswered() throws Exception {
    StreamObserver<HandshakeRequest> upload = handshake(MINUTE);
    upload.onNext(payload(RunningGateway.password("alice")));

    assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(Status.OK);
  }

  @Test
  void aLongPassword_withinTheLimit_isOnlyWrong() throws Exception {
    StreamObserver<HandshakeRequest> upload = handshake(MINUTE);
    upload.onNext(payload("x".repeat(60_000)));

    Status status = end.get(20, TimeUnit.SECONDS);
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
  }
}
