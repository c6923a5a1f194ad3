package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.Prepared.execute;
import static dev.flightgate.server.flight.Prepared.handle;
import static dev.flightgate.server.flight.Prepared.queryOf;
import static dev.flightgate.server.flight.Prepared.updateOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.flightgate.server.RunningGateway;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many bytes of parameters a client may bind: no more than {@code queries.bytes-max}. */
class ParameterMemoryTest {

  private static final int BYTES_MAX = 1 << 20;

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.builder().set("queries.bytes-max", BYTES_MAX).start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static void put(SqlClient client, Message command, int bytes, int batches)
      throws Exception {
    try (VectorSchemaRoot root =
        Columns.root(Columns.utf8(client.allocator(), "1", "x".repeat(bytes)))) {
      new Upload(command, root).send(client, batches);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void parameters_ofMoreBytesThanAQueryMayHave_areRefusedAndFreed(String database)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table bound(a varchar)");
      ByteString insert = handle(client, "insert into bound values (?)");
      for (Message command : List.of(queryOf(insert), updateOf(insert))) {
        for (int bytes : List.of(100_000, 2 * BYTES_MAX)) {
          assertThatThrownBy(() -> put(client, command, bytes, 20))
              .hasStackTraceContaining("RESOURCE_EXHAUSTED")
              .hasStackTraceContaining("queries.bytes-max");
        }
      }
      assertThat(client.query("select count(*) from bound")).isEqualTo(List.of(List.of(0L)));
      client.update("drop table bound");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void viewsOfMoreBytesThanAQueryMayHave_areRefusedAndFreed(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database);
        ViewVarCharVector views = new ViewVarCharVector("1", client.allocator())) {
      views.allocateNew(1);
      views.setSafe(0, "x".repeat(100_000).getBytes(StandardCharsets.UTF_8));
      views.setValueCount(1);
      Message command = queryOf(handle(client, "select ?"));
      try (VectorSchemaRoot root = VectorSchemaRoot.of(views)) {
        assertThatThrownBy(() -> new Upload(command, root).send(client, 20))
            .hasStackTraceContaining("RESOURCE_EXHAUSTED")
            .hasStackTraceContaining("queries.bytes-max");
        new Upload(command, root).send(client, 3);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void parameters_withinTheLimit_areBoundAsBefore(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      ByteString select = handle(client, "select length(cast(? as varchar))");
      put(client, queryOf(select), 50_000, 4);
      assertThat(client.rows(execute(client, select)).toString())
          .isEqualTo("[[50000], [50000], [50000], [50000]]");
    }
  }
}
