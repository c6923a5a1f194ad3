package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.flight.TraceReceiver.Span;
import dev.flightgate.server.traces.Traces;
import dev.flightgate.server.traces.TracesSwitch;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Traces as a receiver of OTLP gets them: whose they are, and what they tell. */
class TracesTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";
  private static final String SERVICE = "arrow.flight.protocol.FlightService/";

  private static final Map<String, String> PROPERTIES =
      Map.of("otel.exporter.otlp.endpoint", "", "otel.bsp.schedule.delay", "20");

  private static TraceReceiver receiver;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    receiver = new TraceReceiver();
    PROPERTIES.forEach(System::setProperty);
    System.setProperty("otel.exporter.otlp.endpoint", receiver.endpoint());
    assertThat(TracesSwitch.isOn(Map.of())).isTrue();
    gateway = traced(false);
  }

  @AfterAll
  static void stop() {
    PROPERTIES.keySet().forEach(System::clearProperty);
    gateway.close();
    receiver.close();
  }

  private static RunningGateway traced(boolean queryText) {
    return RunningGateway.builder()
        .database("main", "duckdb", ":memory:")
        .listener(Traces.autoconfigured(Map.of("main", "duckdb"), queryText))
        .start();
  }

  private static Flight.FlightDescriptor query(String sql) {
    CommandStatementQuery command = CommandStatementQuery.newBuilder().setQuery(sql).build();
    return Flight.FlightDescriptor.newBuilder()
        .setType(Flight.FlightDescriptor.DescriptorType.CMD)
        .setCmd(Any.pack(command).toByteString())
        .build();
  }

  private static RawFlight client(RunningGateway of, String trace) {
    RawFlight client = new RawFlight(of, "alice");
    client.header("traceparent", "00-" + trace + "-" + PARENT + "-01");
    return client;
  }

  private static List<Span> await(String trace, int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> of(trace).stream().filter(span -> span.kind() == 2).count() >= count);
    return of(trace);
  }

  private static List<Span> of(String trace) {
    return receiver.spans().stream().filter(span -> span.traceId().equals(trace)).toList();
  }

  private static Span named(List<Span> spans, String name) {
    List<Span> found = spans.stream().filter(span -> span.name().equals(name)).toList();
    assertThat(found).as("%s of %s", name, spans).hasSize(1);
    return found.get(0);
  }

  @Test
  void aQuery_continuesItsClientsTrace() throws Exception {
    Instant before = Instant.now();
    try (RawFlight client = client(gateway, TRACE)) {
      Flight.FlightInfo info = client.calls().getFlightInfo(query("select 'my secret'"));
      client.calls().doGet(info.getEndpoint(0).getTicket()).forEachRemaining(data -> {});
      List<Span> spans = await(TRACE, 2);

      Span asked = named(spans, SERVICE + "GetFlightInfo");
      Span get = named(spans, SERVICE + "DoGet");
      assertThat(List.of(asked, get))
          .allMatch(span -> span.parentId().equals(PARENT))
          .allMatch(span -> span.attributes().get("rpc.system").equals("grpc"))
          .allMatch(span -> span.attributes().get("rpc.grpc.status_code").equals("0"))
          .allMatch(span -> span.attributes().get("enduser.id").equals("alice"))
          .extracting(span -> span.attributes().get("flightgate.request_id"))
          .isEqualTo(client.requestIds());
      assertThat(get.attributes()).containsEntry("rpc.method", "DoGet");
      Span plan = named(spans, "plan main");
      assertThat(plan.parentId()).isEqualTo(asked.id());
      Span read = named(spans, "read main");
      assertThat(read.parentId()).isEqualTo(get.id());
      assertThat(read.attributes())
          .containsEntry("db.system.name", "duckdb")
          .containsEntry("db.namespace", "main")
          .containsEntry("db.response.returned_rows", "1")
          .doesNotContainKey("db.query.text");
      assertThat(read.events()).containsExactly("first batch");
      assertThat(spans.stream().filter(span -> span.name().equals("execute")))
          .isNotEmpty()
          .allMatch(span -> List.of(plan.id(), read.id()).contains(span.parentId()));
      long began = TimeUnit.MILLISECONDS.toNanos(before.toEpochMilli());
      assertThat(spans)
          .allMatch(span -> span.began() >= began && span.ended() >= span.began())
          .noneMatch(span -> span.toString().contains("secret"));
      assertThat(receiver.services()).contains("flightgate");
    }
  }

  @Test
  void aClientThatCancels_leavesThatInItsTrace() throws Exception {
    String trace = TRACE.replace('0', '1');
    try (RawFlight client = client(gateway, trace)) {
      Flight.FlightInfo info =
          client.calls().getFlightInfo(query("select * from range(1000000000000)"));
      io.grpc.Context.CancellableContext call = io.grpc.Context.current().withCancellation();
      call.run(
          () -> {
            Iterator<Flight.FlightData> data =
                client.calls().doGet(info.getEndpoint(0).getTicket());
            data.next();
            call.cancel(null);
          });
      List<Span> spans = await(trace, 2);
      Span get = named(spans, SERVICE + "DoGet");
      assertThat(get.attributes()).containsEntry("rpc.grpc.status_code", "1");
      assertThat(get.events()).containsExactly("cancelled");
      assertThat(named(spans, "read main").events()).contains("cancelled");
    }
  }

  @Test
  void aStatementThatFails_isAnErrorOfTheStatementAndNotOfTheServer() throws Exception {
    String trace = TRACE.replace('0', '2');
    try (RawFlight client = client(gateway, trace)) {
      assertThatThrownBy(() -> client.calls().getFlightInfo(query("select * from nowhere")))
          .isInstanceOf(StatusRuntimeException.class);
      List<Span> spans = await(trace, 1);
      assertThat(named(spans, SERVICE + "GetFlightInfo").attributes())
          .containsEntry("rpc.grpc.status_code", "5")
          .doesNotContainKey("error.type");
      assertThat(named(spans, "run main").attributes()).containsEntry("error.type", "NOT_FOUND");
    }
  }

  @Test
  void queryText_ifAskedFor_isThere() throws Exception {
    String trace = TRACE.replace('0', '3');
    try (RunningGateway telling = traced(true);
        RawFlight client = client(telling, trace)) {
      client.calls().getFlightInfo(query("select 1"));
      assertThat(named(await(trace, 1), "plan main").attributes())
          .containsEntry("db.query.text", "select 1");
    }
  }
}
