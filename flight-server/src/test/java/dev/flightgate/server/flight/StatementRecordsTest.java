package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.query.StatementListener;
import dev.flightgate.server.query.StatementLog;
import dev.flightgate.server.query.StatementRecord;
import dev.flightgate.server.query.StatementRecord.Activity;
import dev.flightgate.server.query.StatementRecord.Outcome;
import dev.flightgate.server.query.StatementRecord.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be seen of statements while they run, and what listeners are told when they end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatementRecordsTest {

  private static final String ENDLESS =
      "with recursive r(i) as (select 1 union all select i + 1 from r) select i from r";

  private final BlockingQueue<StatementRecord> ended = new LinkedBlockingQueue<>();
  private RunningGateway gateway;
  private StatementLog log;

  @BeforeAll
  void start() {
    gateway = RunningGateway.start();
    log = gateway.gateway().statements();
    log.listen(
        new StatementListener() {
          @Override
          public void ended(StatementRecord statement) {
            ended.add(statement);
          }
        });
    log.listen(
        new StatementListener() {
          @Override
          public void began(StatementRecord statement) {
            throw new IllegalStateException("a listener that fails");
          }

          @Override
          public void ended(StatementRecord statement) {
            throw new IllegalStateException("a listener that fails");
          }
        });
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  @BeforeEach
  void forget() {
    ended.clear();
  }

  @AfterEach
  void nothingRuns() {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> log.running().isEmpty());
  }

  private StatementRecord next() throws InterruptedException {
    StatementRecord record = ended.poll(20, TimeUnit.SECONDS);
    assertThat(record).as("a statement that ended").isNotNull();
    return record;
  }

  private SqlClient alice(String database) {
    return SqlClient.login(gateway, "alice", database);
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void readingStatement_isPlannedAndThenRead(String database) throws Exception {
    try (SqlClient client = alice(database)) {
      client.query("select 41 + 1 as answer");
    }
    assertThat(next())
        .returns(Activity.RUN, StatementRecord::activity)
        .returns(Outcome.PLANNED, StatementRecord::outcome);
    StatementRecord read = next();
    assertThat(read)
        .returns(Activity.READ, StatementRecord::activity)
        .returns(Outcome.COMPLETED, StatementRecord::outcome)
        .returns("alice", record -> record.principal().name())
        .returns(database, StatementRecord::database)
        .returns("select 41 + 1 as answer", StatementRecord::sql)
        .returns(1L, StatementRecord::rows)
        .returns(null, StatementRecord::failure);
    assertThat(read.bytes()).isPositive();
    assertThat(read.duration()).isGreaterThanOrEqualTo(read.timeToFirstBatch()).isPositive();
    assertThat(read.timeToFirstBatch()).isGreaterThanOrEqualTo(read.waited()).isPositive();
    assertThat(read.origin().peer()).contains("127.0.0.1");
    assertThat(read.origin().requestId()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select nothing from nowhere|NOT_FOUND",
        "selec 1|INVALID_SQL",
        "select cast('x' as integer) as n|INVALID_DATA"
      })
  void failingStatement_tellsItsKind(String sql, String kind) throws Exception {
    try (SqlClient client = alice("main")) {
      assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> client.query(sql)))
          .isNotNull();
    }
    StatementRecord last = next();
    while (last.outcome() == Outcome.PLANNED) {
      last = next();
    }
    assertThat(last).returns(Outcome.FAILED, StatementRecord::outcome);
    assertThat(last.failure().kind().name()).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void changes_tellTheirRows(String database) throws Exception {
    try (SqlClient client = alice(database)) {
      client.update("create table counted(i integer)");
      client.update("insert into counted values (1), (2), (3)");
      client.query("insert into counted values (4) returning i");
      try (VectorSchemaRoot rows =
          Columns.root(Columns.int64(client.allocator(), "i", 5L, 6L, 7L, 8L, 9L))) {
        Ingest.into("counted", Ingest.APPEND).run(client, rows);
      }
      client.update("drop table counted");
    }
    assertThat(next()).returns(Activity.RUN, StatementRecord::activity);
    assertThat(next()).returns(3L, StatementRecord::rows);
    assertThat(next())
        .returns(Outcome.COMPLETED, StatementRecord::outcome)
        .returns(1L, StatementRecord::rows);
    assertThat(next())
        .returns(Activity.SEND, StatementRecord::activity)
        .returns("insert into counted values (4) returning i", StatementRecord::sql)
        .returns(1L, StatementRecord::rows);
    assertThat(next())
        .returns(Activity.INGEST, StatementRecord::activity)
        .returns(Outcome.COMPLETED, StatementRecord::outcome)
        .returns(5L, StatementRecord::rows);
    assertThat(next()).returns(Outcome.COMPLETED, StatementRecord::outcome);
  }

  @ParameterizedTest
  @CsvSource({"main,true", "lite,true", "main,false", "lite,false"})
  void endlessResult_isSeenAndEnds(String database, boolean byAdministrator) throws Exception {
    String sql = database.equals("main") ? "select range as i from range(1000000000000)" : ENDLESS;
    try (SqlClient client = alice(database)) {
      FlightInfo info = client.sql().execute(sql, client.options());
      assertThat(next().outcome()).isEqualTo(Outcome.PLANNED);
      FlightStream stream =
          client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options());
      assertThat(stream.next()).isTrue();
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> log.running().size() == 1 && log.running().get(0).rows() > 0);
      StatementRecord running = log.running().get(0);
      assertThat(running)
          .returns(State.SENDING, StatementRecord::state)
          .returns(null, StatementRecord::outcome)
          .returns(sql, StatementRecord::sql);
      assertThat(log.find(running.id())).containsSame(running);
      if (byAdministrator) {
        running.cancel();
        assertThat(failure(FlightStatusCode.CANCELLED, () -> readAll(stream)))
            .hasMessageContaining("an administrator cancelled the statement");
      }
      stream.close();
    }
    assertThat(next())
        .returns(byAdministrator ? Outcome.CANCELLED : Outcome.ABANDONED, StatementRecord::outcome);
  }

  private static void readAll(FlightStream stream) {
    while (stream.next()) {
      stream.getRoot().clear();
    }
  }

  @Test
  void polledStatement_isParkedUntilItIsFetched() throws Exception {
    try (SqlClient client = alice("main")) {
      List<?> polls = Poll.toTheEnd(client, Poll.statement("select range as i from range(10)"));
      assertThat(polls).isNotEmpty();
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> log.running().stream().anyMatch(record -> record.state() == State.PARKED));
      log.running().forEach(StatementRecord::cancel);
    }
    assertThat(next().outcome()).isEqualTo(Outcome.PLANNED);
  }

  @Test
  void deniedStatement_failsAsDenied() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "reader")) {
      failure(
          FlightStatusCode.UNAUTHORIZED, () -> client.update("create table forbidden(i integer)"));
    }
    assertThat(next().failure().kind().name()).isEqualTo("PERMISSION_DENIED");
  }
}
