package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.flightgate.server.RunningGateway;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens at the end of a transaction, also when others are at it at the same time. */
class TransactionEndingsTest {

  private static RunningGateway gateway;
  private static ExecutorService pool;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
    pool = Executors.newCachedThreadPool();
  }

  @AfterAll
  static void stop() {
    pool.shutdownNow();
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void statementsWaitingForATransactionThatIsRolledBack_leaveNothing(String database)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table late(i int)");
      for (int round = 0; round < 40; round++) {
        Transaction transaction = client.sql().beginTransaction(client.options());
        List<Future<Throwable>> inserts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          inserts.add(
              pool.submit(
                  () ->
                      catchThrowable(
                          () ->
                              client
                                  .sql()
                                  .executeUpdate(
                                      "insert into late values (1)",
                                      transaction,
                                      client.options()))));
        }
        client.sql().rollback(transaction, client.options());
        for (Future<Throwable> insert : inserts) {
          insert.get(30, TimeUnit.SECONDS);
        }
      }
      assertThat(client.query("select count(*) from late")).isEqualTo(List.of(List.of(0L)));
      client.update("drop table late");
    }
  }

  @Test
  void beginsAtTheSameTime_oneWinsAndKeepsItsTransaction() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      for (int round = 0; round < 50; round++) {
        CyclicBarrier together = new CyclicBarrier(2);
        Callable<Boolean> begin =
            () -> {
              together.await(30, TimeUnit.SECONDS);
              return catchThrowable(() -> client.update("begin")) == null;
            };
        Future<Boolean> one = pool.submit(begin);
        Future<Boolean> two = pool.submit(begin);
        assertThat(one.get(30, TimeUnit.SECONDS) ^ two.get(30, TimeUnit.SECONDS)).isTrue();
        client.update("commit");
      }
    }
  }

  /** The ten seconds are the session's, whatever the engine, so that one of them is enough. */
  @Test
  void commitWhileAResultIsOpen_leavesTheTransactionAsItIs() throws Exception {
    String endless = "select range from range(1000000000)";
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      client.update("create table pending(i int)");
      Transaction transaction = client.sql().beginTransaction(client.options());
      client.sql().executeUpdate("insert into pending values (1)", transaction, client.options());
      FlightInfo info = client.sql().execute(endless, transaction, client.options());
      try (FlightStream stream =
          client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
        assertThat(stream.next()).isTrue();
        assertThat(
                failure(
                        FlightStatusCode.UNAVAILABLE,
                        () -> client.sql().commit(transaction, client.options()))
                    .getMessage())
            .contains("read the result to its end or close it first");
      }
      client.sql().rollback(transaction, client.options());
      failure(FlightStatusCode.NOT_FOUND, () -> client.sql().commit(transaction, client.options()));
      assertThat(client.query("select count(*) from pending")).isEqualTo(List.of(List.of(0L)));
      client.update("drop table pending");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void temporaryTablesOfATransaction_outliveItsCommitInTheSession(String database)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      Transaction first = client.sql().beginTransaction(client.options());
      client.sql().executeUpdate("create temp table kept(i int)", first, client.options());
      client.sql().executeUpdate("insert into kept values (7)", first, client.options());
      client.sql().commit(first, client.options());
      assertThat(client.query("select i from kept")).hasSize(1);
      Transaction second = client.sql().beginTransaction(client.options());
      client.sql().executeUpdate("insert into kept values (8)", second, client.options());
      client.sql().rollback(second, client.options());
      assertThat(client.query("select count(*) from kept")).isEqualTo(List.of(List.of(1L)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void severalTransactionsInOneText_followEachOther(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table twice(i int)");
      client.update(
          "begin; insert into twice values (1); commit; begin; insert into twice values (2);"
              + " commit");
      assertThat(client.query("select count(*) from twice")).isEqualTo(List.of(List.of(2L)));
      client.update("drop table twice");
    }
  }

  @Test
  void aStatementByItself_waitsForTheOneInItsWay() throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice");
        SqlClient bob = SqlClient.login(gateway, "bob")) {
      alice.update("create table awaited(i int)");
      alice.update("insert into awaited values (0)");
      Transaction transaction = bob.sql().beginTransaction(bob.options());
      bob.sql().executeUpdate("update awaited set i = 1", transaction, bob.options());
      CompletableFuture<Long> waiting =
          CompletableFuture.supplyAsync(() -> alice.update("update awaited set i = i + 10"));
      // Longer than a handful of quick attempts takes; the documented patience is two seconds.
      assertThatThrownBy(() -> waiting.get(700, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      bob.sql().commit(transaction, bob.options());
      assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(alice.query("select i from awaited")).isEqualTo(List.of(List.of(11)));
      alice.update("drop table awaited");
    }
  }

  @Test
  void aConflict_thatLasts_isToldByItselfAndInATransaction() throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice");
        SqlClient bob = SqlClient.login(gateway, "bob")) {
      alice.update("create table disputed(i int)");
      alice.update("insert into disputed values (0)");
      Transaction winner = bob.sql().beginTransaction(bob.options());
      bob.sql().executeUpdate("update disputed set i = 1", winner, bob.options());
      failure(FlightStatusCode.UNAVAILABLE, () -> alice.update("update disputed set i = 2"));
      Transaction loser = alice.sql().beginTransaction(alice.options());
      failure(
          FlightStatusCode.UNAVAILABLE,
          () -> alice.sql().executeUpdate("update disputed set i = 3", loser, alice.options()));
      alice.sql().rollback(loser, alice.options());
      bob.sql().commit(winner, bob.options());
      assertThat(alice.query("select i from disputed")).isEqualTo(List.of(List.of(1)));
      alice.update("drop table disputed");
    }
  }

  @Test
  void aTextThatCommits_isNotRetriedAfterAConflict() throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice");
        SqlClient bob = SqlClient.login(gateway, "bob")) {
      alice.update("create table counted(i int)");
      alice.update("create table contended(i int)");
      alice.update("insert into contended values (0)");
      Transaction transaction = bob.sql().beginTransaction(bob.options());
      bob.sql().executeUpdate("update contended set i = 1", transaction, bob.options());
      failure(
          FlightStatusCode.UNAVAILABLE,
          () ->
              alice.update(
                  "begin; insert into counted values (1); commit; update contended set i = 2"));
      bob.sql().rollback(transaction, bob.options());
      assertThat(alice.query("select count(*) from counted")).isEqualTo(List.of(List.of(1L)));
      alice.update("drop table counted");
      alice.update("drop table contended");
    }
  }

  @Test
  void aTransactionOfOneDatabase_isRefusedInAnother() throws Exception {
    try (SqlClient main = SqlClient.login(gateway, "alice", "main");
        SqlClient lite = SqlClient.login(gateway, "alice", "lite")) {
      Transaction transaction = main.sql().beginTransaction(main.options());
      assertThat(
              failure(
                      FlightStatusCode.INVALID_ARGUMENT,
                      () -> lite.sql().executeUpdate("select 1", transaction, lite.options()))
                  .getMessage())
          .contains("database 'main'");
      main.sql().rollback(transaction, main.options());
    }
  }
}
