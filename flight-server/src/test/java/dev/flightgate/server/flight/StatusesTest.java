package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.util.List;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The status of each kind of mistake on both engines, however the statement is sent. */
class StatusesTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = RunningGateway.builder().set("queries.kept-bytes-max", 64 * 1024).start();
    for (String database : new String[] {"main", "lite"}) {
      try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
        client.update("create table s(a int primary key, b int not null check (b > 0))");
        client.update("insert into s values (1, 1)");
      }
    }
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          main | alice | selec 1                        | INVALID_ARGUMENT   | selec
          lite | alice | selec 1                        | INVALID_ARGUMENT   | selec
          main | alice | select sum(count(*)) from s    | INVALID_ARGUMENT   | aggregate
          lite | alice | select sum(count(*)) from s    | INVALID_ARGUMENT   | aggregate
          main | alice | select nonsense from s         | INVALID_ARGUMENT   | nonsense
          lite | alice | select nonsense from s         | INVALID_ARGUMENT   | nonsense
          main | alice | select * from nowhere          | NOT_FOUND          | nowhere
          lite | alice | select * from nowhere          | NOT_FOUND          | nowhere
          main | alice | create table s(a int)          | ALREADY_EXISTS     | already exists
          lite | alice | create table s(a int)          | ALREADY_EXISTS     | already exists
          main | alice | insert into s values (2, -1)   | INVALID_ARGUMENT   | CHECK
          lite | alice | insert into s values (2, -1)   | INVALID_ARGUMENT   | CHECK
          main | alice | insert into s values (2, null) | INVALID_ARGUMENT   | NOT NULL
          lite | alice | insert into s values (2, null) | INVALID_ARGUMENT   | NOT NULL
          main | alice | insert into s values (1, 1)    | INVALID_ARGUMENT   | uplicate
          lite | alice | insert into s values (1, 1)    | INVALID_ARGUMENT   | UNIQUE
          main | reader | delete from s                 | UNAUTHORIZED       | read
          lite | reader | delete from s                 | UNAUTHORIZED       | read
          main | reader | create table mine(a int)      | UNAUTHORIZED       | read
          lite | reader | create table mine(a int)      | UNAUTHORIZED       | read
          """)
  void aMistake_hasTheStatusOfItsKindAndTheEnginesWords(
      String database, String user, String sql, FlightStatusCode status, String words)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, user, database)) {
      for (ThrowingCallable way :
          List.<ThrowingCallable>of(
              () -> client.query(sql),
              () -> client.update(sql),
              () -> prepared(client, sql, false),
              () -> prepared(client, sql, true))) {
        assertThat(failure(status, way)).hasMessageContaining(words);
      }
      assertThat(client.query("select * from s")).hasSize(1);
    }
  }

  private static void prepared(SqlClient client, String sql, boolean update) throws Exception {
    PreparedStatement statement = client.sql().prepare(sql, client.options());
    try {
      if (update) {
        statement.executeUpdate(client.options());
      } else {
        client.rows(statement.execute(client.options()));
      }
    } finally {
      statement.close(client.options());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          main | insert into s select range + 10, 1 from range(30000) returning a
          lite | insert into s with recursive r(i) as (select 10 union all select i + 1 from r where i < 30000) select i, 1 from r returning a
          """)
  void aKeptResult_largerThanItsLimit_isExhaustedAndUndone(String database, String sql)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      assertThat(failure(FlightStatusCode.RESOURCE_EXHAUSTED, () -> client.query(sql)))
          .hasMessageContaining("queries.kept-bytes-max");
      assertThat(client.query("select * from s")).hasSize(1);
    }
  }
}
