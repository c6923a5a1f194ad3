package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.Prepared.close;
import static dev.flightgate.server.flight.Prepared.execute;
import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.flightgate.server.RunningGateway;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of a prepared statement's handle. What is bound to it: ParameterBindingTest. */
class PreparedStatementsTest {

  /** Field 4 of ActionCreatePreparedStatementResult, newer than flight-sql 18.3.0's class. */
  private static final int IS_UPDATE = 4;

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void prepareResult_tellsUpdatesFromQueries(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table told(a int)");
      for (String update :
          List.of(
              "insert into told values (1)",
              "update told set a = ?",
              "delete from told",
              "create table other(a int)",
              "drop table told")) {
        ActionCreatePreparedStatementResult result = Prepared.create(client, update);
        assertThat(result.getDatasetSchema().isEmpty()).as(update).isTrue();
        assertThat(result.getUnknownFields().getField(IS_UPDATE).getVarintList())
            .as(update)
            .containsExactly(1L);
      }
      for (String query :
          List.of("select a from told", "insert into told values (1) returning a")) {
        ActionCreatePreparedStatementResult result = Prepared.create(client, query);
        assertThat(result.getDatasetSchema().isEmpty()).as(query).isFalse();
        assertThat(result.getUnknownFields().getField(IS_UPDATE).getVarintList())
            .as(query)
            .containsExactly(0L);
      }
      assertThat(client.query("select count(*) from told")).isEqualTo(List.of(List.of(0L)));
      client.update("drop table told");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void schemas_ofPrepareFlightInfoGetSchemaAndStream_areEqual(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table same(a int not null, b varchar(10))");
      try (PreparedStatement statement =
          client.sql().prepare("select a, b, a as c from same", client.options())) {
        FlightInfo info = statement.execute(client.options());
        assertThat(info.getSchemaOptional()).contains(statement.getResultSetSchema());
        assertThat(statement.fetchSchema(client.options()).getSchema())
            .isEqualTo(statement.getResultSetSchema());
        assertThat(client.streamSchema(info)).isEqualTo(statement.getResultSetSchema());
        assertThat(info.getEndpoints()).hasSize(1);
        assertThat(info.getEndpoints().get(0).getLocations()).isEmpty();
        statement.close(client.options());
      }
      client.update("drop table same");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void handle_executes_manyTimesAndSeesWhatChanged(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table grows(a int)");
      try (PreparedStatement count =
              client.sql().prepare("select count(*) from grows", client.options());
          PreparedStatement insert =
              client.sql().prepare("insert into grows values (1)", client.options())) {
        for (long n = 1; n <= 20; n++) {
          assertThat(insert.executeUpdate(client.options())).isEqualTo(1);
          assertThat(client.rows(count.execute(client.options()))).isEqualTo(List.of(List.of(n)));
        }
        // Two results of one handle at a time.
        FlightInfo one = count.execute(client.options());
        FlightInfo two = count.execute(client.options());
        assertThat(client.rows(two)).isEqualTo(List.of(List.of(20L)));
        assertThat(client.rows(one)).isEqualTo(List.of(List.of(20L)));
        count.close(client.options());
        insert.close(client.options());
      }
      client.update("drop table grows");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void changes_onTheQueryPath_happenOnceForEachFlightInfo(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table once(a int)");
      ByteString insert =
          Prepared.create(client, "insert into once values (1)").getPreparedStatementHandle();
      assertThat(client.query("select count(*) from once")).isEqualTo(List.of(List.of(0L)));
      execute(client, insert);
      FlightInfo info = execute(client, insert);
      assertThat(client.rows(info)).isEqualTo(List.of(List.of(1L)));
      assertThat(client.rows(info)).isEqualTo(List.of(List.of(1L)));
      assertThat(client.query("select count(*) from once")).isEqualTo(List.of(List.of(2L)));
      ByteString define =
          Prepared.create(client, "create table twice(a int)").getPreparedStatementHandle();
      execute(client, define);
      assertThat(client.query("select * from twice")).isEmpty();
      failure(FlightStatusCode.ALREADY_EXISTS, () -> execute(client, define));
      client.update("drop table once");
      client.update("drop table twice");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void severalStatements_inOneText_runInOrderAtEachExecution(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      ByteString handle =
          Prepared.create(
                  client,
                  "create table if not exists texts(a int); insert into texts values (1);"
                      + " select count(*) from texts;")
              .getPreparedStatementHandle();
      assertThat(client.rows(execute(client, handle))).isEqualTo(List.of(List.of(1L)));
      assertThat(client.rows(execute(client, handle))).isEqualTo(List.of(List.of(2L)));
      client.update("drop table texts");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void severalStatements_lastOneKnown_promisesItsSchemaAlsoInATransaction(String database)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      Transaction transaction = client.sql().beginTransaction(client.options());
      ActionCreatePreparedStatementResult one = Prepared.create(client, "select 2 as z");
      for (ActionCreatePreparedStatementResult known :
          List.of(
              Prepared.create(client, "select 1; select 2 as z"),
              Prepared.create(client, "select 1; select 2 as z", transaction))) {
        assertThat(known.getDatasetSchema()).isEqualTo(one.getDatasetSchema());
        assertThat(known.getUnknownFields().getField(4).getVarintList()).containsExactly(0L);
      }
      for (ActionCreatePreparedStatementResult unknown :
          List.of(
              Prepared.create(client, "create table later(a int); select a from later"),
              Prepared.create(
                  client, "create table later(a int); select a from later", transaction))) {
        assertThat(unknown.getDatasetSchema()).isEqualTo(ByteString.EMPTY);
      }
      assertThat(client.sql().executeUpdate("select 1", transaction, client.options())).isZero();
      client.sql().rollback(transaction, client.options());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void close_twice_isHarmlessAndTheHandleIsGone(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      ByteString handle = Prepared.create(client, "select 1").getPreparedStatementHandle();
      FlightInfo planned = execute(client, handle);
      close(client, handle);
      close(client, handle);
      failure(FlightStatusCode.NOT_FOUND, () -> execute(client, handle));
      assertThat(client.rows(planned)).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void handle_unknownNeverIssuedOrForeign_isRefusedWithItsStatus(String database) throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient bob = SqlClient.login(gateway, "bob", database)) {
      failure(
          FlightStatusCode.NOT_FOUND,
          () -> execute(alice, ByteString.copyFromUtf8("AAAAAAAAAAAAAAAAAAAAAA")));
      failure(
          FlightStatusCode.NOT_FOUND, () -> execute(alice, ByteString.copyFromUtf8("select 1")));
      failure(FlightStatusCode.NOT_FOUND, () -> execute(alice, ByteString.EMPTY));
      ByteString handle = Prepared.create(alice, "select 1").getPreparedStatementHandle();
      failure(FlightStatusCode.UNAUTHORIZED, () -> execute(bob, handle));
      failure(FlightStatusCode.UNAUTHORIZED, () -> close(bob, handle));
      assertThat(alice.rows(execute(alice, handle))).hasSize(1);
      close(alice, handle);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void prepare_aMistake_isToldThen(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      failure(FlightStatusCode.INVALID_ARGUMENT, () -> Prepared.create(client, "selec 1"));
      failure(FlightStatusCode.INVALID_ARGUMENT, () -> Prepared.create(client, " -- nothing"));
      failure(
          FlightStatusCode.NOT_FOUND, () -> Prepared.create(client, "select * from no_such_table"));
    }
    try (SqlClient reader = SqlClient.login(gateway, "reader", database)) {
      failure(
          FlightStatusCode.UNAUTHORIZED, () -> Prepared.create(reader, "create table mine(a int)"));
    }
  }
}
