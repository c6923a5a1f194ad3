package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import dev.flightgate.server.RunningGateway;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.GetSessionOptionsResult;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cookie {@code arrow_flight_session_id}, to the letter. */
class SessionCookiesTest {

  private static final String NAME = "arrow_flight_session_id=";

  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = RunningGateway.start();
    try (SqlClient client = SqlClient.login(gateway, "alice", "main")) {
      client.update("create schema sales");
    }
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static void query(RawFlight client) {
    ByteString command =
        Any.pack(CommandStatementQuery.newBuilder().setQuery("select 1").build()).toByteString();
    client
        .calls()
        .getFlightInfo(
            Flight.FlightDescriptor.newBuilder()
                .setType(Flight.FlightDescriptor.DescriptorType.CMD)
                .setCmd(command)
                .build());
  }

  private static void setSchema(RawFlight client) {
    SetSessionOptionsRequest request =
        new SetSessionOptionsRequest(
            Map.of("schema", SessionOptionValueFactory.makeSessionOptionValue("sales")));
    client.action("SetSessionOptions", ByteString.copyFrom(request.serialize()));
  }

  private static boolean hasSchema(RawFlight client) throws Exception {
    List<Flight.Result> results =
        client.action(
            "GetSessionOptions", ByteString.copyFrom(new GetSessionOptionsRequest().serialize()));
    return GetSessionOptionsResult.deserialize(results.get(0).getBody().asReadOnlyByteBuffer())
        .getSessionOptions()
        .containsKey("schema");
  }

  private static String idFromFirstSession(RawFlight client) {
    query(client);
    assertThat(client.cookiesSet()).hasSize(1);
    String cookie = client.cookiesSet().get(0);
    assertThat(cookie).matches(NAME + "[A-Za-z0-9_-]{16,64}");
    return cookie.substring(NAME.length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arrow_flight_session_id=%s",
        "a=b;arrow_flight_session_id=%s",
        "a=b; arrow_flight_session_id=%s; c=d",
        "arrow_flight_session_id=\"%s\";c",
        "not_arrow_flight_session_id=x;;arrow_flight_session_id = %s ;"
      })
  void aCookie_amongOthers_isTheSession(String header) throws Exception {
    try (RawFlight client = new RawFlight(gateway, "alice")) {
      String id = idFromFirstSession(client);
      client.header("cookie", NAME + id);
      setSchema(client);
      client.header("cookie", String.format(header, id));
      assertThat(hasSchema(client)).isTrue();
      client.header("cookie", NAME + "another-session-of-alice");
      assertThat(hasSchema(client)).isFalse();
      assertThat(client.cookiesSet()).as("set once only").hasSize(1);
    }
  }

  @Test
  void aCookie_ofAnotherUser_isAnotherSession() throws Exception {
    try (RawFlight alice = new RawFlight(gateway, "alice");
        RawFlight bob = new RawFlight(gateway, "bob")) {
      String id = idFromFirstSession(alice);
      alice.header("cookie", NAME + id);
      setSchema(alice);
      bob.header("cookie", NAME + id);
      assertThat(hasSchema(bob)).isFalse();
      assertThat(hasSchema(alice)).isTrue();
    }
  }

  @Test
  void getSessionOptionsAndListActions_makeNoSessionAndSetNoCookie() throws Exception {
    try (RawFlight client = new RawFlight(gateway, "bob")) {
      assertThat(hasSchema(client)).isFalse();
      client.calls().listActions(Flight.Empty.getDefaultInstance()).forEachRemaining(action -> {});
      assertThat(client.cookiesSet()).isEmpty();
    }
  }

  @Test
  void closeSession_makesTheClientForgetTheCookie() throws Exception {
    try (RawFlight client = new RawFlight(gateway, "alice")) {
      String id = idFromFirstSession(client);
      client.header("cookie", NAME + id);
      setSchema(client);
      client.action("CloseSession", ByteString.EMPTY);
      assertThat(client.cookiesSet()).hasSize(2);
      assertThat(client.cookiesSet().get(1)).startsWith(NAME).contains("Max-Age=0");
      assertThat(hasSchema(client)).isFalse();
    }
  }

  @Test
  void aClientWithoutCookies_needsNone() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "main")) {
      client.update("create temporary table mine(a int)");
      assertThat(client.query("select count(*) from mine")).isEqualTo(List.of(List.of(0L)));
    }
  }
}
