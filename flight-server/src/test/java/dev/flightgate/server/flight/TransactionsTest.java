package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient.ExecuteIngestOptions;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** BeginTransaction, EndTransaction, and what carries a transaction's id. */
class TransactionsTest {

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

  private static List<List<Object>> count(SqlClient client, String table, Transaction in) {
    return client.rows(client.sql().execute("select count(*) from " + table, in, client.options()));
  }

  private static List<List<Long>> of(long count) {
    return List.of(List.of(count));
  }

  private static long update(SqlClient client, String statement, Transaction in) {
    return client.sql().executeUpdate(statement, in, client.options());
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void changes_ofATransaction_areSeenByOthersOnceCommitted(String database) throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient bob = SqlClient.login(gateway, "bob", database)) {
      alice.update("create table isolated(a int)");
      Transaction transaction = alice.sql().beginTransaction(alice.options());
      assertThat(update(alice, "insert into isolated values (1), (2)", transaction)).isEqualTo(2);
      FlightInfo byQuery =
          alice.sql().execute("insert into isolated values (3)", transaction, alice.options());
      assertThat(alice.rows(byQuery)).isEqualTo(of(1));
      assertThat(count(alice, "isolated", transaction)).isEqualTo(of(3));
      assertThat(count(alice, "isolated")).isEqualTo(of(0));
      assertThat(count(bob, "isolated")).isEqualTo(of(0));
      alice.sql().commit(transaction, alice.options());
      assertThat(count(bob, "isolated")).isEqualTo(of(3));
      alice.update("drop table isolated");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void rollback_undoesRowsTablesAndIngests(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table undone(a bigint)");
      Transaction transaction = client.sql().beginTransaction(client.options());
      update(client, "insert into undone values (1)", transaction);
      update(client, "create table made_inside(a int)", transaction);
      try (PreparedStatement statement =
          client.sql().prepare("insert into undone values (2)", transaction, client.options())) {
        assertThat(statement.executeUpdate(client.options())).isEqualTo(1);
        statement.close(client.options());
      }
      TableDefinitionOptions append =
          TableDefinitionOptions.newBuilder()
              .setIfExists(TableExistsOption.TABLE_EXISTS_OPTION_APPEND)
              .setIfNotExist(TableNotExistOption.TABLE_NOT_EXIST_OPTION_FAIL)
              .build();
      try (VectorSchemaRoot rows = Columns.root(Columns.numbers(client.allocator(), "a", 3, 10))) {
        assertThat(
                client
                    .sql()
                    .executeIngest(
                        rows,
                        new ExecuteIngestOptions("undone", append, null, null, null),
                        transaction,
                        client.options()))
            .isEqualTo(10);
      }
      assertThat(count(client, "undone", transaction)).isEqualTo(of(12));
      client.sql().rollback(transaction, client.options());
      assertThat(count(client, "undone")).isEqualTo(of(0));
      failure(FlightStatusCode.NOT_FOUND, () -> count(client, "made_inside"));
      client.update("drop table undone");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aPreparedQuery_ofATransaction_seesItsChangesAndEndsWithIt(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table within(a int)");
      Transaction transaction = client.sql().beginTransaction(client.options());
      update(client, "insert into within values (1)", transaction);
      try (PreparedStatement statement =
          client.sql().prepare("select count(*) from within", transaction, client.options())) {
        assertThat(client.rows(statement.execute(client.options()))).isEqualTo(of(1));
        update(client, "insert into within values (2)", transaction);
        assertThat(client.rows(statement.execute(client.options()))).isEqualTo(of(2));
        client.sql().commit(transaction, client.options());
        failure(FlightStatusCode.NOT_FOUND, () -> client.rows(statement.execute(client.options())));
        statement.close(client.options());
      }
      client.update("drop table within");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void anId_finishedUnknownNeverIssuedOrForeign_isRefusedWithItsStatus(String database)
      throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient bob = SqlClient.login(gateway, "bob", database)) {
      Transaction finished = alice.sql().beginTransaction(alice.options());
      alice.sql().commit(finished, alice.options());
      Transaction unknown =
          new Transaction("AAAAAAAAAAAAAAAAAAAAAA".getBytes(StandardCharsets.UTF_8));
      for (Transaction gone : List.of(finished, unknown)) {
        failure(FlightStatusCode.NOT_FOUND, () -> alice.sql().commit(gone, alice.options()));
        failure(FlightStatusCode.NOT_FOUND, () -> alice.sql().rollback(gone, alice.options()));
        failure(FlightStatusCode.NOT_FOUND, () -> update(alice, "select 1", gone));
        failure(
            FlightStatusCode.NOT_FOUND,
            () -> alice.sql().execute("select 1", gone, alice.options()));
        failure(
            FlightStatusCode.NOT_FOUND,
            () -> alice.sql().prepare("select 1", gone, alice.options()));
      }
      Transaction foreign = new Transaction("t1".getBytes(StandardCharsets.UTF_8));
      failure(
          FlightStatusCode.NOT_FOUND,
          () -> alice.sql().execute("select 1", foreign, alice.options()));
      failure(FlightStatusCode.NOT_FOUND, () -> alice.sql().commit(foreign, alice.options()));
      Transaction open = alice.sql().beginTransaction(alice.options());
      failure(FlightStatusCode.UNAUTHORIZED, () -> bob.sql().commit(open, bob.options()));
      failure(
          FlightStatusCode.UNAUTHORIZED, () -> bob.sql().execute("select 1", open, bob.options()));
      alice.sql().rollback(open, alice.options());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void twoTransactions_ofOneClient_areApart(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table apart(a int)");
      Transaction writer = client.sql().beginTransaction(client.options());
      Transaction reader = client.sql().beginTransaction(client.options());
      update(client, "insert into apart values (1)", writer);
      assertThat(count(client, "apart", reader)).isEqualTo(of(0));
      client.sql().commit(writer, client.options());
      assertThat(count(client, "apart", reader)).as("snapshot").isEqualTo(of(0));
      client.sql().rollback(reader, client.options());
      assertThat(count(client, "apart")).isEqualTo(of(1));
      client.update("drop table apart");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aFailedStatement_leavesATransactionThatCanBeRolledBack(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table failing(a int primary key)");
      Transaction transaction = client.sql().beginTransaction(client.options());
      update(client, "insert into failing values (1)", transaction);
      failure(
          FlightStatusCode.INVALID_ARGUMENT,
          () -> update(client, "insert into failing values (1)", transaction));
      client.sql().rollback(transaction, client.options());
      assertThat(count(client, "failing")).isEqualTo(of(0));
      client.update("drop table failing");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void commit_afterAFailedStatement_keepsTheRestOrSaysThatItDoesNot(String database)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table partly(a int primary key)");
      Transaction transaction = client.sql().beginTransaction(client.options());
      update(client, "insert into partly values (1)", transaction);
      failure(
          FlightStatusCode.INVALID_ARGUMENT,
          () -> update(client, "insert into partly values (1)", transaction));
      if (database.equals("main")) {
        // DuckDB aborts the transaction at its first failure.
        failure(
            FlightStatusCode.INVALID_ARGUMENT,
            () -> client.sql().commit(transaction, client.options()));
        assertThat(count(client, "partly")).isEqualTo(of(0));
      } else {
        client.sql().commit(transaction, client.options());
        assertThat(count(client, "partly")).isEqualTo(of(1));
      }
      failure(FlightStatusCode.NOT_FOUND, () -> client.sql().commit(transaction, client.options()));
      client.update("drop table partly");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void anOpenResult_givenUp_neitherBlocksTheTransactionNorLosesItSilently(String database)
      throws Exception {
    String query =
        database.equals("main")
            ? "select i, 'text' as t from range(50000000) r(i)"
            : "with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000000)"
                + " select i, 'some text to fill the batches' as t from n";
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table meanwhile(a int)");
      Transaction transaction = client.sql().beginTransaction(client.options());
      update(client, "insert into meanwhile values (1)", transaction);
      FlightInfo info = client.sql().execute(query, transaction, client.options());
      try (FlightStream stream =
          client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
        assertThat(stream.next()).isTrue();
        stream.cancel("enough", null);
      }
      if (goesOn(client, "insert into meanwhile values (2)", transaction)) {
        client.sql().commit(transaction, client.options());
        assertThat(count(client, "meanwhile")).isEqualTo(of(2));
      } else {
        // DuckDB aborts a transaction whose statement is interrupted while it executes.
        assertThat(database).isEqualTo("main");
        failure(
            FlightStatusCode.INVALID_ARGUMENT,
            () -> client.sql().commit(transaction, client.options()));
        assertThat(count(client, "meanwhile")).isEqualTo(of(0));
      }
      client.update("drop table meanwhile");
    }
  }

  private static boolean goesOn(SqlClient client, String statement, Transaction in) {
    try {
      return update(client, statement, in) == 1;
    } catch (FlightRuntimeException e) {
      assertThat(e).hasMessageContaining("aborted");
      return false;
    }
  }
}
