package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.RunningGateway;
import io.grpc.Attributes;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.impl.Flight.Empty;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections of strangers, beyond what the door lets in; four in all, three of one address. */
class ConnectionLimitTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final FlightDoor.Patience PATIENT =
      new FlightDoor.Patience(MINUTE, MINUTE, MINUTE, MINUTE);

  private final List<Socket> sockets = new ArrayList<>();
  private DoorFixture fixture;

  @BeforeAll
  static void severalAddresses() {
    Assumptions.assumeThat(System.getProperty("os.name"))
        .as("a system whose loopback has all of 127.0.0.0/8")
        .isEqualTo("Linux");
  }

  @BeforeEach
  void prepare() {
    fixture =
        new DoorFixture(
            RunningGateway.builder()
                .set("flight.connections.max", 4)
                .set("flight.connections.per-address-max", 3)
                .config());
  }

  @AfterEach
  void close() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    fixture.close();
  }

  /** A connection that says nothing, from 127.0.0.x. */
  private Socket silent(FlightDoor door, int from) throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.bind(new InetSocketAddress("127.0.0." + from, 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), door.port()));
    return socket;
  }

  /** How a call without credentials ends, over a connection of its own from 127.0.0.x. */
  private static Status call(FlightDoor door, int from) throws InterruptedException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", door.port())
            .usePlaintext()
            .localSocketPicker(local(from))
            .build();
    try {
      FlightServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .listActions(Empty.getDefaultInstance())
          .next();
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  private static NettyChannelBuilder.LocalSocketPicker local(int from) {
    return new NettyChannelBuilder.LocalSocketPicker() {
      @Override
      public SocketAddress createSocketAddress(SocketAddress remote, Attributes attributes) {
        return new InetSocketAddress("127.0.0." + from, 0);
      }
    };
  }

  private static void awaitCall(FlightDoor door, int from, Status.Code code) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(call(door, from).getCode()).isEqualTo(code));
  }

  @Test
  void connections_beyondThoseOfAnAddress_areToldWhy_andOthersComeIn() throws Exception {
    FlightDoor door = fixture.openDoor(PATIENT);
    for (int i = 0; i < 3; i++) {
      silent(door, 2);
    }
    Status refused = call(door, 2);
    assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refused.getDescription())
        .isEqualTo(
            "your address has 3 connections (setting flight.connections.per-address-max):"
                + " close some first");
    assertThat(call(door, 3).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);

    sockets.get(0).close();
    awaitCall(door, 2, Status.Code.UNAUTHENTICATED);
  }

  @Test
  void connections_beyondAll_areToldWhy_untilThereIsRoom() throws Exception {
    FlightDoor door = fixture.openDoor(PATIENT);
    for (int from = 2; from < 6; from++) {
      silent(door, from);
    }
    Status refused = call(door, 6);
    assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refused.getDescription())
        .isEqualTo(
            "the server has 4 connections (setting flight.connections.max): try again later");

    sockets.get(0).close();
    awaitCall(door, 6, Status.Code.UNAUTHENTICATED);
  }

  @Test
  void connections_farBeyondTheBound_areClosedAtOnce() throws Exception {
    FlightDoor door = fixture.openDoor(PATIENT);
    for (int i = 0; i < 3 + 64; i++) {
      silent(door, 2);
    }
    Socket last = silent(door, 2);
    last.setSoTimeout(20_000);
    assertThat(ended(last)).isTrue();
  }

  @Test
  void aConnection_thatIsTold_isClosedAfterSomeSeconds() throws Exception {
    FlightDoor door = fixture.openDoor(PATIENT);
    for (int i = 0; i < 3; i++) {
      silent(door, 2);
    }
    Socket told = silent(door, 2);
    told.setSoTimeout(20_000);
    assertThat(ended(told)).isTrue();
  }

  @Test
  void aConnection_thatSaysNothing_isClosedAfterItsTime() throws Exception {
    FlightDoor door =
        fixture.openDoor(new FlightDoor.Patience(MINUTE, MINUTE, Duration.ofMillis(300), MINUTE));
    Socket mute = silent(door, 2);
    mute.setSoTimeout(20_000);
    assertThat(ended(mute)).isTrue();
    assertThat(call(door, 2).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  /** Reads what the server says, which ends if it hangs up; a reset is an end too. */
  private static boolean ended(Socket socket) throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {
        // The server's own greeting.
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }
}
