package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.flightgate.server.RunningGateway;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.sql.FlightSqlClient.Savepoint;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginSavepointRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndSavepointRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndSavepointRequest.EndSavepoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Savepoints where the engine has them, SQLite (clients.md, "Transactions"). */
class SavepointTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static Savepoint begin(SqlClient client, Transaction transaction, String name) {
    return client.sql().beginSavepoint(transaction, name, client.options());
  }

  private static void release(SqlClient client, Savepoint savepoint) {
    client.sql().release(savepoint, client.options());
  }

  /** arrow-java's own rollback(Savepoint) sends a release. */
  private static void rollback(SqlClient client, Savepoint savepoint) {
    end(client, savepoint.getSavepointId(), EndSavepoint.END_SAVEPOINT_ROLLBACK);
  }

  private static void end(SqlClient client, byte[] id, EndSavepoint how) {
    run(
        client,
        "EndSavepoint",
        ActionEndSavepointRequest.newBuilder()
            .setSavepointId(ByteString.copyFrom(id))
            .setAction(how)
            .build());
  }

  private static void begin(SqlClient client, byte[] transaction) {
    run(
        client,
        "BeginSavepoint",
        ActionBeginSavepointRequest.newBuilder()
            .setTransactionId(ByteString.copyFrom(transaction))
            .setName("a")
            .build());
  }

  private static void run(SqlClient client, String type, Message body) {
    client
        .flight()
        .doAction(new Action(type, Any.pack(body).toByteArray()), client.options())
        .forEachRemaining(result -> {});
  }

  private static Transaction beginTransaction(SqlClient client, String table) {
    client.update("create table " + table + "(a int)");
    return client.sql().beginTransaction(client.options());
  }

  private static void insert(SqlClient client, Transaction transaction, String table, int value) {
    client
        .sql()
        .executeUpdate(
            "insert into " + table + " values (" + value + ")", transaction, client.options());
  }

  private static String rows(SqlClient client, String table) {
    return client.query("select a from " + table + " order by a").toString();
  }

  @Test
  void savepoint_rolledBackToAndReleased_undoesWhatCameAfter() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "lite")) {
      Transaction transaction = beginTransaction(client, "marked");
      insert(client, transaction, "marked", 1);
      Savepoint savepoint = begin(client, transaction, "it's \"half\"");
      insert(client, transaction, "marked", 2);
      rollback(client, savepoint);
      insert(client, transaction, "marked", 3);
      rollback(client, savepoint);
      insert(client, transaction, "marked", 4);
      release(client, savepoint);
      failure(FlightStatusCode.NOT_FOUND, () -> rollback(client, savepoint));
      client.sql().commit(transaction, client.options());
      assertThat(rows(client, "marked")).isEqualTo("[[1], [4]]");
    }
  }

  @Test
  void innerSavepoints_endWithTheOuterOne() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "lite")) {
      Transaction transaction = beginTransaction(client, "nested");
      Savepoint outer = begin(client, transaction, "same");
      insert(client, transaction, "nested", 1);
      Savepoint inner = begin(client, transaction, "same");
      insert(client, transaction, "nested", 2);
      rollback(client, inner);
      rollback(client, outer);
      failure(FlightStatusCode.NOT_FOUND, () -> release(client, inner));
      insert(client, transaction, "nested", 3);
      Savepoint another = begin(client, transaction, "another");
      release(client, outer);
      failure(FlightStatusCode.NOT_FOUND, () -> rollback(client, another));
      client.sql().commit(transaction, client.options());
      assertThat(rows(client, "nested")).isEqualTo("[[3]]");
    }
  }

  @Test
  void savepoints_endWithTheirTransaction() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "lite")) {
      List<String> endings = List.of("commit", "rollback", "text");
      client.update("create table over(a int)");
      for (String ending : endings) {
        Transaction transaction = client.sql().beginTransaction(client.options());
        Savepoint savepoint = begin(client, transaction, "p");
        switch (ending) {
          case "commit" -> client.sql().commit(transaction, client.options());
          case "rollback" -> client.sql().rollback(transaction, client.options());
          default -> client.sql().executeUpdate("rollback", transaction, client.options());
        }
        failure(FlightStatusCode.NOT_FOUND, () -> rollback(client, savepoint));
        failure(FlightStatusCode.NOT_FOUND, () -> begin(client, transaction, "p"));
      }
    }
  }

  @Test
  void savepoint_ofAnotherUserOrNone_isRefused() throws Exception {
    byte[] unknown = "0123456789012345678901".getBytes(StandardCharsets.US_ASCII);
    EndSavepoint how = EndSavepoint.END_SAVEPOINT_RELEASE;
    try (SqlClient alice = SqlClient.login(gateway, "alice", "lite");
        SqlClient bob = SqlClient.login(gateway, "bob", "lite")) {
      Transaction transaction = alice.sql().beginTransaction(alice.options());
      Savepoint savepoint = begin(alice, transaction, "p");
      failure(FlightStatusCode.UNAUTHORIZED, () -> rollback(bob, savepoint));
      failure(FlightStatusCode.UNAUTHORIZED, () -> begin(bob, transaction, "q"));
      failure(FlightStatusCode.NOT_FOUND, () -> end(alice, unknown, how));
      failure(FlightStatusCode.NOT_FOUND, () -> begin(alice, unknown));
      failure(FlightStatusCode.NOT_FOUND, () -> end(alice, new byte[] {1}, how));
      failure(FlightStatusCode.NOT_FOUND, () -> begin(alice, new byte[0]));
      failure(FlightStatusCode.NOT_FOUND, () -> end(alice, transaction.getTransactionId(), how));
      failure(
          FlightStatusCode.INVALID_ARGUMENT,
          () -> end(alice, savepoint.getSavepointId(), EndSavepoint.END_SAVEPOINT_UNSPECIFIED));
      failure(FlightStatusCode.INVALID_ARGUMENT, () -> begin(alice, transaction, "nul\0"));
      release(alice, savepoint);
      alice.sql().rollback(transaction, alice.options());
    }
  }

  @Test
  void savepoints_ofOneTransaction_haveALimit() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "lite")) {
      Transaction transaction = client.sql().beginTransaction(client.options());
      List<Savepoint> set = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        set.add(begin(client, transaction, "p"));
      }
      failure(FlightStatusCode.RESOURCE_EXHAUSTED, () -> begin(client, transaction, "p"));
      release(client, set.get(1));
      begin(client, transaction, "p");
      client.sql().rollback(transaction, client.options());
    }
  }

  @Test
  void savepoint_onDuckDb_isUnimplementedInAllForms() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "main")) {
      Transaction transaction = client.sql().beginTransaction(client.options());
      assertThat(
              failure(FlightStatusCode.UNIMPLEMENTED, () -> begin(client, transaction, "p"))
                  .getMessage())
          .contains("DuckDB has no savepoints");
      failure(
          FlightStatusCode.INVALID_ARGUMENT,
          () -> client.sql().executeUpdate("savepoint p", transaction, client.options()));
      client.sql().rollback(transaction, client.options());
    }
  }

  @Test
  void text_outsideOfATransaction_isTheClientsMistake() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "lite")) {
      for (String sql : List.of("savepoint p", "release p", "rollback to p")) {
        assertThat(
                failure(FlightStatusCode.INVALID_ARGUMENT, () -> client.update(sql)).getMessage())
            .contains("BEGIN first");
        failure(FlightStatusCode.INVALID_ARGUMENT, () -> client.query(sql));
      }
      client.update("create table whole(a int)");
      client.update(
          "savepoint p; insert into whole values (1); savepoint q; insert into whole values (2);"
              + " rollback to q; release p");
      assertThat(rows(client, "whole")).isEqualTo("[[1]]");
    }
  }

  @Test
  void text_inATextTransaction_worksAndLeavesNothingPinned() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "lite")) {
      client.update("create table spelt(a int)");
      for (String sql :
          List.of(
              "begin",
              "insert into spelt values (1)",
              "savepoint p",
              "insert into spelt values (2)",
              "rollback to p",
              "insert into spelt values (3)",
              "release p",
              "commit")) {
        client.update(sql);
      }
      assertThat(rows(client, "spelt")).isEqualTo("[[1], [3]]");
      // A pinned session would refuse: its catalog is then a matter of SQL.
      assertThat(
              client
                  .sql()
                  .setSessionOptions(
                      new SetSessionOptionsRequest(
                          Map.of(
                              "catalog", SessionOptionValueFactory.makeSessionOptionValue("main"))),
                      client.options())
                  .hasErrors())
          .isFalse();
    }
  }

  @Test
  void text_inAFlightTransaction_endsTheSavepointsOfActionsToo() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "lite")) {
      Transaction transaction = beginTransaction(client, "mixed");
      Savepoint outer = begin(client, transaction, "outer");
      insert(client, transaction, "mixed", 1);
      Savepoint inner = begin(client, transaction, "inner");
      client.sql().executeUpdate("rollback to OUTER", transaction, client.options());
      failure(FlightStatusCode.NOT_FOUND, () -> rollback(client, inner));
      insert(client, transaction, "mixed", 2);
      client.sql().executeUpdate("release \"outer\"", transaction, client.options());
      failure(FlightStatusCode.NOT_FOUND, () -> rollback(client, outer));
      client.sql().commit(transaction, client.options());
      assertThat(rows(client, "mixed")).isEqualTo("[[2]]");
    }
  }
}
