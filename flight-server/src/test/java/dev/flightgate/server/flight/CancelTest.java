package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.flightgate.server.RunningGateway;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.CancelResult;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to stop a query: by name, by going away, by a deadline, by shutting down. */
class CancelTest {

  /** Yields its first rows at once and never ends. */
  private static final String ENDLESS_ROWS_DUCKDB = "select range as i from range(1000000000000)";

  private static final String ENDLESS_ROWS_SQLITE =
      "with recursive r(i) as (select 1 union all select i + 1 from r) select i from r";

  /** Works for ever before its first row. */
  private static final String ENDLESS_WORK_DUCKDB =
      "select count(*) from range(10000000) a, range(10000000) b where a.range % 7 = b.range % 5";

  private static final String ENDLESS_WORK_SQLITE =
      "with recursive r(i) as (select 1 union all select i + 1 from r) select count(*) from r";

  private static String rows(String database) {
    return database.equals("main") ? ENDLESS_ROWS_DUCKDB : ENDLESS_ROWS_SQLITE;
  }

  private static String work(String database) {
    return database.equals("main") ? ENDLESS_WORK_DUCKDB : ENDLESS_WORK_SQLITE;
  }

  @ParameterizedTest
  @CsvSource({"main,true", "main,false", "lite,true"})
  void cancelFlightInfo_whileTheQueryRuns_endsItAsCancelled(String database, boolean streaming)
      throws Exception {
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try (RunningGateway gateway = RunningGateway.start();
        SqlClient client = SqlClient.login(gateway, "alice", database)) {
      FlightInfo info =
          client.sql().execute(streaming ? rows(database) : work(database), client.options());
      Future<FlightRuntimeException> told =
          reader.submit(() -> failure(FlightStatusCode.CANCELLED, () -> client.rows(info)));
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  client
                          .sql()
                          .cancelFlightInfo(new CancelFlightInfoRequest(info), client.options())
                          .getStatus()
                      == CancelStatus.CANCELLED);
      assertThat(told.get(20, TimeUnit.SECONDS).getMessage()).contains("cancelled on request");
    } finally {
      reader.shutdownNow();
    }
  }

  @Test
  void cancelFlightInfo_whileTheResultWaitsForItsTurn_endsItAtOnce() throws Exception {
    ExecutorService readers = Executors.newCachedThreadPool();
    try (RunningGateway gateway = RunningGateway.builder().set("queries.running-max", 1).start();
        SqlClient client = SqlClient.login(gateway, "alice")) {
      FlightInfo working = client.sql().execute(work("main"), client.options());
      Future<Throwable> worker = readers.submit(() -> catchThrowable(() -> client.rows(working)));
      FlightInfo waiting = client.sql().execute("select 1", client.options());
      Future<Throwable> waiter = waiter(readers, client, waiting);
      assertThat(cancel(client, waiting)).isEqualTo(CancelStatus.CANCELLED);
      assertThat(waiter.get(20, TimeUnit.SECONDS)).hasMessageContaining("cancelled on request");
      assertThat(worker).isNotDone();
      assertThat(cancel(client, working)).isEqualTo(CancelStatus.CANCELLED);
      assertThat(worker.get(20, TimeUnit.SECONDS)).hasMessageContaining("cancelled on request");
    } finally {
      readers.shutdownNow();
    }
  }

  /** Fetches the result until another keeps it from beginning. */
  private static Future<Throwable> waiter(
      ExecutorService readers, SqlClient client, FlightInfo result) throws Exception {
    for (int i = 0; i < 100; i++) {
      Future<Throwable> fetch = readers.submit(() -> catchThrowable(() -> client.rows(result)));
      try {
        assertThat(fetch.get(200, TimeUnit.MILLISECONDS)).isNull();
      } catch (TimeoutException waits) {
        return fetch;
      }
    }
    throw new AssertionError("the other statement never begins");
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void cancelFlightInfo_beforeTheFetch_forbidsIt(String database) throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        SqlClient client = SqlClient.login(gateway, "alice", database)) {
      FlightInfo info = client.sql().execute(rows(database), client.options());
      client.sql().cancelFlightInfo(new CancelFlightInfoRequest(info), client.options());
      failure(FlightStatusCode.CANCELLED, () -> client.rows(info));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void cancelFlightInfo_afterTheStatementIsThrough_changesNothing(String database)
      throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table kept(a int)");
      FlightInfo inserted = client.sql().execute("insert into kept values (9)", client.options());
      assertThat(cancel(client, inserted)).isEqualTo(CancelStatus.NOT_CANCELLABLE);
      assertThat(client.rows(inserted)).isEqualTo(List.of(List.of(1L)));
      FlightInfo read = client.sql().execute("select a from kept", client.options());
      assertThat(client.rows(read)).hasSize(1);
      assertThat(cancel(client, read)).isEqualTo(CancelStatus.NOT_CANCELLABLE);
      assertThat(client.rows(read)).hasSize(1);
    }
  }

  private static CancelStatus cancel(SqlClient client, FlightInfo info) {
    return client
        .sql()
        .cancelFlightInfo(new CancelFlightInfoRequest(info), client.options())
        .getStatus();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  @SuppressWarnings("deprecation") // clients that do not know CancelFlightInfo send it
  void cancelQuery_theOlderAction_forbidsTheFetchToo(String database) throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        SqlClient client = SqlClient.login(gateway, "alice", database)) {
      FlightInfo info = client.sql().execute(rows(database), client.options());
      assertThat(client.sql().cancelQuery(info, client.options()))
          .isEqualTo(CancelResult.CANCELLED);
      failure(FlightStatusCode.CANCELLED, () -> client.rows(info));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aClientThatStopsReading_freesTheServer(String database) throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        SqlClient client = SqlClient.login(gateway, "alice", database)) {
      for (int i = 0; i < 20; i++) {
        FlightInfo info = client.sql().execute(rows(database), client.options());
        try (FlightStream stream =
            client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
          assertThat(stream.next()).isTrue();
          stream.cancel("enough", null);
        }
      }
      assertThat(client.query("select 1")).hasSize(1);
    }
  }

  @Test
  void aClientThatVanishes_freesTheServer() throws Exception {
    // Closing the gateway fails if a stream, a thread or a byte of the vanished client is left.
    try (RunningGateway gateway = RunningGateway.start()) {
      for (String database : new String[] {"main", "lite"}) {
        try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
          FlightInfo info = client.sql().execute(rows(database), client.options());
          FlightStream stream =
              client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options());
          assertThat(stream.next()).isTrue();
          stream.close();
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"main,true", "main,false", "lite,true", "lite,false"})
  void aStatementThatTakesTooLong_isStoppedAndSaysSo(String database, boolean streaming)
      throws Exception {
    try (RunningGateway gateway = RunningGateway.builder().set("queries.timeout", "500ms").start();
        SqlClient client = SqlClient.login(gateway, "alice", database)) {
      String query = streaming ? rows(database) : work(database);
      assertThat(failure(FlightStatusCode.TIMED_OUT, () -> client.query(query)).getMessage())
          .contains("0.5 s")
          .contains("queries.timeout");
      assertThat(client.query("select 1")).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aChangeThatTakesTooLong_isStoppedAndLeavesNothing(String database) throws Exception {
    try (RunningGateway gateway = RunningGateway.builder().set("queries.timeout", "500ms").start();
        SqlClient client = SqlClient.login(gateway, "alice", database)) {
      failure(
          FlightStatusCode.TIMED_OUT,
          () -> client.update("create table slow as " + work(database)));
      failure(FlightStatusCode.NOT_FOUND, () -> client.query("select * from slow"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void shuttingDown_endsRunningQueriesAsUnavailable(String database) throws Exception {
    ExecutorService reader = Executors.newSingleThreadExecutor();
    RunningGateway gateway = RunningGateway.start();
    try (gateway;
        SqlClient client = SqlClient.login(gateway, "alice", database)) {
      FlightInfo info = client.sql().execute(rows(database), client.options());
      CountDownLatch reading = new CountDownLatch(1);
      Future<FlightStatusCode> told =
          reader.submit(
              () -> {
                try (FlightStream stream =
                    client
                        .sql()
                        .getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
                  while (stream.next()) {
                    reading.countDown();
                  }
                  return FlightStatusCode.OK;
                } catch (FlightRuntimeException e) {
                  return e.status().code();
                }
              });
      assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
      gateway.close();
      assertThat(told.get(20, TimeUnit.SECONDS)).isEqualTo(FlightStatusCode.UNAVAILABLE);
    } finally {
      reader.shutdownNow();
    }
  }
}
