package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CommandStatementQuery and CommandStatementUpdate, through arrow-java's FlightSqlClient. */
class StatementsTest {

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
  void query_aSelect_yieldsItsRows(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      assertThat(client.query("select 1 as a, 'x' as b union all select 2, null order by 1"))
          .hasSize(2)
          .satisfies(
              rows -> assertThat(rows.get(0).get(1)).isEqualTo("x"),
              rows -> assertThat(rows.get(1).get(1)).isNull());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void query_nestedDeep_isAnsweredAndTheServerLives(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      assertThat(client.query("select " + "1 + ".repeat(900) + "1 as x").toString())
          .isEqualTo("[[901]]");
      failure(
          FlightStatusCode.INVALID_ARGUMENT,
          () -> client.query("select " + "1 + ".repeat(5_000) + "1 as x"));
      failure(
          FlightStatusCode.INVALID_ARGUMENT,
          () -> client.query("select * from (".repeat(30_000) + "select 1" + ")".repeat(30_000)));
      assertThat(client.query("select 1 as x")).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void query_columnNamedByAVeryLongExpression_isAnswered(String database) throws Exception {
    String expression = "7 in (" + "1, ".repeat(20_000) + "7)";
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      FlightInfo info = client.sql().execute("select " + expression, client.options());
      assertThat(client.rows(info)).hasSize(1);
      assertThat(info.getSchemaOptional().orElseThrow().getFields().get(0).getName())
          .hasSizeGreaterThan(50_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void flightInfo_getSchemaAndStream_haveTheSameSchema(String database) throws Exception {
    String query = "select 1 as a, 'x' as b, 2.5 as c where 1 = 0";
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      FlightInfo info = client.sql().execute(query, client.options());
      assertThat(client.sql().getExecuteSchema(query, client.options()).getSchema())
          .isEqualTo(info.getSchemaOptional().orElseThrow());
      assertThat(client.streamSchema(info)).isEqualTo(info.getSchemaOptional().orElseThrow());
      assertThat(info.getEndpoints()).hasSize(1);
      assertThat(info.getEndpoints().get(0).getLocations()).isEmpty();
      assertThat(client.rows(info)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void changes_onTheQueryPath_happenOnceHoweverOftenTheTicketIsRead(String database)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table once_only(a int)");
      FlightInfo neverFetched =
          client.sql().execute("insert into once_only values (1)", client.options());
      assertThat(neverFetched.getSchemaOptional().orElseThrow().getFields()).hasSize(1);
      FlightInfo info =
          client.sql().execute("insert into once_only values (2), (3)", client.options());
      assertThat(client.rows(info)).isEqualTo(List.of(List.of(2L)));
      assertThat(client.rows(info)).isEqualTo(List.of(List.of(2L)));
      FlightInfo returning =
          client.sql().execute("insert into once_only values (4) returning a", client.options());
      assertThat(client.rows(returning)).hasSize(1);
      assertThat(client.rows(returning)).hasSize(1);
      assertThat(client.query("select count(*) from once_only")).isEqualTo(List.of(List.of(4L)));
      assertThat(client.update("update once_only set a = a + 1 where a > 1")).isEqualTo(3);
      client.update("drop table once_only");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void severalStatements_inOneText_runInOrderAndAnswerTheLast(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      assertThat(
              client.query(
                  "create table script(a int); insert into script values (1), (2);"
                      + " select count(*) from script; -- the end"))
          .isEqualTo(List.of(List.of(2L)));
      failure(
          FlightStatusCode.INVALID_ARGUMENT,
          () -> client.query("insert into script values (3); select nonsense from script"));
      assertThat(client.query("select count(*) from script")).isEqualTo(List.of(List.of(2L)));
      client.update("drop table script");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void mistakes_haveTheStatusOfTheirKindAndTheEnginesWords(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table mistakes(a int primary key)");
      assertThat(
              failure(FlightStatusCode.INVALID_ARGUMENT, () -> client.query("selec 1"))
                  .getMessage())
          .contains("selec");
      failure(FlightStatusCode.NOT_FOUND, () -> client.query("select * from no_such_table"));
      failure(FlightStatusCode.INVALID_ARGUMENT, () -> client.query("select b from mistakes"));
      failure(FlightStatusCode.ALREADY_EXISTS, () -> client.update("create table mistakes(a int)"));
      client.update("insert into mistakes values (1)");
      failure(
          FlightStatusCode.INVALID_ARGUMENT,
          () -> client.update("insert into mistakes values (1)"));
      assertThat(
              failure(FlightStatusCode.INVALID_ARGUMENT, () -> client.query(" ; -- nothing"))
                  .getMessage())
          .contains("empty");
      client.update("drop table mistakes");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aReadOnlyUser_readsButDoesNotChange(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "reader", database)) {
      assertThat(client.query("select 1")).hasSize(1);
      failure(FlightStatusCode.UNAUTHORIZED, () -> client.update("create table mine(a int)"));
      failure(FlightStatusCode.UNAUTHORIZED, () -> client.query("create table mine(a int)"));
    }
  }
}
