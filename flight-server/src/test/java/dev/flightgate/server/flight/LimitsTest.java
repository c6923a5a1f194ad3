package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import dev.flightgate.server.RunningGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.FlightClient.ClientStreamListener;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every limit of the guide's page on limits is gone past by a real client, which is told what the
 * page says. A limit that is set tiny and a way past it for each row of the page, and no other.
 */
class LimitsTest {

  private static final Path GUIDE =
      Path.of("..").toAbsolutePath().normalize().resolve(Path.of("docs", "guide", "limits.md"));

  /** A row of the page. */
  record Limit(String setting, String status, String sentence) {
    @Override
    public String toString() {
      return setting;
    }

    /** The sentence with any number where it has an N, and any user where it has a USER. */
    Pattern pattern() {
      String regex =
          Arrays.stream(sentence.split("\\b(?=N\\b|USER\\b)|(?<=\\bN)\\b|(?<=\\bUSER)\\b"))
              .map(
                  part ->
                      switch (part) {
                        case "N" -> "[0-9.]+";
                        case "USER" -> "[a-z]+";
                        default -> Pattern.quote(part);
                      })
              .collect(Collectors.joining());
      return Pattern.compile(regex, Pattern.DOTALL);
    }
  }

  /** How a client goes past it: the failure that it meets. */
  private interface Way {
    Throwable past(RunningGateway gateway) throws Exception;
  }

  /**
   * A tiny limit, what else has to be set for it to be the one that is met, and the way past it.
   */
  private record Case(Map<String, Object> settings, Way way) {}

  private static final Map<String, Case> CASES = new LinkedHashMap<>();

  private static void past(String setting, Object value, Way way) {
    past(setting, Map.of(setting, value), way);
  }

  private static void past(String setting, Map<String, Object> settings, Way way) {
    CASES.put(setting, new Case(settings, way));
  }

  private static final String ROWS = "select range from range(1000000000000)";
  private static final String MANY = "select range from range(300000)";
  private static final String WORK =
      "select count(*) from range(10000000) a, range(10000000) b where a.range % 7 = b.range % 5";

  static {
    past("sessions.max", 2, gateway -> tooManySessions(gateway, "alice", "bob", "reader"));
    past("sessions.per-user-max", 2, gateway -> tooManySessions(gateway, "bob", "bob", "bob"));
    past("sessions.idle-timeout", "1s", LimitsTest::idleStatement);
    past("sessions.statements-max", 2, LimitsTest::tooManyStatements);
    past("sessions.transactions-max", 2, LimitsTest::tooManyTransactions);
    past("sessions.transaction-idle-timeout", "1s", LimitsTest::idleTransaction);
    past("sessions.results-max", 1, LimitsTest::tooManyResults);
    past("sessions.result-lifetime", "1s", LimitsTest::oldResult);
    past(
        "sessions.bytes-max",
        Map.of("sessions.bytes-max", 100_000, "sessions.per-user-bytes-max", 10_000_000),
        gateway -> keptResult(gateway, 30_000));
    past("sessions.per-user-bytes-max", 100_000, gateway -> keptResult(gateway, 30_000));
    past(
        "queries.running-max",
        Map.of("queries.running-max", 1, "queries.queue-max", 0),
        LimitsTest::noPlace);
    past(
        "queries.queue-max",
        Map.of("queries.running-max", 1, "queries.queue-max", 0),
        LimitsTest::noPlace);
    past(
        "queries.queue-timeout",
        Map.of("queries.running-max", 1, "queries.queue-timeout", "100ms"),
        LimitsTest::noPlace);
    past("queries.timeout", "300ms", gateway -> query(gateway, WORK));
    past("queries.upload-idle-timeout", "300ms", LimitsTest::stalledUpload);
    past(
        "queries.bytes-max", "1MiB", gateway -> query(gateway, "select repeat('x', 3000000) as x"));
    past("queries.kept-bytes-max", "64KiB", gateway -> keptResult(gateway, 30_000));
    past("queries.result-rows-max", 1_000, gateway -> query(gateway, MANY));
    past("queries.result-bytes-max", "64KiB", gateway -> query(gateway, MANY));
    past("flight.message-bytes-max", "64KiB", gateway -> query(gateway, "select " + long100k()));
    past("flight.header-bytes-max", "8KiB", LimitsTest::longHeader);
  }

  private static String long100k() {
    return "'" + "x".repeat(100_000) + "'";
  }

  static List<Limit> limits() throws IOException {
    return Files.readAllLines(GUIDE).stream()
        .dropWhile(line -> !line.startsWith("| Setting |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.split("\\|", -1))
        .map(
            cells ->
                new Limit(cells[1].replace("`", "").strip(), cells[2].strip(), cells[3].strip()))
        .toList();
  }

  @Test
  void page_hasEveryLimitThatIsProvenHere_andNoOther() throws Exception {
    assertThat(limits()).extracting(Limit::setting).containsExactlyElementsOf(CASES.keySet());
  }

  @ParameterizedTest
  @MethodSource("limits")
  void limit_goneBeyond_isToldAsThePageSays(Limit limit) throws Exception {
    Case tiny = CASES.get(limit.setting);
    assertThat(tiny).isNotNull();
    RunningGateway.Builder builder =
        RunningGateway.builder().database("main", "duckdb", ":memory:");
    tiny.settings.forEach(builder::set);
    try (RunningGateway gateway = builder.start()) {
      Throwable told = tiny.way.past(gateway);

      assertThat(told).isInstanceOf(FlightRuntimeException.class);
      assertThat(((FlightRuntimeException) told).status().code()).hasToString(limit.status);
      assertThat(told.getMessage()).containsPattern(limit.pattern()).contains(limit.setting);
      try (SqlClient other = SqlClient.login(gateway, "alice")) {
        if (!limit.setting.startsWith("queries.queue")
            && !limit.setting.startsWith("queries.run")) {
          assertThat(other.query("select 42").toString()).isEqualTo("[[42]]");
        }
      }
    }
  }

  private static Throwable query(RunningGateway gateway, String sql) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      return catchThrowable(() -> client.query(sql));
    }
  }

  /** Logs these users in one after the other; each but the last begins a transaction. */
  private static Throwable tooManySessions(RunningGateway gateway, String... users)
      throws Exception {
    List<SqlClient> clients = new ArrayList<>();
    try {
      for (String user : users) {
        SqlClient client = SqlClient.login(gateway, user);
        clients.add(client);
        if (clients.size() < users.length) {
          client.sql().beginTransaction(client.options());
        }
      }
      SqlClient last = clients.get(clients.size() - 1);
      return catchThrowable(() -> last.query("select 1"));
    } finally {
      for (SqlClient client : clients.subList(0, clients.size() - 1)) {
        client.sql().closeSession(new CloseSessionRequest(), client.options());
      }
      for (SqlClient client : clients) {
        client.close();
      }
    }
  }

  private static Throwable idleStatement(RunningGateway gateway) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice");
        SqlClient other = SqlClient.login(gateway, "bob")) {
      PreparedStatement statement = client.sql().prepare("select 1", client.options());
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  other
                      .query("select 1 from flightgate.sessions where user_name = 'alice'")
                      .isEmpty());
      return catchThrowable(() -> statement.execute(client.options()));
    }
  }

  private static Throwable tooManyStatements(RunningGateway gateway) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      PreparedStatement first = client.sql().prepare("select 1", client.options());
      for (int i = 0; i < 2; i++) {
        client.sql().prepare("select 2", client.options());
      }
      return catchThrowable(() -> first.execute(client.options()));
    }
  }

  private static Throwable tooManyTransactions(RunningGateway gateway) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      for (int i = 0; i < 2; i++) {
        client.sql().beginTransaction(client.options());
      }
      return catchThrowable(() -> client.sql().beginTransaction(client.options()));
    }
  }

  private static Throwable idleTransaction(RunningGateway gateway) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice");
        SqlClient other = SqlClient.login(gateway, "bob")) {
      var transaction = client.sql().beginTransaction(client.options());
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  other
                      .query("select 1 from flightgate.sessions where transactions > 0")
                      .isEmpty());
      return catchThrowable(() -> client.sql().commit(transaction, client.options()));
    }
  }

  private static Throwable tooManyResults(RunningGateway gateway) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      FlightInfo first = client.sql().execute("select 1", client.options());
      client.sql().execute("select 2", client.options());
      return catchThrowable(() -> client.rows(first));
    }
  }

  private static Throwable oldResult(RunningGateway gateway) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      FlightInfo info = client.sql().execute("select 1", client.options());
      return await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> catchThrowable(() -> client.rows(info)), told -> told != null);
    }
  }

  private static Throwable keptResult(RunningGateway gateway, int rows) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      client.update("create table kept(i bigint)");
      Throwable told =
          catchThrowable(
              () -> client.query("insert into kept select * from range(" + rows + ") returning *"));
      assertThat(client.query("select count(*) from kept").toString())
          .as("nothing of it is left")
          .isEqualTo("[[0]]");
      return told;
    }
  }

  /** Has one statement run, and asks for another. */
  private static Throwable noPlace(RunningGateway gateway) throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (SqlClient busy = SqlClient.login(gateway, "bob");
        SqlClient client = SqlClient.login(gateway, "alice")) {
      Future<Throwable> running =
          pool.submit(() -> catchThrowable(() -> busy.update("create table t as " + WORK)));
      String runs = "from flightgate.queries where user_name = 'bob' and state = 'running'";
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> !client.query("select id " + runs).isEmpty());
      Throwable told = catchThrowable(() -> client.query("select 1"));
      client.query("call flightgate.cancel((select id " + runs + "))");
      assertThat(running.get()).isNotNull();
      return told;
    } finally {
      pool.shutdownNow();
    }
  }

  private static Message ingest(String table) {
    return CommandStatementIngest.newBuilder()
        .setTable(table)
        .setTableDefinitionOptions(Ingest.CREATE)
        .build();
  }

  private static Throwable stalledUpload(RunningGateway gateway) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice");
        VectorSchemaRoot rows = Columns.root(Columns.numbers(client.allocator(), "a", 0, 10))) {
      ClientStreamListener upload =
          client
              .flight()
              .startPut(
                  Prepared.descriptor(ingest("stalled")),
                  rows,
                  new AsyncPutListener(),
                  client.options());
      upload.putNext();
      return catchThrowable(upload::getResult);
    }
  }

  private static Throwable longHeader(RunningGateway gateway) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice");
        SqlClient longer = SqlClient.login(gateway, "alice")) {
      longer.addCredential(
          new CredentialCallOption(headers -> headers.insert("x-much", "x".repeat(9_000))));
      return catchThrowable(() -> longer.query("select 1"));
    }
  }

  @Test
  void anUpload_whoseLaterMessageIsTooLarge_isToldTheSetting_andOthersGoOn() throws Exception {
    try (RunningGateway gateway =
            RunningGateway.builder().set("flight.message-bytes-max", "64KiB").start();
        SqlClient client = SqlClient.login(gateway, "alice", "lite");
        VarCharVector texts = new VarCharVector("a", client.allocator());
        VectorSchemaRoot rows = VectorSchemaRoot.of(texts)) {
      for (int bytes : new int[] {70_000, 20_000_000}) {
        ClientStreamListener upload =
            client
                .flight()
                .startPut(
                    Prepared.descriptor(ingest("large")),
                    rows,
                    new AsyncPutListener(),
                    client.options());
        for (int length : new int[] {100, bytes}) {
          rows.clear();
          texts.setSafe(0, new byte[length]);
          rows.setRowCount(1);
          upload.putNext();
        }
        assertThat(failure(FlightStatusCode.RESOURCE_EXHAUSTED, upload::getResult))
            .hasMessageContaining("flight.message-bytes-max");
      }
      failure(FlightStatusCode.NOT_FOUND, () -> client.query("select * from large"));
      assertThat(client.query("select 42").toString()).isEqualTo("[[42]]");
      // Its thread frees what came of the upload after the client was told.
      await().atMost(Duration.ofSeconds(20)).until(() -> gateway.allocatedBytes() == 0);
    }
  }

  @Test
  void aResult_asLargeAsTheLimits_isWhole_andALargerOneNeverLooksSo() throws Exception {
    try (RunningGateway gateway =
        RunningGateway.builder()
            .set("queries.result-rows-max", 3_000)
            .set("flight.batch-rows-max", 1_000)
            .start()) {
      for (String database : List.of("main", "lite")) {
        try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
          assertThat(client.query(rows(3_000))).hasSize(3_000);
          for (int more : new int[] {3_001, 4_000}) {
            assertThat(failure(FlightStatusCode.RESOURCE_EXHAUSTED, () -> client.query(rows(more))))
                .hasMessageContaining("queries.result-rows-max");
          }
          String single = "with r as (" + rows(3_001) + ") select count(*) from r";
          assertThat(client.query(single)).isEqualTo(List.of(List.of(3_001L)));
          // All or nothing: it is refused before it has changed anything.
          client.update("create table big(i int)");
          failure(
              FlightStatusCode.RESOURCE_EXHAUSTED,
              () -> client.query("insert into big " + rows(3_001) + " returning i"));
          assertThat(client.query("select count(*) from big")).isEqualTo(List.of(List.of(0L)));
          assertThat(client.query("insert into big " + rows(3_000) + " returning i"))
              .hasSize(3_000);
        }
      }
    }
  }

  private static String rows(int count) {
    return "select i from (with recursive r(i) as (select 1 union all select i + 1 from r where i < "
        + count
        + ") select i from r) s";
  }

  @Test
  void aStatement_beyondItsTime_isStoppedWhileItsRowsAreSent() throws Exception {
    try (RunningGateway gateway = RunningGateway.builder().set("queries.timeout", "500ms").start();
        SqlClient client = SqlClient.login(gateway, "alice")) {
      FlightInfo info = client.sql().execute(ROWS, client.options());
      try (FlightStream stream =
          client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
        assertThat(stream.next()).isTrue();
        assertThat(
                failure(
                    FlightStatusCode.TIMED_OUT,
                    () -> {
                      while (stream.next()) {
                        assertThat(stream.getRoot()).isNotNull();
                      }
                    }))
            .hasMessageContaining("queries.timeout");
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions() // where the machine is slow, this takes longer than it may too
          .until(
              () ->
                  client
                      .query("select 1 from flightgate.queries where activity = 'read'")
                      .isEmpty());
    }
  }

  @Test
  void aUser_withMuchWaiting_letsAnothersSingleStatementThrough() throws Exception {
    ExecutorService pool = Executors.newCachedThreadPool();
    try (RunningGateway gateway = RunningGateway.builder().set("queries.running-max", 1).start();
        SqlClient alice = SqlClient.login(gateway, "alice");
        SqlClient bob = SqlClient.login(gateway, "bob")) {
      alice.update("create table log(who varchar, n int)");
      Future<Throwable> first =
          pool.submit(() -> catchThrowable(() -> alice.update("create table t as " + WORK)));
      awaitStates(bob, "alice", 1, 0);
      List<Future<Long>> waiting = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String insert = "insert into log select 'alice', count(*) from log";
        waiting.add(pool.submit(() -> alice.update(insert)));
      }
      awaitStates(bob, "alice", 1, 20);
      Future<Long> single =
          pool.submit(() -> bob.update("insert into log select 'bob', count(*) from log"));
      awaitStates(alice, "bob", 0, 1);
      alice.query(
          "call flightgate.cancel((select id from flightgate.queries where state = 'running'"
              + " and sql like 'create%'))");
      assertThat(first.get()).isNotNull();
      assertThat(single.get()).isOne();
      for (Future<Long> one : waiting) {
        assertThat(one.get()).isOne();
      }
      // At most one of alice's came before: it was her turn.
      assertThat(bob.query("select n <= 1 from log where who = 'bob'").toString())
          .isEqualTo("[[true]]");
    } finally {
      pool.shutdownNow();
    }
  }

  private static void awaitStates(SqlClient asks, String user, long running, long waiting) {
    String sql =
        "select count(*) filter (state = 'running'), count(*) filter (state = 'waiting') from"
            + " flightgate.queries where activity = 'run' and sql not like '%flightgate%' and"
            + " user_name = '"
            + user
            + "'";
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> asks.query(sql), rows -> rows.equals(List.of(List.of(running, waiting))));
  }
}
