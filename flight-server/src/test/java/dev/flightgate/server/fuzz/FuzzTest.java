package dev.flightgate.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.flight.SqlClient;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Requests with some bytes spoilt. Each is either still a request, or the client's mistake: never
 * an internal or unknown error, never without an answer, and nothing of it stays in memory. Takes
 * the seconds of the system property {@code flightgate.fuzz.seconds}, 5 if it is not set, and
 * repeats what it did with {@code flightgate.fuzz.seed}.
 */
class FuzzTest {

  private static final Duration TIME =
      Duration.ofSeconds(Long.getLong("flightgate.fuzz.seconds", 5));
  private static final long SEED = Long.getLong("flightgate.fuzz.seed", 20_260_720);
  private static final int WRONG_MAX = 10;
  private static final Set<Status.Code> WRONG =
      Set.of(
          Status.Code.INTERNAL,
          Status.Code.UNKNOWN,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.UNAVAILABLE,
          Status.Code.DATA_LOSS);

  @Test
  void spoiltRequests_areTheClientsMistake() throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        RawCalls calls = new RawCalls(gateway);
        SqlClient client = SqlClient.login(gateway, "alice", "main")) {
      List<Request> requests = requests(client);
      for (Request request : requests) {
        Status status = calls.call(request.method(), headers("main"), request.messages());
        assertThat(WRONG).as("%s of %s", status, request.method()).doesNotContain(status.getCode());
      }
      long end = System.nanoTime() + TIME.toNanos();
      List<String> wrong = new ArrayList<>();
      for (long seed = SEED; System.nanoTime() < end && wrong.size() < WRONG_MAX; seed++) {
        Random random = new Random(seed);
        String one = spoil(calls, requests.get(random.nextInt(requests.size())), random, seed);
        if (one != null) {
          wrong.add(one);
        }
      }
      assertThat(wrong).isEmpty();
      assertThat(client.query("select 42")).hasSize(1);
    }
  }

  private static @Nullable String spoil(RawCalls calls, Request request, Random random, long seed)
      throws Exception {
    Mutation mutation = new Mutation(random);
    Metadata headers = headers(random.nextBoolean() ? "main" : "lite");
    List<byte[]> messages = new ArrayList<>(request.messages());
    // A unary call with no message, or two, is gRPC's own affair.
    switch (request.method().equals("DoPut") ? random.nextInt(10) : 3 * random.nextInt(4)) {
      case 0 -> headers = spoilt(mutation);
      case 1 -> messages.remove(random.nextInt(messages.size()));
      case 2 ->
          messages.add(
              random.nextInt(messages.size() + 1), messages.get(random.nextInt(messages.size())));
      default -> {
        int at = random.nextInt(messages.size());
        messages.set(at, spoilt(mutation, request, messages.get(at)));
      }
    }
    Status status = calls.call(request.method(), headers, messages);
    // An upload that was refused half-way may still be giving up its table when the next one comes.
    boolean conflict = String.valueOf(status.getDescription()).contains("conflict");
    return WRONG.contains(status.getCode()) && !conflict
        ? request.method() + ": " + status + " with -Dflightgate.fuzz.seed=" + seed
        : null;
  }

  /** Spoils a message, or only its Arrow header or its body, so that more of it is looked at. */
  private static byte[] spoilt(Mutation mutation, Request request, byte[] message)
      throws Exception {
    int which = mutation.random().nextInt(3);
    if (!request.method().equals("DoPut") || which == 0) {
      return mutation.of(message);
    }
    FlightData data = FlightData.parseFrom(message);
    FlightData.Builder spoilt = data.toBuilder();
    if (which == 1) {
      spoilt.setDataHeader(ByteString.copyFrom(mutation.of(data.getDataHeader().toByteArray())));
    } else {
      spoilt.setDataBody(ByteString.copyFrom(mutation.of(data.getDataBody().toByteArray())));
    }
    return spoilt.build().toByteArray();
  }

  private static Metadata headers(String database) {
    Metadata headers = new Metadata();
    put(headers, "authorization", "Bearer " + RunningGateway.TOKEN);
    put(headers, "database", database);
    return headers;
  }

  private static Metadata spoilt(Mutation mutation) {
    Metadata headers = new Metadata();
    String basic =
        Base64.getEncoder()
            .encodeToString(
                ("alice:" + RunningGateway.password("alice")).getBytes(StandardCharsets.UTF_8));
    String right =
        mutation.random().nextBoolean() ? "Basic " + basic : "Bearer " + RunningGateway.TOKEN;
    boolean cookie = mutation.random().nextBoolean();
    put(headers, "authorization", cookie ? right : mutation.of(right));
    put(headers, "cookie", mutation.of("a=b; arrow_flight_session_id=0123456789abcdef; c=\"d\""));
    put(headers, "database", mutation.of("main"));
    put(headers, "grpc-timeout", "10S");
    return headers;
  }

  private static void put(Metadata headers, String name, String value) {
    headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
  }

  private static List<Request> requests(SqlClient client) throws Exception {
    ByteString handle = prepare(client);
    ByteString ticket =
        ByteString.copyFrom(
            client
                .sql()
                .execute("select 1", client.options())
                .getEndpoints()
                .get(0)
                .getTicket()
                .getBytes());
    ByteString transaction =
        ByteString.copyFrom(client.sql().beginTransaction(client.options()).getTransactionId());
    FlightSql.CommandStatementQuery query =
        FlightSql.CommandStatementQuery.newBuilder().setQuery("select 1").build();
    List<Request> requests = new ArrayList<>();
    requests.add(Request.of("DoGet", Flight.Ticket.newBuilder().setTicket(ticket).build()));
    requests.addAll(
        commands(
            query,
            query.toBuilder().setTransactionId(transaction).build(),
            FlightSql.CommandPreparedStatementQuery.newBuilder()
                .setPreparedStatementHandle(handle)
                .build(),
            FlightSql.CommandGetTables.newBuilder()
                .setTableNameFilterPattern("a%")
                .setIncludeSchema(true)
                .build(),
            FlightSql.CommandGetSqlInfo.newBuilder().addInfo(0).addInfo(500).build(),
            FlightSql.CommandGetCrossReference.newBuilder()
                .setPkTable("a")
                .setFkTable("b")
                .build()));
    Flight.FlightDescriptor polled = poll(client);
    requests.add(Request.of("PollFlightInfo", polled));
    requests.addAll(Actions.of(handle, transaction, ticket, polled));
    requests.add(
        upload(
            FlightSql.CommandStatementUpdate.newBuilder().setQuery("select 1").build(), List.of()));
    for (List<FlightData> rows : List.of(Uploads.flat(), Uploads.encoded(), Uploads.nested())) {
      requests.add(upload(ingest(), rows));
    }
    requests.add(
        upload(
            FlightSql.CommandPreparedStatementQuery.newBuilder()
                .setPreparedStatementHandle(handle)
                .build(),
            Uploads.flat()));
    return requests;
  }

  private static Message ingest() {
    return FlightSql.CommandStatementIngest.newBuilder()
        .setTable("fuzz")
        .setTableDefinitionOptions(
            TableDefinitionOptions.newBuilder()
                .setIfNotExist(TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE)
                .setIfExists(TableExistsOption.TABLE_EXISTS_OPTION_REPLACE))
        .build();
  }

  private static ByteString prepare(SqlClient client) throws Exception {
    Message request =
        FlightSql.ActionCreatePreparedStatementRequest.newBuilder()
            .setQuery("select ?::bigint, ?::varchar, ?, ?, ?")
            .build();
    byte[] result =
        client
            .flight()
            .doAction(
                new Action("CreatePreparedStatement", Any.pack(request).toByteArray()),
                client.options())
            .next()
            .getBody();
    return Any.parseFrom(result)
        .unpack(FlightSql.ActionCreatePreparedStatementResult.class)
        .getPreparedStatementHandle();
  }

  /** The descriptor of a statement that runs until the end of the test. */
  private static Flight.FlightDescriptor poll(SqlClient client) throws Exception {
    Message endless =
        FlightSql.CommandStatementQuery.newBuilder()
            .setQuery("select count(*) from range(100000000) a, range(100000000) b")
            .build();
    return Flight.FlightDescriptor.parseFrom(
        client
            .flight()
            .pollInfo(FlightDescriptor.command(Any.pack(endless).toByteArray()), client.options())
            .getFlightDescriptor()
            .orElseThrow()
            .serialize());
  }

  private static List<Request> commands(Message... commands) {
    List<Request> requests = new ArrayList<>();
    for (Message command : commands) {
      for (String method : List.of("GetFlightInfo", "GetSchema", "PollFlightInfo")) {
        requests.add(Request.of(method, descriptor(command)));
      }
    }
    return requests;
  }

  private static Flight.FlightDescriptor descriptor(Message command) {
    return Flight.FlightDescriptor.newBuilder()
        .setType(Flight.FlightDescriptor.DescriptorType.CMD)
        .setCmd(Any.pack(command).toByteString())
        .build();
  }

  private static Request upload(Message command, List<FlightData> rows) {
    List<byte[]> messages = new ArrayList<>();
    for (FlightData one : rows) {
      boolean first = messages.isEmpty();
      messages.add(
          (first ? one.toBuilder().setFlightDescriptor(descriptor(command)).build() : one)
              .toByteArray());
    }
    if (rows.isEmpty()) {
      messages.add(
          FlightData.newBuilder().setFlightDescriptor(descriptor(command)).build().toByteArray());
    }
    return new Request("DoPut", messages);
  }
}
