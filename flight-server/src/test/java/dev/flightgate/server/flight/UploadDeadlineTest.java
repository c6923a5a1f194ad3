package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.Prepared.handle;
import static dev.flightgate.server.flight.Prepared.queryOf;
import static dev.flightgate.server.flight.Prepared.updateOf;
import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import dev.flightgate.server.RunningGateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.FlightClient.ClientStreamListener;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client is told whose upload was stopped while it was waited for. */
class UploadDeadlineTest {

  private static RunningGateway gateway(Duration timeout) {
    return RunningGateway.builder().set("queries.timeout", timeout).start();
  }

  private static Message ingest(String table) {
    return CommandStatementIngest.newBuilder()
        .setTable(table)
        .setTableDefinitionOptions(Ingest.CREATE)
        .build();
  }

  /** How many ingests have begun and wait for more rows. */
  private static long waitingForTheirClient() {
    return Thread.getAllStackTraces().values().stream()
        .filter(
            stack ->
                Arrays.stream(stack).anyMatch(f -> f.getClassName().endsWith(".YieldingUpload")))
        .count();
  }

  /** Sends one batch and then nothing. */
  private static FlightRuntimeException stall(
      SqlClient client, Message command, FlightStatusCode expected, Runnable meanwhile)
      throws Exception {
    try (VectorSchemaRoot root = Columns.root(Columns.numbers(client.allocator(), "1", 0, 1));
        SyncPutListener answers = new SyncPutListener()) {
      ClientStreamListener upload =
          client.flight().startPut(Prepared.descriptor(command), root, answers, client.options());
      upload.putNext();
      meanwhile.run();
      return failure(expected, upload::getResult);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void parameters_thatDoNotComeInTime_haveTimedOut(String database) throws Exception {
    try (RunningGateway gateway = gateway(Duration.ofSeconds(1));
        SqlClient client = SqlClient.login(gateway, "alice", database)) {
      var statement = handle(client, "select ?");
      for (Message command : List.of(queryOf(statement), updateOf(statement))) {
        stall(client, command, FlightStatusCode.TIMED_OUT, () -> {});
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void uploads_thatSendNothingForTooLong_areEndedAndToldWhy(String database) throws Exception {
    try (RunningGateway gateway =
            RunningGateway.builder().set("queries.upload-idle-timeout", "300ms").start();
        SqlClient client = SqlClient.login(gateway, "alice", database)) {
      var statement = handle(client, "select ?");
      for (Message command : List.of(queryOf(statement), updateOf(statement), ingest("idle"))) {
        assertThat(stall(client, command, FlightStatusCode.TIMED_OUT, () -> {}))
            .hasMessageContaining("queries.upload-idle-timeout");
      }
      failure(FlightStatusCode.NOT_FOUND, () -> client.query("select * from idle"));
    }
  }

  @Test
  void anUpload_whoseFirstMessageDoesNotCome_isEndedAndToldWhy() throws Exception {
    try (RunningGateway gateway =
            RunningGateway.builder().set("queries.upload-idle-timeout", "300ms").start();
        RawFlight client = new RawFlight(gateway, "alice")) {
      assertThatThrownBy(client::putNothing)
          .hasStackTraceContaining("DEADLINE_EXCEEDED")
          .hasStackTraceContaining("queries.upload-idle-timeout");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void uploads_thatStall_keepNoOthersOut(String database) throws Exception {
    try (RunningGateway gateway =
            RunningGateway.builder()
                .set("queries.running-max", 1)
                .set("queries.queue-max", 7)
                .set("queries.queue-timeout", "5s")
                .start();
        SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient bob = SqlClient.login(gateway, "bob", database);
        VectorSchemaRoot rows = Columns.root(Columns.numbers(alice.allocator(), "a", 0, 10));
        VectorSchemaRoot others = Columns.root(Columns.numbers(bob.allocator(), "a", 0, 10))) {
      List<ClientStreamListener> stalled = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        ClientStreamListener upload =
            alice
                .flight()
                .startPut(
                    Prepared.descriptor(ingest("stalled" + i)),
                    rows,
                    new AsyncPutListener(),
                    alice.options());
        upload.putNext();
        stalled.add(upload);
      }
      await().atMost(Duration.ofSeconds(20)).until(() -> waitingForTheirClient() == 4);
      assertThat(Ingest.into("others", Ingest.CREATE).run(bob, others)).isEqualTo(10);
      assertThat(
              failure(
                  FlightStatusCode.RESOURCE_EXHAUSTED,
                  () -> Ingest.into("fifth", Ingest.CREATE).run(alice, rows)))
          .hasMessageContaining("of this user");
      for (ClientStreamListener upload : stalled) {
        upload.completed();
        upload.getResult();
      }
      assertThat(alice.query("select count(*) from stalled3")).isEqualTo(List.of(List.of(10L)));
    }
  }

  @Test
  void parameters_waitedForAtShutdown_areToldThatTheServerStops() throws Exception {
    RunningGateway gateway = gateway(Duration.ofHours(1));
    try (SqlClient client = SqlClient.login(gateway, "alice", "lite")) {
      Message command = queryOf(handle(client, "select ?"));
      stall(client, command, FlightStatusCode.UNAVAILABLE, gateway::close);
    } finally {
      gateway.close();
    }
  }
}
