package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flightgate.server.RunningGateway;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** BEGIN, COMMIT and ROLLBACK as text: within a session, and within a Flight transaction. */
class TextTransactionsTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static List<List<Object>> count(SqlClient client, String table) {
    return client.query("select count(*) from " + table);
  }

  private static List<List<Long>> of(long count) {
    return List.of(List.of(count));
  }

  @ParameterizedTest
  @CsvSource({
    "main, commit, 2",
    "lite, commit, 2",
    "main, rollback, 0",
    "lite, rollback, 0",
    "main, COMMIT TRANSACTION; -- done, 2",
    "lite, END, 2"
  })
  void begin_asText_holdsTheSessionUntilItsEnd(String database, String end, long rows)
      throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient bob = SqlClient.login(gateway, "bob", database)) {
      alice.update("create table spoken(a int)");
      alice.update("begin");
      assertThat(alice.update("insert into spoken values (1)")).isEqualTo(1);
      assertThat(alice.query("insert into spoken values (2)")).isEqualTo(of(1));
      assertThat(count(alice, "spoken")).isEqualTo(of(2));
      assertThat(count(bob, "spoken")).isEqualTo(of(0));
      failure(FlightStatusCode.INVALID_ARGUMENT, () -> alice.update("begin"));
      alice.query(end);
      assertThat(count(bob, "spoken")).isEqualTo(of(rows));
      assertThat(count(alice, "spoken")).isEqualTo(of(rows));
      if (end.equals("rollback")) {
        assertThat(alice.update(end)).as("nothing to roll back").isZero();
      } else {
        failure(FlightStatusCode.INVALID_ARGUMENT, () -> alice.update(end));
      }
      alice.update("drop table spoken");
    }
  }

  @ParameterizedTest
  @CsvSource({"main, commit, 1", "lite, commit, 1", "main, rollback, 0", "lite, rollback, 0"})
  void endAsText_inAFlightTransaction_endsIt(String database, String end, long rows)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table ended(a int)");
      Transaction transaction = client.sql().beginTransaction(client.options());
      client.sql().executeUpdate("insert into ended values (1)", transaction, client.options());
      failure(
          FlightStatusCode.INVALID_ARGUMENT,
          () -> client.sql().executeUpdate("begin", transaction, client.options()));
      client.sql().executeUpdate(end, transaction, client.options());
      assertThat(count(client, "ended")).isEqualTo(of(rows));
      failure(FlightStatusCode.NOT_FOUND, () -> client.sql().commit(transaction, client.options()));
      failure(
          FlightStatusCode.NOT_FOUND,
          () -> client.sql().executeUpdate("select 1", transaction, client.options()));
      client.update("drop table ended");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aScript_withItsOwnTransaction_runsAsItSays(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table scripted(a int)");
      client.update("begin; insert into scripted values (1); commit");
      client.update("begin; insert into scripted values (2); rollback");
      assertThat(count(client, "scripted")).isEqualTo(of(1));
      client.update("drop table scripted");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void closeSession_withAnOpenTextTransaction_rollsBack(String database) throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient bob = SqlClient.login(gateway, "bob", database)) {
      alice.update("create table left_open(a int)");
      alice.update("begin");
      alice.update("insert into left_open values (1)");
      alice.sql().closeSession(new CloseSessionRequest(), alice.options());
      assertThat(count(bob, "left_open")).isEqualTo(of(0));
      assertThat(bob.update("insert into left_open values (2)")).isEqualTo(1);
      assertThat(count(alice, "left_open")).isEqualTo(of(1));
      alice.update("drop table left_open");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lite"})
  void savepoints_whereTheEngineHasThem_undoAPart(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table parts(a int)");
      Transaction transaction = client.sql().beginTransaction(client.options());
      for (String statement :
          List.of(
              "insert into parts values (1)",
              "savepoint half",
              "insert into parts values (2)",
              "rollback to half",
              "insert into parts values (3)",
              "release half")) {
        client.sql().executeUpdate(statement, transaction, client.options());
      }
      client.sql().commit(transaction, client.options());
      assertThat(client.query("select a from parts order by a").toString()).isEqualTo("[[1], [3]]");
      client.update("drop table parts");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void preparedStatementsAndIngests_joinTheSessionsTransaction(String database) throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient bob = SqlClient.login(gateway, "bob", database)) {
      alice.update("create table joined(a bigint)");
      PreparedStatement insert =
          alice.sql().prepare("insert into joined values (1)", alice.options());
      PreparedStatement count = alice.sql().prepare("select count(*) from joined", alice.options());
      // As the JDBC driver does it: everything prepared, and BEGIN too.
      PreparedStatement begin = alice.sql().prepare("begin", alice.options());
      PreparedStatement rollback = alice.sql().prepare("rollback", alice.options());
      assertThat(insert.executeUpdate(alice.options())).isEqualTo(1);
      begin.executeUpdate(alice.options());
      assertThat(insert.executeUpdate(alice.options())).isEqualTo(1);
      try (VectorSchemaRoot rows = Columns.root(Columns.numbers(alice.allocator(), "a", 0, 5))) {
        assertThat(Ingest.into("joined", Ingest.APPEND).run(alice, rows)).isEqualTo(5);
      }
      assertThat(alice.rows(count.execute(alice.options()))).isEqualTo(of(7));
      assertThat(count(bob, "joined")).isEqualTo(of(1));
      rollback.executeUpdate(alice.options());
      assertThat(alice.rows(count.execute(alice.options()))).isEqualTo(of(1));
      for (PreparedStatement statement : List.of(insert, count, begin, rollback)) {
        statement.close(alice.options());
      }
      alice.update("drop table joined");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void severalResultsOfOneTransaction_areReadOneAfterTheOther(String database) throws Exception {
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("begin");
      String numbers =
          database.equals("main")
              ? "select range as i from range(10000000)"
              : "with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000000)"
                  + " select i from n";
      FlightInfo first = client.sql().execute(numbers, client.options());
      FlightInfo second = client.sql().execute("select 2 as a", client.options());
      Future<List<List<Object>>> waiting;
      try (FlightStream stream =
          client.sql().getStream(first.getEndpoints().get(0).getTicket(), client.options())) {
        assertThat(stream.next()).isTrue();
        waiting = reader.submit(() -> client.rows(second));
        // More than one turn of the server's: it must come back, and not give up.
        assertThatThrownBy(() -> waiting.get(700, TimeUnit.MILLISECONDS))
            .isInstanceOf(TimeoutException.class);
        while (stream.next()) {
          assertThat(stream.getRoot().getRowCount()).isPositive();
        }
      }
      assertThat(waiting.get(20, TimeUnit.SECONDS)).hasSize(1);
      client.update("commit");
    } finally {
      reader.shutdownNow();
    }
  }
}
