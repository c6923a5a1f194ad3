package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.RunningGateway;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.PollInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a polled statement may take, and that nothing is left of one that nobody polls. */
class PollLimitsTest {

  private static final String ENDLESS_MAIN =
      "select count(*) as n from range(10000000) a, range(10000000) b"
          + " where a.range % 7 = b.range % 5";
  private static final String ENDLESS_LITE =
      "with recursive r(i) as (select 1 union all select i + 1 from r) select count(*) from r";

  private static RunningGateway.Builder results(int max, Duration lifetime) {
    return RunningGateway.builder()
        .set("sessions.results-max", max)
        .set("sessions.result-lifetime", lifetime);
  }

  @Test
  void aStatementThatNobodyPolls_isCancelledAndItsDescriptorSaysWhy() throws Exception {
    try (RunningGateway gateway = results(10, Duration.ofSeconds(1)).start();
        SqlClient alice = SqlClient.login(gateway, "alice", "lite");
        SqlClient bob = SqlClient.login(gateway, "bob", "lite")) {
      bob.update("create table abandoned(n bigint)");
      PollInfo started = Poll.start(alice, "insert into abandoned " + ENDLESS_LITE);
      // The abandoned statement keeps others from writing until it is gone.
      await()
          .ignoreExceptions()
          .atMost(Duration.ofSeconds(20))
          .until(() -> bob.update("insert into abandoned values (2)") == 1);
      assertThat(bob.query("select n from abandoned").toString()).isEqualTo("[[2]]");
      FlightDescriptor again = started.getFlightDescriptor().orElseThrow();
      assertThat(failure(FlightStatusCode.NOT_FOUND, () -> Poll.once(alice, again)).getMessage())
          .contains("sessions.result-lifetime")
          .contains("send it again");
    }
  }

  @Test
  void aStatementThatIsPolled_doesNotExpire() throws Exception {
    try (RunningGateway gateway = results(10, Duration.ofSeconds(1)).start();
        SqlClient alice = SqlClient.login(gateway, "alice", "main")) {
      FlightDescriptor again = Poll.start(alice, ENDLESS_MAIN).getFlightDescriptor().orElseThrow();
      long end = System.nanoTime() + Duration.ofMillis(2_200).toNanos();
      while (System.nanoTime() < end) {
        assertThat(Poll.once(alice, again).getFlightDescriptor()).isPresent();
      }
    }
  }

  @Test
  void closingTheSession_endsWhatItsStatementsDo() throws Exception {
    // Closing the gateway fails if a thread or a byte of them is left.
    try (RunningGateway gateway = RunningGateway.start();
        SqlClient alice = SqlClient.login(gateway, "alice", "main")) {
      FlightInfo parked = Poll.result(alice, "select range from range(1000000)");
      FlightDescriptor again = Poll.start(alice, ENDLESS_MAIN).getFlightDescriptor().orElseThrow();
      alice.flight().closeSession(new CloseSessionRequest(), alice.options());
      failure(FlightStatusCode.NOT_FOUND, () -> Poll.once(alice, again));
      failure(FlightStatusCode.NOT_FOUND, () -> alice.rows(parked));
      Poll.start(alice, ENDLESS_MAIN);
      Poll.result(alice, "select range from range(1000000)");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void manyStatements_fetchedCancelledOrLeft_leaveNothing(String database) throws Exception {
    // Closing the gateway fails if a thread or a byte of them is left.
    try (RunningGateway gateway = RunningGateway.start();
        SqlClient alice = SqlClient.login(gateway, "alice", database)) {
      alice.update("create table counted(n bigint)");
      String endless = database.equals("main") ? ENDLESS_MAIN : ENDLESS_LITE;
      for (int i = 0; i < 20; i++) {
        boolean never = i % 4 == 0;
        PollInfo started =
            Poll.once(alice, Poll.statement(never ? endless : "select " + i + " as n"));
        Poll.result(alice, "insert into counted values (1)");
        switch (i % 5) {
          case 0, 1 ->
              alice
                  .sql()
                  .cancelFlightInfo(
                      new CancelFlightInfoRequest(started.getFlightInfo()), alice.options());
          case 2 -> {
            if (!never) {
              FlightInfo info =
                  started.getFlightDescriptor().isPresent()
                      ? Poll.result(alice, started.getFlightDescriptor().get())
                      : started.getFlightInfo();
              assertThat(alice.rows(info).toString()).isEqualTo("[[" + i + "]]");
            }
          }
          default -> {}
        }
      }
      assertThat(alice.query("select count(*) from counted").toString()).isEqualTo("[[20]]");
    }
  }

  @Test
  void moreStatementsThanASessionMayHold_areRefusedWhileTheOthersRun() throws Exception {
    try (RunningGateway gateway = results(2, Duration.ofMinutes(5)).start();
        SqlClient alice = SqlClient.login(gateway, "alice", "main")) {
      PollInfo first = Poll.start(alice, ENDLESS_MAIN);
      Poll.start(alice, ENDLESS_MAIN);
      assertThat(
              failure(
                      FlightStatusCode.RESOURCE_EXHAUSTED,
                      () -> Poll.once(alice, Poll.statement("select 1")))
                  .getMessage())
          .contains("sessions.results-max");
      assertThat(Poll.once(alice, first.getFlightDescriptor().orElseThrow()).getFlightDescriptor())
          .isPresent();
    }
  }

  @Test
  void aStatementThatTakesTooLong_isStopped_butWaitingForItsFetchDoesNotCount() throws Exception {
    try (RunningGateway gateway =
            RunningGateway.builder()
                .set("queries.running-max", 4)
                .set("queries.timeout", "500ms")
                .start();
        SqlClient alice = SqlClient.login(gateway, "alice", "main")) {
      FlightInfo parked = Poll.result(alice, "select 42 as n");
      FlightDescriptor again = Poll.start(alice, ENDLESS_MAIN).getFlightDescriptor().orElseThrow();
      assertThat(
              failure(FlightStatusCode.TIMED_OUT, () -> Poll.toTheEnd(alice, again)).getMessage())
          .contains("queries.timeout");
      assertThat(alice.rows(parked).toString()).isEqualTo("[[42]]");
    }
  }

  @Test
  void pollsOfOneUser_leaveThreadsToOthers() throws Exception {
    try (RunningGateway gateway = RunningGateway.builder().set("queries.running-max", 2).start();
        SqlClient alice = SqlClient.login(gateway, "alice", "main");
        SqlClient bob = SqlClient.login(gateway, "bob", "main")) {
      for (int i = 0; i < 6; i++) {
        Poll.start(alice, "select sum(a.range * b.range) from range(9000000) a, range(9000000) b");
      }
      assertThat(
              CompletableFuture.supplyAsync(() -> bob.query("select 1 as a"))
                  .get(20, TimeUnit.SECONDS))
          .hasSize(1);
      alice.sql().closeSession(new CloseSessionRequest(), alice.options());
    }
  }

  @Test
  void resultsThatWaitForTheirFetch_moreThanMayRun_makeRoomAndAreRunAgain() throws Exception {
    try (RunningGateway gateway = RunningGateway.builder().set("queries.running-max", 2).start();
        SqlClient alice = SqlClient.login(gateway, "alice", "main")) {
      alice.update("create table counted(n bigint)");
      String count = "select count(*) as n from counted";
      FlightInfo first = Poll.result(alice, count);
      FlightInfo second = Poll.result(alice, count);
      FlightInfo third = Poll.result(alice, count);
      alice.update("insert into counted values (1)");
      assertThat(alice.rows(first).toString()).isEqualTo("[[1]]");
      assertThat(alice.rows(second).toString()).isEqualTo("[[0]]");
      assertThat(alice.rows(third).toString()).isEqualTo("[[0]]");
    }
  }

  @Test
  void aResultThatMadeRoomUnfetched_canStillBeCancelled_andOneThatWasFetchedCannot()
      throws Exception {
    try (RunningGateway gateway = RunningGateway.builder().set("queries.running-max", 2).start();
        SqlClient alice = SqlClient.login(gateway, "alice", "main")) {
      FlightInfo first = Poll.result(alice, "select 1 as n where 1 = 0");
      FlightInfo second = Poll.result(alice, "select 2 as n");
      Poll.result(alice, "select 3 as n");
      assertThat(alice.rows(second).toString()).isEqualTo("[[2]]");
      assertThat(cancelled(alice, first)).isEqualTo(CancelStatus.CANCELLED);
      assertThat(cancelled(alice, second)).isEqualTo(CancelStatus.NOT_CANCELLABLE);
    }
  }

  private static CancelStatus cancelled(SqlClient client, FlightInfo info) {
    return client
        .sql()
        .cancelFlightInfo(new CancelFlightInfoRequest(info), client.options())
        .getStatus();
  }
}
