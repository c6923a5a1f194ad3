package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.listener.CallEnd;
import dev.flightgate.server.listener.ClientCall;
import dev.flightgate.server.listener.ClientConnection;
import dev.flightgate.server.listener.GatewayListener;
import dev.flightgate.server.listener.LoginAttempt;
import dev.flightgate.server.listener.ResponseHeaders;
import dev.flightgate.server.query.StatementRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.auth2.BearerCredentialWriter;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What listeners are told, in which order, however a call ends; and that they cannot do harm. */
class ListenerTest {

  private static final String ENDLESS_ROWS = "select range as i from range(1000000000000)";

  private static final RecordingListener recorder = new RecordingListener();
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        RunningGateway.builder().database("main", "duckdb", ":memory:").listener(recorder).start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** What was told of one test's connection: its own events, and the calls in between. */
  private record Told(List<String> all, List<String> calls) {}

  /** Waits for the end of all connections; what was told since the mark. */
  private static Told since(Told mark) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                recorder.all().stream().filter(e -> e.startsWith("connected")).count()
                    == recorder.all().stream().filter(e -> e.startsWith("disconnected")).count());
    List<String> all = recorder.all();
    List<String> calls = recorder.calls();
    return new Told(
        all.subList(mark.all.size(), all.size()), calls.subList(mark.calls.size(), calls.size()));
  }

  private static Told mark() {
    return new Told(recorder.all(), recorder.calls());
  }

  private static SqlClient withToken(int port) {
    SqlClient client = SqlClient.withoutLogin(port);
    client.addCredential(
        new CredentialCallOption(new BearerCredentialWriter(RunningGateway.TOKEN)));
    return client;
  }

  @Test
  void aLoginAndAQuery_areToldFromConnectToDisconnect() throws Exception {
    Told before = mark();
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      client.query("select 1");
    }
    Told told = since(before);
    assertThat(told.calls())
        .containsExactly(
            "Handshake by nobody, alice by PASSWORDalice, responding, ended OK of alice",
            "GetFlightInfo by nobody, alice by SESSION_TOKEN, RUN began,"
                + " RUN planned of alice in main, responding, ended OK of alice",
            "DoGet by nobody, alice by SESSION_TOKEN, READ began, responding,"
                + " READ completed of alice in main, ended OK of alice");
    assertThat(told.all().get(0)).startsWith("connected ");
    assertThat(told.all().get(told.all().size() - 1)).startsWith("disconnected ");
  }

  @Test
  void aWrongPassword_isToldWithTheUserItWasTriedFor() throws Exception {
    Told before = mark();
    try (SqlClient client = SqlClient.withoutLogin(gateway)) {
      failure(
          FlightStatusCode.UNAUTHENTICATED,
          () -> client.flight().authenticateBasicToken("alice", "wrong"));
      failure(FlightStatusCode.UNAUTHENTICATED, () -> client.query("select 1"));
    }
    Told told = since(before);
    assertThat(told.calls().get(0))
        .startsWith("Handshake by nobody, no alice by PASSWORD: wrong user or password")
        .endsWith(", responding, ended UNAUTHENTICATED of nobody");
    assertThat(told.calls().get(1))
        .startsWith("GetFlightInfo by nobody, no  by NONE: no credentials")
        .endsWith(", responding, ended UNAUTHENTICATED of nobody");
    assertThat(told.all().get(told.all().size() - 1)).startsWith("disconnected ");
  }

  @Test
  void aStatementThatFails_isToldBeforeItsCallEnds() throws Exception {
    Told before = mark();
    try (SqlClient client = withToken(gateway.port())) {
      failure(FlightStatusCode.NOT_FOUND, () -> client.query("select * from nowhere"));
    }
    assertThat(since(before).calls())
        .containsExactly(
            "GetFlightInfo by nobody, alice by TOKEN, RUN began, RUN failed of alice in main,"
                + " responding, ended NOT_FOUND of alice");
  }

  @Test
  void aClientThatCancels_isToldWhenItsStatementIsOver() throws Exception {
    Told before = mark();
    try (SqlClient client = withToken(gateway.port())) {
      FlightInfo info = client.sql().execute(ENDLESS_ROWS, client.options());
      try (FlightStream stream =
          client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
        assertThat(stream.next()).isTrue();
        stream.cancel("enough", null);
      }
    }
    assertThat(since(before).calls().get(1))
        .isEqualTo(
            "DoGet by nobody, alice by TOKEN, READ began, responding,"
                + " READ abandoned of alice in main, ended CANCELLED of alice");
  }

  @Test
  void aCallPastItsDeadline_isToldWhenItsStatementIsOver() throws Exception {
    Told before = mark();
    try (SqlClient client = withToken(gateway.port())) {
      List<CallOption> options = new ArrayList<>(List.of(client.options()));
      options.add(CallOptions.timeout(300, TimeUnit.MILLISECONDS));
      String work = "create table t as select count(*) from range(10000000) a, range(10000000) b";
      failure(
          FlightStatusCode.TIMED_OUT,
          () -> client.sql().executeUpdate(work, options.toArray(new CallOption[0])));
    }
    assertThat(since(before).calls().get(0))
        .startsWith("DoPut by nobody, alice by TOKEN, RUN began, RUN abandoned of alice in main,")
        .matches(".*ended (CANCELLED|DEADLINE_EXCEEDED) of alice");
  }

  @Test
  void aSocketThatDies_endsItsCallsBeforeItIsDisconnected() throws Exception {
    Told before = mark();
    try (Relay relay = new Relay(gateway.port());
        SqlClient client = withToken(relay.port())) {
      FlightInfo info = client.sql().execute(ENDLESS_ROWS, client.options());
      try (FlightStream stream =
          client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
        assertThat(stream.next()).isTrue();
        relay.close();
        assertThatThrownBy(
                () -> {
                  while (stream.next()) {}
                })
            .isInstanceOf(RuntimeException.class);
      }
    }
    Told told = since(before);
    assertThat(told.calls().get(1))
        .startsWith("DoGet by nobody, alice by TOKEN, READ began, responding, READ abandoned")
        .matches(".*, ended (CANCELLED|UNAVAILABLE) of alice");
    assertThat(told.all().get(told.all().size() - 1)).startsWith("disconnected ");
  }

  @Test
  void closingTheGateway_endsAllAndThenTheListener() throws Exception {
    RecordingListener told = new RecordingListener();
    RunningGateway closing =
        RunningGateway.builder().database("main", "duckdb", ":memory:").listener(told).start();
    try (closing;
        SqlClient client = withToken(closing.port())) {
      FlightInfo info = client.sql().execute(ENDLESS_ROWS, client.options());
      try (FlightStream stream =
          client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
        assertThat(stream.next()).isTrue();
        closing.close();
        failure(
            FlightStatusCode.UNAVAILABLE,
            () -> {
              while (stream.next()) {}
            });
      }
    }
    assertThat(told.calls("DoGet"))
        .containsExactly(
            "DoGet by nobody, alice by TOKEN, READ began, responding,"
                + " READ failed of alice in main, ended UNAVAILABLE of alice");
    List<String> all = told.all();
    assertThat(all.subList(all.size() - 3, all.size()))
        .containsExactly("ended UNAVAILABLE of alice", "disconnected 1", "closed");
  }

  @Test
  void aListenerThatThrowsAlways_changesNothingAndIsLoggedOnce() throws Exception {
    Logger log = (Logger) LoggerFactory.getLogger("dev.flightgate.server.listener");
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    log.addAppender(logged);
    log.setAdditive(false);
    RecordingListener other = new RecordingListener();
    ThrowingListener throwing = new ThrowingListener();
    try {
      try (RunningGateway gateway =
              RunningGateway.builder().listener(throwing).listener(other).start();
          SqlClient client = SqlClient.login(gateway, "alice")) {
        assertThat(client.query("select 1")).isEqualTo(List.of(List.of(1)));
        failure(FlightStatusCode.INVALID_ARGUMENT, () -> client.query("select"));
        failure(
            FlightStatusCode.UNAUTHENTICATED,
            () -> client.flight().authenticateBasicToken("alice", "wrong"));
      }
    } finally {
      log.detachAppender(logged);
      log.setAdditive(true);
    }
    assertThat(throwing.thrown)
        .contains(
            "connected",
            "callBegan",
            "authenticated",
            "authenticationFailed",
            "statementBegan",
            "statementEnded",
            "responding",
            "callEnded",
            "disconnected",
            "close");
    assertThat(other.calls()).hasSize(5).allMatch(call -> call.matches(".*ended \\w+ of \\w+"));
    assertThat(logged.list).hasSize(1);
    assertThat(logged.list.get(0).getFormattedMessage())
        .contains(ThrowingListener.class.getName(), "connected");
  }

  @Test
  void headers_areShownWithoutSecretsAndCanBeAddedToTheAnswer() throws Exception {
    List<String> refused = new CopyOnWriteArrayList<>();
    List<ClientCall> calls = new CopyOnWriteArrayList<>();
    GatewayListener adding =
        new GatewayListener() {
          @Override
          public void responding(ClientCall call, ResponseHeaders headers) {
            calls.add(call);
            headers.add("set-cookies", "by=listener");
            for (String[] bad :
                new String[][] {
                  {"x-request-id", "mine"}, {"Grpc-Status", "0"}, {"a b", "c"}, {"a", "b\nc"}
                }) {
              try {
                headers.add(bad[0], bad[1]);
              } catch (IllegalArgumentException e) {
                refused.add(bad[0]);
              }
            }
          }
        };
    try (RunningGateway gateway = RunningGateway.builder().listener(adding).start();
        RawFlight client = new RawFlight(gateway, "alice")) {
      client.header("database", "lite");
      client.header("cookie", "a=b");
      client.handshake();
      assertThat(client.received("set-cookies")).containsExactly("by=listener");
      assertThat(client.requestIds()).containsExactly(calls.get(0).requestId());
    }
    assertThat(refused).containsExactly("x-request-id", "Grpc-Status", "a b", "a");
    assertThat(calls.get(0).headers())
        .containsEntry("database", "lite")
        .containsKey("user-agent")
        .doesNotContainKeys("authorization", "cookie");
  }

  private static final class ThrowingListener implements GatewayListener {

    private final List<String> thrown = new CopyOnWriteArrayList<>();

    private RuntimeException fail(String event) {
      thrown.add(event);
      if (thrown.size() % 2 == 0) {
        throw new AssertionError(event);
      }
      return new IllegalStateException(event);
    }

    @Override
    public void connected(ClientConnection connection) {
      throw fail("connected");
    }

    @Override
    public void callBegan(ClientCall call) {
      throw fail("callBegan");
    }

    @Override
    public void authenticated(ClientCall call, Principal principal, LoginAttempt attempt) {
      throw fail("authenticated");
    }

    @Override
    public void authenticationFailed(ClientCall call, LoginAttempt attempt, String reason) {
      throw fail("authenticationFailed");
    }

    @Override
    public void statementBegan(StatementRecord statement) {
      throw fail("statementBegan");
    }

    @Override
    public void statementEnded(StatementRecord statement) {
      throw fail("statementEnded");
    }

    @Override
    public void responding(ClientCall call, ResponseHeaders headers) {
      throw fail("responding");
    }

    @Override
    public void callEnded(ClientCall call, CallEnd end) {
      throw fail("callEnded");
    }

    @Override
    public void disconnected(ClientConnection connection) {
      throw fail("disconnected");
    }

    @Override
    public void close() {
      throw fail("close");
    }
  }
}
