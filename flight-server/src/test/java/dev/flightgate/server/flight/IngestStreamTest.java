package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.Ingest.APPEND;
import static dev.flightgate.server.flight.Ingest.CREATE;
import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.RunningGateway;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CommandStatementIngest: how the rows come, or do not. */
class IngestStreamTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static CommandStatementIngest command(Ingest ingest) {
    return CommandStatementIngest.newBuilder()
        .setTable(ingest.table())
        .setTableDefinitionOptions(ingest.mode())
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void manyBatches_areOneIngestWithOneCount(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      try (VectorSchemaRoot root =
          Columns.root(Columns.numbers(client.allocator(), "a", 0, 1_000))) {
        assertThat(new Upload(command(Ingest.into("batches", CREATE)), root).count(client, 200))
            .isEqualTo(200_000);
      }
      assertThat(client.query("select count(*), max(a) from batches"))
          .isEqualTo(List.of(List.of(200_000L, 999L)));
      client.update("drop table batches");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void noRows_createTheTableAllTheSame(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      try (VectorSchemaRoot root = Columns.root(Columns.numbers(client.allocator(), "a", 0, 0))) {
        assertThat(Ingest.into("empty_rows", CREATE).run(client, root)).isZero();
        assertThat(Ingest.into("empty_rows", APPEND).run(client, root)).isZero();
        Upload noBatch = new Upload(command(Ingest.into("empty_rows", APPEND)), root);
        assertThat(noBatch.count(client, 0)).isZero();
      }
      assertThat(client.query("select a from empty_rows")).isEmpty();
      client.update("drop table empty_rows");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aDictionaryEncodedColumn_isStoredAsItsValues(String database) throws Exception {
    DictionaryEncoding encoding = new DictionaryEncoding(1, false, null);
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      try (FieldVector values = Columns.utf8(client.allocator(), "values", "red", "blue", "green");
          FieldVector plain =
              Columns.utf8(client.allocator(), "colour", "blue", null, "red", "blue")) {
        Dictionary dictionary = new Dictionary(values, encoding);
        DictionaryProvider provider = new DictionaryProvider.MapDictionaryProvider(dictionary);
        try (VectorSchemaRoot root =
            Columns.root(
                (FieldVector) DictionaryEncoder.encode(plain, dictionary),
                Columns.numbers(client.allocator(), "n", 1, 4))) {
          Upload upload = new Upload(command(Ingest.into("colours", CREATE)), root, provider);
          assertThat(upload.count(client, 2)).isEqualTo(8);
        }
      }
      assertThat(
              client
                  .query("select n, colour, count(*) from colours group by n, colour order by n")
                  .toString())
          .isEqualTo("[[1, blue, 2], [2, null, 2], [3, red, 2], [4, blue, 2]]");
      client.update("drop table colours");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aClient_thatEndsBeforeItsSchema_leavesNoTable(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database);
        RawFlight raw = new RawFlight(gateway, "alice")) {
      raw.header("database", database);
      assertThatThrownBy(() -> raw.putDescriptor(command(Ingest.into("unborn", CREATE))))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("INVALID_ARGUMENT")
          .hasMessageContaining("schema");
      try (VectorSchemaRoot root = Columns.root(Columns.numbers(client.allocator(), "a", 0, 5))) {
        assertThat(Ingest.into("unborn", CREATE).run(client, root)).isEqualTo(5);
      }
      client.update("drop table unborn");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aClient_thatCancelsMidway_leavesNoTable(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      try (VectorSchemaRoot root =
              Columns.root(Columns.numbers(client.allocator(), "a", 0, 1_000));
          SyncPutListener answers = new SyncPutListener()) {
        FlightClient.ClientStreamListener upload =
            client
                .flight()
                .startPut(
                    Prepared.descriptor(command(Ingest.into("halfway", CREATE))),
                    root,
                    answers,
                    client.options());
        for (int batch = 0; batch < 50; batch++) {
          upload.putNext();
        }
        upload.error(new IllegalStateException("the client changed its mind"));
        failure(FlightStatusCode.CANCELLED, upload::getResult);
        root.setRowCount(3);
        await().atMost(Duration.ofSeconds(20)).until(() -> create("halfway", client, root));
      }
      assertThat(client.query("select count(*) from halfway")).isEqualTo(List.of(List.of(3L)));
      client.update("drop table halfway");
    }
  }

  /**
   * Whether CREATE succeeded, which it does only if nothing was left of the table; false while the
   * cancelled ingest is still being undone.
   */
  private static boolean create(String table, SqlClient client, VectorSchemaRoot rows) {
    try {
      return Ingest.into(table, CREATE).run(client, rows) == rows.getRowCount();
    } catch (FlightRuntimeException e) {
      if (e.status().code() == FlightStatusCode.UNAVAILABLE) {
        return false;
      }
      throw e;
    }
  }
}
