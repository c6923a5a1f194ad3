package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.flightgate.server.RunningGateway;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plan of a prepared statement: kept, made again when it must be, and never pulled away. */
class PreparedPlansTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localtimestamp", "localtime", "now()"})
  void theTime_isThatOfTheExecution(String function) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      ByteString handle = Prepared.handle(client, "select cast(" + function + " as varchar) as t");
      String first = client.rows(Prepared.execute(client, handle)).toString();
      await().until(() -> !client.rows(Prepared.execute(client, handle)).toString().equals(first));
    }
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aTableChangedByAnotherClient_isPlannedAgain(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database);
        SqlClient other = SqlClient.login(gateway, "bob", database)) {
      client.update("create table replanned(a integer)");
      client.update("insert into replanned values (1)");
      try (PreparedStatement statement =
          client.sql().prepare("select * from replanned", client.options())) {
        assertThat(client.rows(statement.execute(client.options()))).hasSize(1);
        other.update("alter table replanned add column b text");
        FlightInfo info = statement.execute(client.options());
        assertThat(info.getSchemaOptional().orElseThrow().getFields()).hasSize(2);
        assertThat(client.rows(info)).hasSize(1);
        other.update("drop table replanned");
        failure(FlightStatusCode.NOT_FOUND, () -> statement.execute(client.options()));
        other.update("create table replanned(c text)");
        assertThat(client.rows(statement.execute(client.options()))).isEmpty();
        statement.close(client.options());
      }
      client.update("drop table replanned");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aPlannedQueryWhoseTableChangesBeforeTheFetch_saysSo(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table moving(a integer)");
      FlightInfo info = client.sql().execute("select * from moving", client.options());
      client.update("alter table moving add column b text");
      assertThat(failure(FlightStatusCode.UNAVAILABLE, () -> client.rows(info)).getMessage())
          .contains("send the query again");
      client.update("drop table moving");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void closingAHandle_leavesItsOpenResultAlone(String database) throws Exception {
    String query =
        database.equals("main")
            ? "select range as i from range(2000000)"
            : "with recursive r(i) as (select 0 union all select i + 1 from r where i < 1999999)"
                + " select i from r";
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      PreparedStatement statement = client.sql().prepare(query, client.options());
      FlightInfo info = statement.execute(client.options());
      try (FlightStream stream =
          client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
        assertThat(stream.next()).isTrue();
        long rows = stream.getRoot().getRowCount();
        statement.close(client.options());
        while (stream.next()) {
          rows += stream.getRoot().getRowCount();
        }
        assertThat(rows).isEqualTo(2_000_000);
      }
    }
  }

  @Test
  void writersInEachOthersWay_allGetThrough() throws Exception {
    int writers = 4;
    int updates = 25;
    ExecutorService pool = Executors.newFixedThreadPool(writers);
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      client.update("create table counter(n integer)");
      client.update("insert into counter values (0)");
      List<Future<Integer>> done =
          java.util.stream.IntStream.range(0, writers)
              .mapToObj(
                  w ->
                      pool.submit(
                          () -> {
                            try (SqlClient writer = SqlClient.login(gateway, "bob")) {
                              int changed = 0;
                              for (int i = 0; i < updates; i++) {
                                changed += (int) writer.update("update counter set n = n + 1");
                              }
                              return changed;
                            }
                          }))
              .toList();
      for (Future<Integer> one : done) {
        assertThat(one.get(60, TimeUnit.SECONDS)).isEqualTo(updates);
      }
      assertThat(client.query("select n from counter"))
          .isEqualTo(List.of(List.of(writers * updates)));
      client.update("drop table counter");
    } finally {
      pool.shutdownNow();
    }
  }
}
