package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Any;
import dev.flightgate.server.RunningGateway;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What FlightInfos and streams look like, message by message. */
class ResultMessagesTest {

  /** What grpc-js and tonic take by default, and grpc-java of itself. */
  private static final int FOUR_MEBIBYTES = 4 * 1024 * 1024;

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static Flight.FlightDescriptor query(String sql) {
    return Flight.FlightDescriptor.newBuilder()
        .setType(Flight.FlightDescriptor.DescriptorType.CMD)
        .setCmd(Any.pack(CommandStatementQuery.newBuilder().setQuery(sql).build()).toByteString())
        .build();
  }

  private static List<Flight.FlightData> messages(RawFlight client, String sql) {
    Flight.FlightInfo info = client.calls().getFlightInfo(query(sql));
    return ImmutableList.copyOf(client.calls().doGet(info.getEndpoint(0).getTicket()));
  }

  private static String texts(String database, int rows, int length) {
    return database.equals("main")
        ? "select repeat('x', " + length + ") as x from range(" + rows + ")"
        : "with recursive r(i) as (select 1 union all select i + 1 from r where i < "
            + rows
            + ") select printf('%."
            + length
            + "c', 'x') as x from r";
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void everyFlightInfo_hasOneEndpointAndNoLocation(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database);
        PreparedStatement prepared = client.sql().prepare("select 1", client.options())) {
      for (FlightInfo info :
          List.of(
              client.sql().execute("select 1", client.options()),
              client.sql().execute("create table located(a int)", client.options()),
              client.sql().execute("drop table located; select 1", client.options()),
              prepared.execute(client.options()),
              client.sql().getCatalogs(client.options()),
              client.sql().getSqlInfo(new int[0], client.options()),
              client.sql().getTables(null, null, null, null, true, client.options()))) {
        assertThat(info.getEndpoints())
            .singleElement()
            .extracting(FlightEndpoint::getLocations)
            .isEqualTo(List.of());
      }
      prepared.close(client.options());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void anEmptyResult_isASchemaAndNoBatch(String database) throws Exception {
    try (RawFlight client = new RawFlight(gateway, "alice")) {
      client.header("database", database);
      assertThat(messages(client, "select 1 as a where 1 = 0"))
          .singleElement()
          .satisfies(schema -> assertThat(schema.getDataHeader().isEmpty()).isFalse())
          .satisfies(schema -> assertThat(schema.getDataBody().isEmpty()).isTrue());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void longRows_comeInMessagesBelowFourMebibytes(String database) throws Exception {
    try (RawFlight client = new RawFlight(gateway, "alice")) {
      client.header("database", database);
      List<Flight.FlightData> messages = messages(client, texts(database, 60, 200_000));
      assertThat(messages)
          .hasSizeGreaterThan(4)
          .allSatisfy(m -> assertThat(m.getSerializedSize()).isLessThan(FOUR_MEBIBYTES));
      assertThat(messages.stream().mapToLong(m -> m.getDataBody().size()).sum())
          .isGreaterThan(60 * 200_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void oneRow_largerThanThat_arrivesWhereTheClientTakesIt(String database) throws Exception {
    String sql = texts(database, 1, 6_000_000);
    try (SqlClient patient = SqlClient.login(gateway, "alice", database);
        RawFlight limited = new RawFlight(gateway, "alice")) {
      assertThat((String) patient.query(sql).get(0).get(0)).hasSize(6_000_000);
      limited.header("database", database);
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> messages(limited, sql))
          .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aFailure_afterTheFirstRows_hasItsOwnStatusAndWords(String database) throws Exception {
    boolean duck = database.equals("main");
    String sql =
        duck
            ? "select case when range = 900000 then error('broken') else 'x' end from range(1000000)"
            : "with recursive r(i) as (select 1 union all select i + 1 from r where i < 300000)"
                + " select case when i = 300000 then abs(-9223372036854775808) else i end from r";
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      FlightInfo info = client.sql().execute(sql, client.options());
      try (FlightStream stream =
          client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
        assertThat(stream.next()).isTrue();
        assertThat(
                failure(
                    FlightStatusCode.INVALID_ARGUMENT,
                    () -> {
                      while (stream.next()) {}
                    }))
            .hasMessageContaining(duck ? "broken" : "overflow");
      }
      assertThat(client.query("select 1")).hasSize(1);
    }
  }

  @Test
  void tenThousandFlightInfos_thatNobodyFetches_costNothingLasting() throws Exception {
    try (RawFlight client = new RawFlight(gateway, "bob")) {
      client.header("cookie", "arrow_flight_session_id=a-session-of-bob-00000000");
      Deque<ListenableFuture<Flight.FlightInfo>> underway = new ArrayDeque<>();
      for (int i = 0; i < 10_000; i++) {
        underway.add(client.futures().getFlightInfo(query("select 1")));
        if (underway.size() == 50) {
          underway.remove().get(30, TimeUnit.SECONDS);
        }
      }
      while (!underway.isEmpty()) {
        underway.remove().get(30, TimeUnit.SECONDS);
      }
      assertThat(gateway.allocatedBytes()).isLessThan(1024 * 1024);
      assertThat(messages(client, "select 2")).hasSize(2);
    }
  }
}
