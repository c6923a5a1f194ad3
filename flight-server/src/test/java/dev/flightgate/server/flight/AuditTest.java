package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flightgate.server.RunningGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.impl.Flight;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit of a gateway: who came in and what they ran, with its end. */
class AuditTest {

  private static final JsonMapper json = new JsonMapper();

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("audit.jsonl");
  }

  private RunningGateway.Builder audited() {
    return RunningGateway.builder()
        .database("main", "duckdb", ":memory:")
        .set("audit.file", file());
  }

  private List<JsonNode> records() throws IOException {
    List<JsonNode> records = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path one : files.filter(Files::isRegularFile).sorted().toList()) {
        for (String line : Files.readAllLines(one)) {
          records.add(json.readTree(line));
        }
      }
    }
    return records;
  }

  private List<JsonNode> records(String event) throws IOException {
    return records().stream().filter(r -> r.get("event").textValue().equals(event)).toList();
  }

  /** Event, outcome and these fields, as far as they are there. */
  private static String line(JsonNode record, String... fields) {
    List<String> values = new ArrayList<>();
    values.add(record.get("outcome").textValue());
    for (String field : fields) {
      values.add(field + "=" + record.path(field).asText("none"));
    }
    return String.join(" ", values);
  }

  @Test
  void logins_goodAndBad_areRecordedOnceForEachConnection() throws Exception {
    try (RunningGateway gateway = audited().start();
        SqlClient client = SqlClient.login(gateway, "alice");
        RawFlight raw = new RawFlight(gateway, "bob")) {
      client.query("select 1");
      for (int call = 0; call < 3; call++) {
        raw.calls().listActions(Flight.Empty.getDefaultInstance()).forEachRemaining(a -> {});
      }
      failure(
          FlightStatusCode.UNAUTHENTICATED,
          () -> client.flight().authenticateBasicToken("mallory", "my secret"));
    }
    List<JsonNode> logins = records("login");
    assertThat(logins)
        .extracting(login -> line(login, "user", "method", "reason"))
        .containsExactly(
            "ok user=alice method=password reason=none",
            "ok user=bob method=password reason=none",
            "failed user=mallory method=password reason=wrong user or password");
    assertThat(logins)
        .allMatch(login -> login.get("address").textValue().contains("127.0.0.1:"))
        .allMatch(login -> login.get("request").textValue().matches("[0-9a-f]{8}-\\d+"));
    assertThat(Files.readString(file())).doesNotContain("secret").doesNotContain("Bearer");
  }

  @Test
  void statements_areRecordedWhenTheyAreOver_withWhatCameOfThem() throws Exception {
    try (RunningGateway gateway = audited().start();
        SqlClient client = SqlClient.login(gateway, "alice")) {
      client.update("create table t(i int)");
      client.update("insert into t values (1), (2), (3)");
      client.query("select i from t");
      failure(FlightStatusCode.NOT_FOUND, () -> client.query("select * from nowhere"));
      FlightInfo endless =
          client.sql().execute("select * from range(1000000000000)", client.options());
      try (FlightStream stream =
          client.sql().getStream(endless.getEndpoints().get(0).getTicket(), client.options())) {
        assertThat(stream.next()).isTrue();
        stream.cancel("enough", null);
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions() // of a line that is being written
          .until(() -> records("statement").size() == 5);
    }
    List<JsonNode> statements = records("statement");
    assertThat(statements)
        .extracting(statement -> line(statement, "text", "error"))
        .containsExactly(
            "completed text=create table t(i int) error=none",
            "completed text=insert into t values (1), (2), (3) error=none",
            "completed text=select i from t error=none",
            "failed text=select * from nowhere error=not_found",
            "abandoned text=select * from range(1000000000000) error=cancelled");
    assertThat(statements.get(1).get("rows").longValue()).isEqualTo(3);
    assertThat(statements.get(2).get("rows").longValue()).isEqualTo(3);
    assertThat(statements.get(2).get("bytes").longValue()).isPositive();
    assertThat(statements)
        .allMatch(s -> s.get("user").textValue().equals("alice"))
        .allMatch(s -> s.get("database").textValue().equals("main"))
        .allMatch(s -> s.get("duration_ms").isIntegralNumber())
        .allMatch(s -> s.get("address").textValue().contains("127.0.0.1:"))
        .allMatch(s -> s.get("request").textValue().matches("[0-9a-f]{8}-\\d+"));
  }

  @Test
  void actionsOfAdministrators_goodAndBad_areRecorded() throws Exception {
    Object id;
    try (RunningGateway gateway = audited().start();
        SqlClient client = SqlClient.login(gateway, "alice")) {
      FlightInfo endless =
          client.sql().execute("select * from range(1000000000000)", client.options());
      try (FlightStream stream =
          client.sql().getStream(endless.getEndpoints().get(0).getTicket(), client.options())) {
        assertThat(stream.next()).isTrue();
        id =
            client.query("select id from flightgate.queries where activity = 'read'").get(0).get(0);
        client.query("call flightgate.cancel('" + id + "')");
        failure(FlightStatusCode.NOT_FOUND, () -> client.query("call flightgate.cancel('no')"));
        stream.cancel("enough", null);
      }
    }
    assertThat(records("action"))
        .extracting(action -> line(action, "user", "action", "target"))
        .containsExactly(
            "ok user=alice action=cancel target=" + id,
            "failed user=alice action=cancel target=no");
  }

  @Test
  void textNone_leavesTheTextOut() throws Exception {
    try (RunningGateway gateway = audited().set("audit.text", "none").start();
        SqlClient client = SqlClient.login(gateway, "alice")) {
      client.query("select 'my secret'");
    }
    assertThat(records("statement")).hasSize(1);
    assertThat(Files.readString(file())).doesNotContain("secret");
  }

  /**
   * A new file cannot be begun while what this answers is there: of ten files the last but one
   * cannot take the place of the last.
   */
  private Path keepFromRotating() throws IOException {
    Files.createFile(folder.resolve("audit.jsonl.8"));
    return Files.createDirectories(folder.resolve("audit.jsonl.9").resolve("full"));
  }

  @Test
  void refuse_whileTheFileCannotBeWritten_runsNothingAndLosesNothing() throws Exception {
    Path inTheWay = keepFromRotating();
    try (RunningGateway gateway = audited().set("audit.file-bytes-max", "4KiB").start();
        SqlClient client = SqlClient.login(gateway, "alice")) {
      client.update("create table t(i int)");
      int ran = 0;
      FlightRuntimeException refusal = null;
      while (refusal == null && ran < 10_000) {
        try {
          client.update("insert into t values (1)");
          ran++;
        } catch (FlightRuntimeException e) {
          refusal = e;
        }
      }
      assertThat(refusal.status().code()).isEqualTo(FlightStatusCode.UNAVAILABLE);
      assertThat(refusal.getMessage()).contains("audit.on-failure");
      failure(FlightStatusCode.UNAVAILABLE, () -> client.query("select 1"));
      Files.delete(inTheWay);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions()
          .until(() -> client.query("select 1").size() == 1);
      assertThat(client.query("select count(*) from t")).isEqualTo(List.of(List.of((long) ran)));
      int expected = ran;
      gateway.close();
      assertThat(
              records("statement").stream()
                  .filter(s -> s.get("text").textValue().startsWith("insert"))
                  .filter(s -> s.get("outcome").textValue().equals("completed")))
          .hasSize(expected);
    }
  }

  @Test
  void drop_whileTheFileCannotBeWritten_runsAllTheSame() throws Exception {
    Path inTheWay = keepFromRotating();
    Files.writeString(file(), "{}".repeat(2048));
    try (RunningGateway gateway =
            audited().set("audit.file-bytes-max", "4KiB").set("audit.on-failure", "drop").start();
        SqlClient client = SqlClient.login(gateway, "alice")) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.query("select 1")).hasSize(1);
      }
      Files.delete(inTheWay);
    }
  }

  @Test
  void aFile_thatCannotBeMade_stopsTheStart() {
    RunningGateway.Builder nowhere = audited().set("audit.file", folder.resolve("no/where"));
    assertThatThrownBy(nowhere::start).hasMessageContaining("audit.file");
  }
}
