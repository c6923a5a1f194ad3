package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.config.GatewayConfig.DatabaseConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PollFlightInfo: progress reports for long queries (clients.md, "Other actions"). */
class PollTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    Map<String, String> slow = Map.of("duckdb.threads", "2");
    gateway =
        RunningGateway.builder()
            .database(
                new DatabaseConfig("main", "duckdb", ":memory:", false, List.of(), null, slow))
            .database("lite", "sqlite", ":memory:")
            .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** Works for about a third of a second; one row, the number 42. */
  private static String longWork(String database) {
    return database.equals("main")
        ? longWork(30_000_000)
        : "with recursive r(i) as (select 1 union all select i + 1 from r where i < 1000000)"
            + " select 42 as n from (select count(*) as s from r) where s > 0";
  }

  private static String longWork(int rows) {
    return "select 42 as n from (select sum(hash(range * 7)) as s from range("
        + rows
        + "))"
        + " where s > 0";
  }

  /** Works for ever before its first row. */
  private static String endlessWork(String database) {
    return database.equals("main")
        ? "select count(*) as n from range(10000000) a, range(10000000) b"
            + " where a.range % 7 = b.range % 5"
        : "with recursive r(i) as (select 1 union all select i + 1 from r) select count(*) from r";
  }

  @Test
  void poll_longQueryOfDuckDb_tellsGrowingProgressAndThenTheResult() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      List<PollInfo> answers = Poll.toTheEnd(client, Poll.statement(longWork(60_000_000)));
      List<Double> told =
          answers.stream().map(PollInfo::getProgress).flatMap(Optional::stream).toList();
      assertThat(told).isSorted();
      assertThat(told.stream().filter(p -> p > 0 && p < 1).distinct().count())
          .as("%s", told)
          .isGreaterThan(1);
      PollInfo last = answers.get(answers.size() - 1);
      assertThat(last.getProgress()).contains(1.0);
      assertThat(last.getExpirationTime()).isPresent();
      assertThat(client.rows(last.getFlightInfo()).toString()).isEqualTo("[[42]]");
      for (PollInfo running : answers.subList(0, answers.size() - 1)) {
        assertThat(running.getFlightInfo().getEndpoints()).isEmpty();
        assertThat(running.getExpirationTime()).isPresent();
      }
    }
  }

  @Test
  void poll_longQueryOfSqlite_saysThatProgressIsNotKnown() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "lite")) {
      List<PollInfo> answers = Poll.toTheEnd(client, Poll.statement(longWork("lite")));
      assertThat(answers).hasSizeGreaterThan(1);
      for (PollInfo running : answers.subList(0, answers.size() - 1)) {
        assertThat(running.getProgress()).isEmpty();
      }
      PollInfo last = answers.get(answers.size() - 1);
      assertThat(last.getProgress()).contains(1.0);
      assertThat(client.rows(last.getFlightInfo()).toString()).isEqualTo("[[42]]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void poll_throughAtOnce_answersWhatGetFlightInfoDoes(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      for (String sql :
          List.of(
              "select 1 as a, 'x' as b union all select 2, null order by a",
              "select 1 as a where 1 = 0",
              "create table if not exists poll_made(x bigint)")) {
        FlightInfo info = client.sql().execute(sql, client.options());
        FlightInfo polled = Poll.result(client, sql);
        assertThat(polled.getSchemaOptional()).isEqualTo(info.getSchemaOptional());
        assertThat(polled.getDescriptor()).isEqualTo(info.getDescriptor());
        assertThat(client.streamSchema(polled)).isEqualTo(info.getSchemaOptional().orElseThrow());
        assertThat(client.rows(polled)).isEqualTo(client.rows(info));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void poll_insert_runsOnceHoweverOftenItIsPolledAndFetched(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table poll_once(n bigint)");
      PollInfo started = Poll.start(client, "insert into poll_once " + longWork(database));
      FlightDescriptor again = started.getFlightDescriptor().orElseThrow();
      FlightInfo info = Poll.result(client, again);
      assertThat(client.rows(info).toString()).isEqualTo("[[1]]");
      PollInfo complete = Poll.once(client, again);
      assertThat(complete.getFlightDescriptor()).isEmpty();
      assertThat(complete.getProgress()).contains(1.0);
      assertThat(complete.getFlightInfo().getEndpoints().get(0).getTicket())
          .isEqualTo(info.getEndpoints().get(0).getTicket());
      assertThat(client.rows(complete.getFlightInfo()).toString()).isEqualTo("[[1]]");
      assertThat(client.query("select n from poll_once").toString()).isEqualTo("[[42]]");
      client.update("drop table poll_once");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void fetch_ofAPolledQuery_goesOnWithItAndASecondOneRunsItAgain(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table poll_seen(n bigint)");
      FlightInfo info = Poll.result(client, "select count(*) as n from poll_seen");
      client.update("insert into poll_seen values (1)");
      assertThat(client.rows(info).toString()).isEqualTo("[[0]]");
      assertThat(client.rows(info).toString()).isEqualTo("[[1]]");
      client.update("drop table poll_seen");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void poll_ofSeveralStatements_runsThemOnceWithoutProgress(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      String sql =
          "create table poll_many(n bigint); insert into poll_many "
              + longWork(database)
              + "; select count(*) as n from poll_many";
      List<PollInfo> answers = Poll.toTheEnd(client, Poll.statement(sql));
      assertThat(answers.get(0).getProgress()).isEmpty();
      FlightInfo info = answers.get(answers.size() - 1).getFlightInfo();
      assertThat(client.rows(info).toString()).isEqualTo("[[1]]");
      client.update("drop table poll_many");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void poll_inATransaction_seesWhatItHasWrittenAndIsNotInItsWay(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table poll_tx(n bigint)");
      Transaction transaction = client.sql().beginTransaction(client.options());
      client.sql().executeUpdate("insert into poll_tx values (7)", transaction, client.options());
      FlightDescriptor query =
          Poll.command(
              CommandStatementQuery.newBuilder()
                  .setQuery("select n from poll_tx")
                  .setTransactionId(ByteString.copyFrom(transaction.getTransactionId()))
                  .build());
      assertThat(client.rows(Poll.result(client, query)).toString()).isEqualTo("[[7]]");
      FlightInfo waiting = Poll.result(client, query);
      client.sql().executeUpdate("insert into poll_tx values (8)", transaction, client.options());
      assertThat(client.rows(waiting).toString()).isEqualTo("[[7], [8]]");
      Poll.result(client, query);
      client.sql().rollback(transaction, client.options());
      failure(FlightStatusCode.NOT_FOUND, () -> Poll.once(client, query));
      client.update("drop table poll_tx");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void poll_ofAPreparedStatement_runsItWithWhatWasBoundThen(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      ByteString handle = Prepared.handle(client, "select cast(? as bigint) + 1 as n");
      bind(client, handle, 41L, 1L);
      FlightInfo info = Poll.result(client, Poll.command(Prepared.queryOf(handle)));
      bind(client, handle, 0L);
      assertThat(client.rows(info).toString()).isEqualTo("[[42], [2]]");
      assertThat(client.rows(info).toString()).isEqualTo("[[42], [2]]");
      ByteString insert = Prepared.handle(client, "create table poll_prepared as select 1 as n");
      FlightInfo created = Poll.result(client, Poll.command(Prepared.queryOf(insert)));
      assertThat(client.rows(created)).hasSize(1);
      client.update("drop table poll_prepared");
      failure(
          FlightStatusCode.NOT_FOUND,
          () ->
              Poll.once(
                  client,
                  Poll.command(
                      Prepared.queryOf(ByteString.copyFromUtf8("0123456789012345678901")))));
    }
  }

  private static void bind(SqlClient client, ByteString handle, Long... values) throws Exception {
    try (VectorSchemaRoot row = Columns.root(Columns.int64(client.allocator(), "1", values))) {
      new Upload(Prepared.queryOf(handle), row).send(client, 1);
    }
  }

  @Test
  void poll_ofMetadata_isThroughAtOnce() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      PollInfo answer = Poll.once(client, Poll.command(CommandGetTables.getDefaultInstance()));
      assertThat(answer.getFlightDescriptor()).isEmpty();
      assertThat(answer.getProgress()).contains(1.0);
      client.rows(answer.getFlightInfo());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void cancelFlightInfo_whilePolling_endsTheStatementAsCancelled(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      PollInfo started = Poll.start(client, endlessWork(database));
      FlightDescriptor again = started.getFlightDescriptor().orElseThrow();
      PollInfo running = Poll.once(client, again);
      assertThat(running.getFlightDescriptor()).contains(again);
      assertThat(
              client
                  .sql()
                  .cancelFlightInfo(
                      new CancelFlightInfoRequest(running.getFlightInfo()), client.options())
                  .getStatus())
          .isEqualTo(CancelStatus.CANCELLED);
      for (int i = 0; i < 2; i++) {
        assertThat(
                failure(FlightStatusCode.CANCELLED, () -> Poll.toTheEnd(client, again))
                    .getMessage())
            .contains("cancelled on request");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void cancelFlightInfo_afterTheLastPoll_forbidsTheFetch(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      FlightInfo info = Poll.result(client, "select 1");
      client.sql().cancelFlightInfo(new CancelFlightInfoRequest(info), client.options());
      failure(FlightStatusCode.CANCELLED, () -> client.rows(info));
    }
  }

  @Test
  void poll_ofWhatFails_tellsTheRealStatus() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice")) {
      failure(FlightStatusCode.INVALID_ARGUMENT, () -> Poll.result(client, "selec 1"));
      failure(FlightStatusCode.INVALID_ARGUMENT, () -> Poll.result(client, " ; "));
      failure(FlightStatusCode.NOT_FOUND, () -> Poll.result(client, "select * from missing"));
      PollInfo started =
          Poll.start(
              client,
              "select sum(cast(if(s > 0, 'late', '1') as int)) from"
                  + " (select sum(hash(range)) as s from range(20000000))");
      FlightDescriptor again = started.getFlightDescriptor().orElseThrow();
      for (int i = 0; i < 2; i++) {
        assertThat(
                failure(FlightStatusCode.INVALID_ARGUMENT, () -> Poll.toTheEnd(client, again))
                    .getMessage())
            .contains("late");
      }
    }
    try (SqlClient reader = SqlClient.login(gateway, "reader")) {
      failure(
          FlightStatusCode.UNAUTHORIZED, () -> Poll.result(reader, "create table no(x bigint)"));
    }
  }

  @Test
  void poll_withADescriptorThatIsNotTheCallersOwn_isRefused() throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice");
        SqlClient again = SqlClient.login(gateway, "alice");
        SqlClient bob = SqlClient.login(gateway, "bob")) {
      PollInfo started = Poll.start(alice, endlessWork("main"));
      FlightDescriptor descriptor = started.getFlightDescriptor().orElseThrow();
      CancelFlightInfoRequest cancel = new CancelFlightInfoRequest(started.getFlightInfo());
      failure(FlightStatusCode.UNAUTHORIZED, () -> Poll.once(bob, descriptor));
      failure(
          FlightStatusCode.UNAUTHORIZED, () -> bob.sql().cancelFlightInfo(cancel, bob.options()));
      assertThat(Poll.once(again, descriptor).getFlightDescriptor()).isPresent();
      failure(
          FlightStatusCode.NOT_FOUND,
          () -> Poll.once(alice, Poll.handle("0123456789012345678901")));
      failure(FlightStatusCode.NOT_FOUND, () -> Poll.once(alice, Poll.handle("short")));
      failure(
          FlightStatusCode.INVALID_ARGUMENT,
          () -> Poll.once(alice, FlightDescriptor.path("a", "b")));
      failure(
          FlightStatusCode.INVALID_ARGUMENT,
          () -> Poll.once(alice, FlightDescriptor.command(new byte[] {1, 2, 3})));
      failure(
          FlightStatusCode.INVALID_ARGUMENT,
          () -> alice.flight().getInfo(descriptor, alice.options()));
      alice.sql().cancelFlightInfo(cancel, alice.options());
    }
  }
}
