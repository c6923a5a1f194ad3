package dev.flightgate.server.proof;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight.HandshakeRequest;
import org.apache.arrow.flight.impl.FlightServiceGrpc;

/**
 * Guesses passwords over many connections from one address of the loopback, so many at the same
 * time that one ends when another begins; by handshakes, and by headers of other calls. Closing it
 * ends that, and waits for the last answers.
 */
final class Storm implements AutoCloseable {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final List<String> users;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
  private final Random random = new Random(1);
  private final Phaser underWay = new Phaser(1);
  private volatile boolean over;

  /**
   * @param users of whom the passwords are guessed; if there are none, of one made up each time
   */
  Storm(int port, String address, int connections, int guessesEach, List<String> users) {
    this.users = users;
    for (int i = 0; i < connections; i++) {
      channels.add(
          NettyChannelBuilder.forAddress("127.0.0.1", port)
              .usePlaintext()
              .localSocketPicker(new Local(address))
              .build());
    }
    for (ManagedChannel channel : channels) {
      for (int i = 0; i < guessesEach; i++) {
        guess(channel);
      }
    }
  }

  /** How often each answer came, numbers in it left out. */
  Map<String, AtomicInteger> answers() {
    return answers;
  }

  private synchronized int next(int bound) {
    return random.nextInt(bound);
  }

  private void guess(ManagedChannel channel) {
    underWay.register();
    String user = users.isEmpty() ? "user" + next(1 << 30) : users.get(next(users.size()));
    Metadata headers = new Metadata();
    headers.put(
        AUTHORIZATION,
        "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + next(1 << 30)).getBytes(StandardCharsets.UTF_8)));
    if (next(2) == 0) {
      send(
          channel,
          FlightServiceGrpc.getHandshakeMethod(),
          headers,
          HandshakeRequest.newBuilder().setPayload(ByteString.EMPTY).build());
    } else {
      send(
          channel,
          FlightServiceGrpc.getGetFlightInfoMethod(),
          headers,
          FlightDescriptor.getDefaultInstance());
    }
  }

  private <Q, A> void send(
      ManagedChannel channel, MethodDescriptor<Q, A> method, Metadata headers, Q message) {
    ClientCall<Q, A> call =
        channel.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS));
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            String answer = status.getCode() + ": " + String.valueOf(status.getDescription());
            answers
                .computeIfAbsent(answer.replaceAll("\\d+", "N"), a -> new AtomicInteger())
                .incrementAndGet();
            if (!over) {
              guess(channel);
            }
            underWay.arriveAndDeregister();
          }
        },
        headers);
    call.request(2);
    call.sendMessage(message);
    call.halfClose();
  }

  @Override
  public void close() throws Exception {
    over = true;
    underWay.awaitAdvanceInterruptibly(underWay.arrive(), 60, TimeUnit.SECONDS);
    for (ManagedChannel channel : channels) {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }
}
