package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.Prepared.handle;
import static dev.flightgate.server.flight.Prepared.queryOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.flightgate.server.ServerMemory;
import dev.flightgate.server.ServerMemory.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose memory is all taken: who asks for more is told so, and nobody else suffers. */
class OutOfMemoryTest {

  private static final int BYTES = 10_000_000;

  @TempDir Path folder;

  private static void bind(SqlClient client) throws Exception {
    try (VectorSchemaRoot root =
        Columns.root(Columns.utf8(client.allocator(), "1", "x".repeat(BYTES)))) {
      new Upload(queryOf(handle(client, "select length(?)")), root).send(client, 1);
    }
  }

  private static SqlClient client(ServerProcess server, String session) {
    SqlClient client = SqlClient.withoutLogin(server.port());
    client.addCredential(
        new CredentialCallOption(
            headers -> headers.insert("cookie", "arrow_flight_session_id=" + session)));
    return client;
  }

  @Test
  void memoryThatIsAllTaken_isToldToWhoAsksForMoreOnly() throws Exception {
    Path settings = folder.resolve("gateway.yaml");
    Files.writeString(
        settings, "sessions: {bytes-max: 1TiB, per-user-bytes-max: 1TiB, statements-max: 1000}\n");
    try (ServerProcess server = ServerMemory.startProcess("--config", settings.toString());
        SqlClient greedy = client(server, "aaaaaaaaaaaaaaaaaaaaaa");
        SqlClient other = client(server, "bbbbbbbbbbbbbbbbbbbbbb")) {
      List<String> failures = new ArrayList<>();
      for (int i = 0; i < 40 && failures.size() < 2; i++) {
        Throwable failure = catchThrowable(() -> bind(greedy));
        if (failure != null) {
          failures.add(failure.toString());
        }
      }
      assertThat(failures)
          .isNotEmpty()
          .allSatisfy(failure -> assertThat(failure).contains("RESOURCE_EXHAUSTED"))
          .allSatisfy(failure -> assertThat(failure).contains("MaxDirectMemorySize"));

      assertThat(other.query("select 42").toString()).isEqualTo("[[42]]");
      Throwable upload = catchThrowable(() -> bind(other));
      assertThat(upload).isNotNull();
      assertThat(upload.toString()).contains("RESOURCE_EXHAUSTED");

      greedy.sql().closeSession(new CloseSessionRequest(), greedy.options());
      bind(other);
      other.sql().closeSession(new CloseSessionRequest(), other.options());
    }
  }
}
