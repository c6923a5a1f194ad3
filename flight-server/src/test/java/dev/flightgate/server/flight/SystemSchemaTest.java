package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.flightgate.server.RunningGateway;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.util.TableRef;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The schema flightgate: alice and bob administer, reader does not. Beside both engines it is the
 * same.
 */
class SystemSchemaTest {

  private static final String OWN_STATEMENTS =
      "select id, database_name, activity, sql, seconds >= 0, memory_bytes >= 0, peer <> '',"
          + " request_id <> '' from flightgate.queries where user_name = '%s' and state = 'sending'"
          + " and activity = 'read' and rows_sent > 0 and bytes_sent > 0";

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** Yields its first rows at once and never ends. */
  private static String endless(String database) {
    return database.equals("main")
        ? "select range as i from range(1000000000000)"
        : "with recursive r(i) as (select 1 union all select i + 1 from r) select i from r";
  }

  private static FlightStream begin(SqlClient client, String sql) {
    FlightInfo info = client.sql().execute(sql, client.options());
    FlightStream stream =
        client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options());
    assertThat(stream.next()).isTrue();
    return stream;
  }

  private static void drain(FlightStream stream) {
    while (stream.next()) {
      assertThat(stream.getRoot()).isNotNull();
    }
  }

  /** The statement of the user's that sends rows, once it does. */
  private static List<Object> sending(SqlClient asks, String user) {
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> asks.query(OWN_STATEMENTS.formatted(user)), rows -> rows.size() == 1)
        .get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aStatement_ofAnother_isSeenAndCancelledByAnAdministrator(String database) throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient reader = SqlClient.login(gateway, "reader", database);
        FlightStream stream = begin(reader, endless(database))) {
      List<Object> seen = sending(alice, "reader");
      assertThat(seen.subList(1, 8))
          .containsExactly(database, "read", endless(database), true, true, true, true);

      String id = (String) seen.get(0);
      assertThat(alice.query("call flightgate.cancel('" + id + "')"))
          .containsExactly(List.of(id, "cancelled"));
      assertThat(failure(FlightStatusCode.CANCELLED, () -> drain(stream)))
          .hasMessageContaining("an administrator cancelled the statement");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> alice.query(OWN_STATEMENTS.formatted("reader")).isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void others_seeAndCancelWhatIsTheirsOnly(String database) throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient reader = SqlClient.login(gateway, "reader", database);
        FlightStream foreign = begin(alice, endless(database));
        FlightStream own = begin(reader, endless(database))) {
      String foreignId = (String) sending(alice, "alice").get(0);
      assertThat(reader.query("select distinct user_name from flightgate.queries"))
          .containsExactly(List.of("reader"));
      assertThat(reader.query("select distinct user_name from flightgate.sessions"))
          .containsExactly(List.of("reader"));
      for (String call : List.of("cancel('" + foreignId + "')", "cancel('0')", "cancel('x')")) {
        assertThat(
                failure(FlightStatusCode.NOT_FOUND, () -> reader.query("call flightgate." + call)))
            .hasMessageContaining("see flightgate.queries")
            .hasMessageContaining("of reader");
      }
      assertThat(foreign.next()).isTrue();

      String ownId = (String) sending(reader, "reader").get(0);
      assertThat(reader.update("call flightgate.cancel('" + ownId + "')")).isOne();
      assertThat(failure(FlightStatusCode.CANCELLED, () -> drain(own)))
          .hasMessageContaining("cancelled on request");
      foreign.cancel("enough", null);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aSession_thatIsEnded_isRolledBackAndItsClientToldAtItsNextCall(String database)
      throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient bob = SqlClient.login(gateway, "bob", database);
        FlightStream stream = begin(bob, endless(database))) {
      bob.update("create table ended(i int)");
      bob.update("begin");
      bob.update("insert into ended values (1)");
      Transaction transaction = bob.sql().beginTransaction(bob.options());
      List<List<Object>> sessions =
          alice.query(
              "select id, database_name, state, transactions, began <= now(), memory_bytes >= 0"
                  + " from flightgate.sessions where user_name = 'bob' and state = 'active'");
      assertThat(sessions).hasSize(1);
      assertThat(sessions.get(0).subList(1, 6)).containsExactly(database, "active", 2L, true, true);

      String id = (String) sessions.get(0).get(0);
      assertThat(alice.query("call flightgate.end_session('" + id + "')"))
          .containsExactly(List.of(id, "ended"));
      assertThat(failure(FlightStatusCode.CANCELLED, () -> drain(stream)))
          .hasMessageContaining("an administrator");
      assertThat(failure(FlightStatusCode.NOT_FOUND, () -> bob.query("select 1")))
          .hasMessageContaining("an administrator ended the session");
      assertThat(bob.query("select count(*) from ended")).isEqualTo(List.of(List.of(0L)));
      failure(FlightStatusCode.NOT_FOUND, () -> bob.sql().commit(transaction, bob.options()));
      assertThat(
              failure(
                  FlightStatusCode.NOT_FOUND,
                  () -> alice.query("call flightgate.end_session('" + id + "')")))
          .hasMessageContaining("there is no session '" + id + "' now");
      bob.update("drop table ended");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void theSessionThatAsks_cannotEndItself(String database) throws Exception {
    try (SqlClient reader = SqlClient.login(gateway, "reader", database)) {
      String id =
          (String)
              reader
                  .query("select max(id) from flightgate.sessions where state = 'active'")
                  .get(0)
                  .get(0);
      assertThat(
              failure(
                  FlightStatusCode.INVALID_ARGUMENT,
                  () -> reader.query("call flightgate.end_session('" + id + "')")))
          .hasMessageContaining("is the one that asks");
    }
  }

  @Test
  void sessions_showNoSecret() throws Exception {
    String secret = "QUFBQUFBQUFBQUFBQUFBQQ";
    try (SqlClient client = SqlClient.withoutLogin(gateway, "main")) {
      client.addCredential(
          new CredentialCallOption(
              headers -> {
                headers.insert("authorization", "Bearer " + RunningGateway.TOKEN);
                headers.insert("cookie", "arrow_flight_session_id=" + secret);
              }));
      client.query("select 1");
      String shown =
          client.query("select * from flightgate.sessions").toString()
              + client.query("select * from flightgate.queries");
      assertThat(shown).contains("alice").doesNotContain(secret);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void settings_areShownWithoutSecrets_andToOthersTheLimitsOnly(String database) throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient reader = SqlClient.login(gateway, "reader", database)) {
      assertThat(
              alice.query(
                  "select name, value from flightgate.settings where name in"
                      + " ('sessions.max', 'auth.users[0].password', 'flight.host') order by name"))
          .isEqualTo(
              List.of(
                  List.of("auth.users[0].password", "***"),
                  List.of("flight.host", "127.0.0.1"),
                  List.of("sessions.max", "1000")));
      assertThat(alice.query("select * from flightgate.settings").toString())
          .doesNotContain(RunningGateway.password("alice"), RunningGateway.TOKEN);

      Set<String> groups =
          reader.query("select name from flightgate.settings").stream()
              .map(row -> row.get(0).toString().replaceAll("[.].*", ""))
              .collect(Collectors.toSet());
      assertThat(groups).containsExactlyInAnyOrder("sessions", "queries", "flight");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "insert into flightgate.settings values ('a', 'b')            | UNAUTHORIZED | read-only",
        "drop table flightgate.sessions                               | UNAUTHORIZED | read-only",
        "create table copied as select * from flightgate.sessions     | UNAUTHORIZED | read-only",
        "select * from flightgate.sessions, own_table                 | NOT_FOUND | name no others",
        "select * from own_table join flightgate.queries on true      | NOT_FOUND | name no others",
        "select 1; select * from flightgate.sessions               | INVALID_ARGUMENT | by itself",
        "select nothing from flightgate.sessions                    | INVALID_ARGUMENT | nothing",
        "call flightgate.cancel(null)                                 | NOT_FOUND | no statement",
        "call flightgate.end_session('1.5')                           | NOT_FOUND | no session"
      })
  void aStatement_thatIsMoreThanAQuestion_isRefusedWithAReason(
      String sql, FlightStatusCode status, String reason) throws Exception {
    for (String database : List.of("main", "lite")) {
      try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
        client.update("create table if not exists own_table(i int)");
        assertThat(failure(status, () -> client.query(sql))).hasMessageContaining(reason);
        assertThat(failure(status, () -> client.update(sql))).hasMessageContaining(reason);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aStatement_reachesNoFile(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      for (String source : List.of("read_text('pom.xml')", "glob('*')")) {
        failure(
            FlightStatusCode.UNAUTHORIZED,
            () -> client.query("select count(*) from flightgate.sessions, " + source));
      }
      failure(
          FlightStatusCode.UNAUTHORIZED,
          () -> client.query("copy (select * from flightgate.sessions) to 'target/x.csv'"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void preparedStatements_takeParameters(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database);
        SqlClient reader = SqlClient.login(gateway, "reader", database);
        PreparedStatement statement =
            client
                .sql()
                .prepare(
                    "select value from flightgate.settings where name = 'sessions.max'",
                    client.options())) {
      assertThat(statement.getResultSetSchema().getFields()).hasSize(1);
      for (int i = 0; i < 2; i++) {
        FlightInfo info = statement.execute(client.options());
        assertThat(client.rows(info)).isEqualTo(List.of(List.of("1000")));
        assertThat(client.rows(info)).as("the ticket again").isEqualTo(List.of(List.of("1000")));
      }
      try (FlightStream stream = begin(reader, endless(database))) {
        String id = (String) sending(client, "reader").get(0);
        ByteString cancel = Prepared.handle(client, "call flightgate.cancel(?)");
        try (VectorSchemaRoot ids = Columns.root(Columns.utf8(client.allocator(), "1", id))) {
          new Upload(Prepared.queryOf(cancel), ids).send(client, 1);
        }
        assertThat(client.rows(Prepared.execute(client, cancel)))
            .isEqualTo(List.of(List.of(id, "cancelled")));
        failure(FlightStatusCode.CANCELLED, () -> drain(stream));
      }
      statement.close(client.options());
    }
  }

  @Test
  void aSchemaOfTheDatabases_ofThatName_comesFirst() throws Exception {
    try (RunningGateway other = RunningGateway.start();
        SqlClient duckdb = SqlClient.login(other, "alice", "main");
        SqlClient sqlite = SqlClient.login(other, "alice", "lite")) {
      duckdb.update("create schema flightgate");
      sqlite.update("attach ':memory:' as flightgate");
      for (SqlClient client : List.of(duckdb, sqlite)) {
        assertThat(client.query("select count(*) >= 1 from flightgate.sessions").toString())
            .isEqualTo("[[true]]");
        client.update("create table flightgate.orders(i int)");
        client.update("insert into flightgate.orders values (7)");
        assertThat(client.query("select i from flightgate.orders").toString()).isEqualTo("[[7]]");
        client.update("create table flightgate.sessions(i int)");
        assertThat(client.query("select * from flightgate.sessions")).isEmpty();
      }
    }
  }

  @Test
  void anAdministrator_seesAndCancelsWhatFillsTheQueue() throws Exception {
    ExecutorService pool = Executors.newCachedThreadPool();
    try (RunningGateway full =
            RunningGateway.builder()
                .set("queries.running-max", 1)
                .set("queries.queue-max", 1)
                .start();
        SqlClient alice = SqlClient.login(full, "alice");
        SqlClient bob = SqlClient.login(full, "bob")) {
      String work = // sent as queries: one user can have only half of all uploads under way
          "create table t%d as select count(*) c from range(10000000) a, range(10000000) b"
              + " where a.range %% 7 = b.range %% 5";
      List<Future<?>> busy =
          List.of(
              pool.submit(() -> bob.query(work.formatted(1))),
              pool.submit(() -> bob.query(work.formatted(2))));
      String states =
          "select state, count(*) from flightgate.queries where user_name = 'bob'"
              + " group by state order by state";
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> alice.query(states),
              rows -> rows.equals(List.of(List.of("running", 1L), List.of("waiting", 1L))));
      failure(FlightStatusCode.RESOURCE_EXHAUSTED, () -> alice.query("select 1"));

      assertThat(
              alice.query(
                  "call flightgate.cancel((select id from flightgate.queries"
                      + " where state = 'waiting'))"))
          .hasSize(1);
      assertThat(
              alice.query(
                  "call flightgate.cancel((select id from flightgate.queries"
                      + " where state = 'running' and user_name = 'bob'))"))
          .hasSize(1);
      for (Future<?> one : busy) {
        assertThat(one)
            .failsWithin(20, TimeUnit.SECONDS)
            .withThrowableThat()
            .havingRootCause()
            .withMessageContaining("an administrator cancelled");
      }
      assertThat(alice.query("select 1")).hasSize(1);
    } finally {
      pool.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void metadata_listsTheTables_toThoseWhoAskForTheCatalog(String database) throws Exception {
    for (String user : List.of("alice", "reader")) {
      try (SqlClient client = SqlClient.login(gateway, user, database)) {
        assertThat(ours(client, null)).isEmpty();
        assertThat(ours(client, "flightgate")).containsExactly("queries", "sessions", "settings");
        assertThat(client.rows(client.sql().getSchemas("flightgate", "m_in", client.options())))
            .containsExactly(List.of("flightgate", "main"));
        assertThat(client.rows(client.sql().getSchemas("flightgate", "x%", client.options())))
            .isEmpty();
        assertThat(
                client.rows(
                    client
                        .sql()
                        .getPrimaryKeys(
                            TableRef.of("flightgate", "main", "queries"), client.options())))
            .isEmpty();
      }
    }
  }

  private static List<String> ours(SqlClient client, String catalog) {
    return client
        .rows(client.sql().getTables(catalog, null, null, null, true, client.options()))
        .stream()
        .filter(row -> "flightgate".equals(row.get(0)))
        .map(row -> row.get(2).toString())
        .toList();
  }
}
