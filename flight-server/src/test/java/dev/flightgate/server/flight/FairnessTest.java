package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import dev.flightgate.server.config.GatewayConfig.Secret;
import dev.flightgate.server.config.GatewayConfig.TokenConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.auth2.BearerCredentialWriter;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One client's waiting, or another's credential, is not everybody's. */
class FairnessTest {

  private static final String ENDLESS = "select range from range(1000000000000)";

  @Test
  void callsThatWaitForTheirOwnTransaction_takeNobodysPlace() throws Exception {
    int waiting = 8;
    ExecutorService pool = Executors.newCachedThreadPool();
    try (RunningGateway gateway = RunningGateway.builder().set("queries.running-max", 2).start();
        SqlClient alice = SqlClient.login(gateway, "alice");
        SqlClient bob = SqlClient.login(gateway, "bob")) {
      Transaction transaction = alice.sql().beginTransaction(alice.options());
      FlightInfo info = alice.sql().execute(ENDLESS, transaction, alice.options());
      List<Future<?>> blocked = new ArrayList<>();
      try (FlightStream stream =
          alice.sql().getStream(info.getEndpoints().get(0).getTicket(), alice.options())) {
        assertThat(stream.next()).isTrue();
        CountDownLatch sent = new CountDownLatch(waiting);
        for (int i = 0; i < waiting; i++) {
          blocked.add(
              pool.submit(
                  () -> {
                    sent.countDown();
                    return catchThrowable(
                        () -> alice.sql().executeUpdate("select 1", transaction, alice.options()));
                  }));
        }
        assertThat(sent.await(10, TimeUnit.SECONDS)).isTrue();
        Future<List<List<Object>>> served = pool.submit(() -> bob.query("select 1"));
        // The calls before it wait ten seconds for their transaction.
        assertThat(served.get(5, TimeUnit.SECONDS)).hasSize(1);
      }
      for (Future<?> one : blocked) {
        one.get(30, TimeUnit.SECONDS);
      }
      alice.sql().rollback(transaction, alice.options());
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void longDownloads_letOthersHaveTheirTurn() throws Exception {
    ExecutorService pool = Executors.newCachedThreadPool();
    try (RunningGateway gateway = RunningGateway.builder().set("queries.running-max", 1).start();
        SqlClient alice = SqlClient.login(gateway, "alice");
        SqlClient bob = SqlClient.login(gateway, "bob")) {
      CountDownLatch downloading = new CountDownLatch(1);
      FlightInfo info = alice.sql().execute(ENDLESS, alice.options());
      try (FlightStream stream =
          alice.sql().getStream(info.getEndpoints().get(0).getTicket(), alice.options())) {
        Future<?> download =
            pool.submit(
                () -> {
                  while (stream.next()) {
                    downloading.countDown();
                  }
                });
        assertThat(downloading.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(pool.submit(() -> bob.query("select 1")).get(20, TimeUnit.SECONDS)).hasSize(1);
        assertThat(download.isDone()).isFalse();
        stream.cancel("enough", null);
        assertThat(catchThrowable(() -> download.get(20, TimeUnit.SECONDS))).isNotNull();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aFailedSet_doesNotMakeTheSessionsResultsWaitForEachOther() throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        SqlClient client = SqlClient.login(gateway, "alice")) {
      failure(FlightStatusCode.NOT_FOUND, () -> client.update("set no_such_setting_at_all = 1"));
      FlightInfo info = client.sql().execute(ENDLESS, client.options());
      try (FlightStream stream =
          client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
        assertThat(stream.next()).isTrue();
        assertThat(client.query("select 1")).hasSize(1);
      }
    }
  }

  @Test
  void aReadOnlyTokenOfAUser_isAnotherPrincipalThanTheUser() throws Exception {
    String cookie = "arrow_flight_session_id=AAAAAAAAAAAAAAAAAAAAAA";
    String readOnly = "read-only-token-of-alice-0123456789";
    try (RunningGateway gateway =
            RunningGateway.builder()
                .auth(
                    a ->
                        new AuthConfig(
                            false,
                            a.users(),
                            List.of(
                                new TokenConfig(new Secret(RunningGateway.TOKEN), "alice", false),
                                new TokenConfig(new Secret(readOnly), "alice", true)),
                            Duration.ofHours(1),
                            List.of()))
                .start();
        SqlClient writer = SqlClient.withoutLogin(gateway);
        SqlClient reader = SqlClient.withoutLogin(gateway)) {
      for (SqlClient client : List.of(writer, reader)) {
        client.addCredential(new CredentialCallOption(h -> h.insert("cookie", cookie)));
      }
      writer.addCredential(token(RunningGateway.TOKEN));
      reader.addCredential(token(readOnly));
      writer.update("create table guarded(i int)");
      failure(FlightStatusCode.UNAUTHORIZED, () -> reader.update("insert into guarded values (1)"));
      FlightInfo info = writer.sql().execute("select 1", writer.options());
      failure(FlightStatusCode.UNAUTHORIZED, () -> reader.rows(info));
    }
  }

  private static CredentialCallOption token(String token) {
    return new CredentialCallOption(new BearerCredentialWriter(token));
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aResult_thatWaitedForItsTurnTooLong_isExhaustedAndNamesTheSetting(String database)
      throws Exception {
    // No result gets its turn within a nanosecond.
    try (RunningGateway gateway =
            RunningGateway.builder().set("queries.queue-timeout", Duration.ofNanos(1)).start();
        SqlClient client = SqlClient.login(gateway, "alice", database)) {
      for (String sql : new String[] {"select 1", "create table made(a int)"}) {
        FlightInfo info = client.sql().execute(sql, client.options());
        assertThat(failure(FlightStatusCode.RESOURCE_EXHAUSTED, () -> client.rows(info)))
            .hasMessageContaining("queries.queue-timeout");
      }
      assertThat(client.update("insert into made values (1)")).as("no result").isOne();
    }
  }
}
