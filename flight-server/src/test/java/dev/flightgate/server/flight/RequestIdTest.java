package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.Any;
import dev.flightgate.server.RunningGateway;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The name of a call: the client learns it whatever comes of the call, and the log repeats it. */
class RequestIdTest {

  private static RunningGateway gateway;

  private final Logger log = (Logger) LoggerFactory.getLogger("dev.flightgate.server.flight");
  private final ListAppender<ILoggingEvent> logged =
      new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
          event.prepareForDeferredProcessing(); // what the thread's names are now
          super.append(event);
        }
      };

  @BeforeAll
  static void start() {
    gateway = RunningGateway.builder().database("main", "duckdb", ":memory:").start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @BeforeEach
  void listen() {
    log.setLevel(Level.INFO);
    log.setAdditive(false);
    logged.start();
    log.addAppender(logged);
  }

  @AfterEach
  void leave() {
    log.detachAppender(logged);
    log.setAdditive(true);
    log.setLevel(null);
  }

  private static Flight.FlightDescriptor query(String sql) {
    CommandStatementQuery command = CommandStatementQuery.newBuilder().setQuery(sql).build();
    return Flight.FlightDescriptor.newBuilder()
        .setType(Flight.FlightDescriptor.DescriptorType.CMD)
        .setCmd(Any.pack(command).toByteString())
        .build();
  }

  /** Of the lines that say this, what they say of their call. */
  private List<Map<String, String>> names(String message) {
    return logged.list.stream()
        .filter(event -> event.getFormattedMessage().contains(message))
        .map(ILoggingEvent::getMDCPropertyMap)
        .toList();
  }

  @Test
  void anAnswer_goodOrBad_namesTheCallOnce() throws Exception {
    try (RawFlight client = new RawFlight(gateway, "alice")) {
      client.calls().listActions(Flight.Empty.getDefaultInstance()).forEachRemaining(a -> {});
      assertThat(client.requestIds()).hasSize(1);
      client.calls().getFlightInfo(query("select 1"));
      assertThat(client.requestIds()).hasSize(2);
      assertThatThrownBy(() -> client.calls().getFlightInfo(query("select")))
          .isInstanceOf(StatusRuntimeException.class);
      assertThat(client.requestIds()).hasSize(3);
      client.handshake();
      assertThat(client.requestIds()).hasSize(4);
      client.header("authorization", "Basic nonsense");
      assertThatThrownBy(() -> client.calls().getFlightInfo(query("select 1")))
          .isInstanceOf(StatusRuntimeException.class);
      assertThat(client.requestIds()).hasSize(5);
      assertThatThrownBy(client::handshake).isInstanceOf(ExecutionException.class);
      assertThat(client.requestIds())
          .hasSize(6)
          .doesNotHaveDuplicates()
          .allMatch(id -> id.matches("[0-9a-f]{8}-\\d+"));
    }
  }

  @Test
  void aNameTheClientGives_isNotTaken() throws Exception {
    try (RawFlight client = new RawFlight(gateway, "alice")) {
      client.header("x-request-id", "mine");
      client.calls().getFlightInfo(query("select 1"));
      assertThat(client.requestIds()).hasSize(1).doesNotContain("mine");
    }
  }

  @Test
  void logLines_ofACallThatFails_haveItsNameAndUser() throws Exception {
    try (RawFlight client = new RawFlight(gateway, "alice")) {
      assertThatThrownBy(() -> client.calls().getFlightInfo(query("select")))
          .isInstanceOf(StatusRuntimeException.class);
      assertThat(names("refused: INVALID_SQL"))
          .containsExactly(Map.of("request", client.requestIds().get(0), "user", "alice"));
    }
  }

  @Test
  void logLines_ofAStreamThatFailsLate_haveItsNameAndUser() throws Exception {
    String late =
        "select case when range > 900000 then error('late') else range::varchar end"
            + " from range(1000000)";
    try (RawFlight client = new RawFlight(gateway, "alice")) {
      Flight.FlightInfo info = client.calls().getFlightInfo(query(late));
      assertThatThrownBy(
              () ->
                  client
                      .calls()
                      .doGet(info.getEndpoint(0).getTicket())
                      .forEachRemaining(message -> {}))
          .isInstanceOf(StatusRuntimeException.class);
      assertThat(names("refused: "))
          .containsExactly(Map.of("request", client.requestIds().get(1), "user", "alice"));
    }
  }

  @Test
  void logLines_ofARefusedLogin_haveTheCallsName() throws Exception {
    try (RawFlight client = new RawFlight(gateway, "alice")) {
      client.header("authorization", "Basic YWxpY2U6d3Jvbmc=");
      assertThatThrownBy(client::handshake).isInstanceOf(ExecutionException.class);
      assertThatThrownBy(() -> client.calls().getFlightInfo(query("select 1")))
          .isInstanceOf(StatusRuntimeException.class);
      assertThat(names("login from "))
          .containsExactly(Map.of("request", client.requestIds().get(0)));
      assertThat(names("refused GetFlightInfo"))
          .containsExactly(Map.of("request", client.requestIds().get(1)));
    }
  }
}
