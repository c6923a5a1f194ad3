package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.flightgate.server.RunningGateway;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.flight.impl.Flight.PutResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionClosePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndTransactionRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.TicketStatementQuery;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What is not Flight SQL, or half of it: a clear status, nothing left behind, the server goes on.
 */
class BadInputTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @AfterEach
  void theServerStillServes_andNoCallThreadIsStuck() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      assertThat(client.query("select 42")).hasSize(1);
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(busyCallThreads()).isZero());
  }

  private static long busyCallThreads() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(e -> e.getKey().getName().startsWith("flightgate-call"))
        .filter(
            e ->
                java.util.Arrays.stream(e.getValue())
                    .anyMatch(frame -> frame.getClassName().startsWith("org.apache.arrow.flight")))
        .count();
  }

  @Test
  void ticketsThatAreNone_areInvalidAndUnknownOnesNotFound() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      for (byte[] ticket : new byte[][] {{}, {1, 2, 3}}) {
        failure(FlightStatusCode.INVALID_ARGUMENT, () -> client.rows(new Ticket(ticket)));
      }
      for (String handle : new String[] {"", "too short", "x".repeat(10_000), "A".repeat(22)}) {
        failure(FlightStatusCode.NOT_FOUND, () -> client.rows(new Ticket(packed(handle(handle)))));
      }
    }
  }

  @Test
  void anotherUsersTicket_isNotPermitted() throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice");
        SqlClient bob = SqlClient.login(gateway, "bob")) {
      FlightInfo info = alice.sql().execute("select 1", alice.options());
      failure(FlightStatusCode.UNAUTHORIZED, () -> bob.rows(info));
      assertThat(alice.rows(info)).hasSize(1);
    }
  }

  @Test
  void descriptorsThatAreNoCommands_areInvalid() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      for (FlightDescriptor descriptor :
          new FlightDescriptor[] {
            FlightDescriptor.path("a", "b"),
            FlightDescriptor.command(new byte[] {9, 9, 9}),
            FlightDescriptor.command(new byte[0]),
            FlightDescriptor.command(packed(handle("A".repeat(22))))
          }) {
        failure(
            FlightStatusCode.INVALID_ARGUMENT,
            () -> client.flight().getInfo(descriptor, client.options()));
        failure(
            FlightStatusCode.INVALID_ARGUMENT,
            () -> client.flight().getSchema(descriptor, client.options()));
      }
    }
  }

  @Test
  void actionsWithBodiesThatAreNoMessages_areInvalid() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      for (String type :
          new String[] {
            "CreatePreparedStatement",
            "ClosePreparedStatement",
            "BeginTransaction",
            "EndTransaction",
            "CancelQuery",
            "CancelFlightInfo",
            "SetSessionOptions"
          }) {
        for (byte[] body :
            new byte[][] {
              {1, 2, 3}, {(byte) 0xff}, "nonsense".getBytes(java.nio.charset.StandardCharsets.UTF_8)
            }) {
          failure(
              FlightStatusCode.INVALID_ARGUMENT,
              () -> client.flight().doAction(new Action(type, body), client.options()).next());
        }
      }
    }
  }

  @Test
  void handlesThatAreNoneOfOurs_areNotFound() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      for (String id : new String[] {"nonsense", "A".repeat(22)}) {
        Message end =
            ActionEndTransactionRequest.newBuilder()
                .setTransactionId(ByteString.copyFromUtf8(id))
                .setAction(ActionEndTransactionRequest.EndTransaction.END_TRANSACTION_COMMIT)
                .build();
        failure(FlightStatusCode.NOT_FOUND, () -> action(client, "EndTransaction", end));
      }
      Message statement =
          ActionClosePreparedStatementRequest.newBuilder()
              .setPreparedStatementHandle(ByteString.copyFromUtf8("nonsense"))
              .build();
      failure(
          FlightStatusCode.NOT_FOUND, () -> action(client, "ClosePreparedStatement", statement));
    }
  }

  private static void action(SqlClient client, String type, Message body) {
    client
        .flight()
        .doAction(new Action(type, Any.pack(body).toByteArray()), client.options())
        .forEachRemaining(result -> assertThat(result).isNotNull());
  }

  @Test
  void randomBytesAsTicketsCommandsAndBodies_areNeverAnInternalError() throws Exception {
    Random random = new Random(42);
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      for (int i = 0; i < 500; i++) {
        byte[] bytes = packed(handle("A".repeat(22)));
        for (int j = 0; j < 1 + random.nextInt(4); j++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        assertNotInternal(() -> client.rows(new Ticket(bytes)));
        assertNotInternal(
            () -> client.flight().getInfo(FlightDescriptor.command(bytes), client.options()));
        assertNotInternal(
            () ->
                client
                    .flight()
                    .doAction(new Action("EndTransaction", bytes), client.options())
                    .hasNext());
      }
    }
  }

  private static void assertNotInternal(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    Throwable failure = org.assertj.core.api.Assertions.catchThrowable(call);
    if (failure instanceof FlightRuntimeException e) {
      assertThat(e.status().code()).isNotIn(FlightStatusCode.INTERNAL, FlightStatusCode.UNKNOWN);
    }
  }

  @Test
  void aDoPutThatEndsBeforeItsFirstMessage_isInvalid() throws Exception {
    try (Put put = put()) {
      assertThat(put.finish()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void aDoPutWhoseFirstMessageHasNoDescriptor_isInvalid() throws Exception {
    try (Put put = put()) {
      put.send(FlightData.getDefaultInstance());
      assertThat(put.finish()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void aDoPutOfAnUnknownStatement_withOnlyADescriptor_isNotFound() throws Exception {
    try (Put put = put()) {
      put.send(
          descriptor(
              CommandPreparedStatementUpdate.newBuilder()
                  .setPreparedStatementHandle(ByteString.copyFromUtf8("A".repeat(22)))
                  .build()));
      assertThat(put.finish()).isEqualTo(Status.Code.NOT_FOUND);
    }
  }

  @Test
  void aDoPutWithOnlyADescriptor_isAnsweredBeforeTheClientEndsIt() throws Exception {
    try (Put put = put()) {
      put.send(descriptor(CommandStatementUpdate.newBuilder().setQuery("select 1").build()));
      assertThat(put.status.get(20, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.OK);
    }
  }

  @Test
  void aDoPutWhoseClientVanishes_leavesNoThread() throws Exception {
    try (Put nothingSent = put();
        Put descriptorSent = put()) {
      descriptorSent.send(
          descriptor(
              CommandPreparedStatementUpdate.newBuilder()
                  .setPreparedStatementHandle(ByteString.copyFromUtf8("A".repeat(22)))
                  .build()));
      nothingSent.call.cancel("vanishes", null);
      descriptorSent.call.cancel("vanishes", null);
    }
  }

  @Test
  void aDoGetCancelledBeforeItsFirstBatch_leavesNothing() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      for (int i = 0; i < 50; i++) {
        FlightInfo info =
            client.sql().execute("select range from range(100000000)", client.options());
        FlightStream stream =
            client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options());
        stream.cancel("at once", null);
        stream.close();
      }
    }
  }

  @Test
  void aMessageAboveTheLimit_isRefused() throws Exception {
    try (Put put = put()) {
      put.send(
          FlightData.newBuilder().setDataBody(ByteString.copyFrom(new byte[17 << 20])).build());
      assertThat(put.finish()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }
  }

  private static Message handle(String handle) {
    return TicketStatementQuery.newBuilder()
        .setStatementHandle(ByteString.copyFromUtf8(handle))
        .build();
  }

  private static byte[] packed(Message message) {
    return Any.pack(message).toByteArray();
  }

  private static FlightData descriptor(Message command) {
    return FlightData.newBuilder()
        .setFlightDescriptor(
            org.apache.arrow.flight.impl.Flight.FlightDescriptor.newBuilder()
                .setType(org.apache.arrow.flight.impl.Flight.FlightDescriptor.DescriptorType.CMD)
                .setCmd(Any.pack(command).toByteString()))
        .build();
  }

  private static Put put() {
    return new Put();
  }

  /** A DoPut by hand, message by message. */
  private static final class Put implements AutoCloseable {

    private final ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", gateway.port()).usePlaintext().build();
    private final CompletableFuture<Status> status = new CompletableFuture<>();
    private final ClientCall<FlightData, PutResult> call;

    Put() {
      MethodDescriptor<FlightData, PutResult> method =
          MethodDescriptor.<FlightData, PutResult>newBuilder()
              .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
              .setFullMethodName("arrow.flight.protocol.FlightService/DoPut")
              .setRequestMarshaller(ProtoUtils.marshaller(FlightData.getDefaultInstance()))
              .setResponseMarshaller(ProtoUtils.marshaller(PutResult.getDefaultInstance()))
              .build();
      call = channel.newCall(method, CallOptions.DEFAULT);
      Metadata headers = new Metadata();
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
          "Bearer " + RunningGateway.TOKEN);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onClose(Status end, Metadata trailers) {
              status.complete(end);
            }
          },
          headers);
      call.request(10);
    }

    void send(FlightData data) {
      call.sendMessage(data);
    }

    Status.Code finish() throws Exception {
      call.halfClose();
      return status.get(20, TimeUnit.SECONDS).getCode();
    }

    @Override
    public void close() throws Exception {
      channel.shutdownNow();
      assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
