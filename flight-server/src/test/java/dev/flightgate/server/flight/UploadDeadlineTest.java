package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.Prepared.handle;
import static dev.flightgate.server.flight.Prepared.queryOf;
import static dev.flightgate.server.flight.Prepared.updateOf;
import static dev.flightgate.server.flight.SqlClient.failure;

import com.google.protobuf.Message;
import dev.flightgate.server.RunningGateway;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.flight.FlightClient.ClientStreamListener;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client is told whose upload was stopped while it was waited for. */
class UploadDeadlineTest {

  private static RunningGateway gateway(Duration timeout) {
    return RunningGateway.builder().set("queries.timeout", timeout).start();
  }

  /** Sends one batch and then nothing. */
  private static void stall(
      SqlClient client, Message command, FlightStatusCode expected, Runnable meanwhile)
      throws Exception {
    try (VectorSchemaRoot root = Columns.root(Columns.numbers(client.allocator(), "1", 0, 1));
        SyncPutListener answers = new SyncPutListener()) {
      ClientStreamListener upload =
          client.flight().startPut(Prepared.descriptor(command), root, answers, client.options());
      upload.putNext();
      meanwhile.run();
      failure(expected, upload::getResult);
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
