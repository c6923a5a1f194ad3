package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.Prepared.execute;
import static dev.flightgate.server.flight.Prepared.handle;
import static dev.flightgate.server.flight.Prepared.queryOf;
import static dev.flightgate.server.flight.Prepared.updateOf;
import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.flightgate.server.RunningGateway;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutUpdateResult;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows bound to a prepared statement: how many, how they come, and what they change. */
class ParameterBindingTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** Sends int64 rows in so many batches of so many rows; the metadata of the only PutResult. */
  private static byte[] put(SqlClient client, Message command, int batches, int rows)
      throws Exception {
    try (VectorSchemaRoot root = Columns.root(Columns.numbers(client.allocator(), "1", 0, rows))) {
      return new Upload(command, root).send(client, batches);
    }
  }

  private static long count(byte[] answer) throws Exception {
    return DoPutUpdateResult.parseFrom(answer).getRecordCount();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void parameterSchema_hasANullableFieldForEachPlaceholder(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table placeholders(a bigint, b varchar(9))");
      try (PreparedStatement statement =
          client.sql().prepare("insert into placeholders values (?, ?)", client.options())) {
        assertThat(statement.getParameterSchema().getFields())
            .hasSize(2)
            .allMatch(Field::isNullable);
        statement.close(client.options());
      }
      try (PreparedStatement statement = client.sql().prepare("select 1", client.options())) {
        assertThat(statement.getParameterSchema().getFields()).isEmpty();
        statement.close(client.options());
      }
      client.update("drop table placeholders");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aLonePlaceholder_prepares_andTakesTheTypeOfWhatIsBound(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database);
        PreparedStatement statement = client.sql().prepare("select ? as v", client.options())) {
      assertThat(statement.getParameterSchema().getFields()).hasSize(1);
      statement.setParameters(Columns.root(Columns.int64(client.allocator(), "1", 7L)));
      FlightInfo whole = statement.execute(client.options());
      assertThat(whole.getSchemaOptional().orElseThrow().findField("v").getType())
          .isEqualTo(new ArrowType.Int(64, true));
      assertThat(client.streamSchema(whole)).isEqualTo(whole.getSchemaOptional().orElseThrow());
      assertThat(client.rows(whole)).isEqualTo(List.of(List.of(7L)));
      statement.setParameters(Columns.root(Columns.utf8(client.allocator(), "1", "seven")));
      FlightInfo text = statement.execute(client.options());
      assertThat(text.getSchemaOptional().orElseThrow().findField("v").getType())
          .isEqualTo(ArrowType.Utf8.INSTANCE);
      assertThat(statement.fetchSchema(client.options()).getSchema())
          .isEqualTo(text.getSchemaOptional().orElseThrow());
      assertThat(client.rows(text)).isEqualTo(List.of(List.of("seven")));
      // What was planned before keeps what was bound then.
      assertThat(client.rows(whole)).isEqualTo(List.of(List.of(7L)));
      statement.close(client.options());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aQuery_withSeveralRows_yieldsTheResultsOneAfterTheOther(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database);
        PreparedStatement statement =
            client
                .sql()
                .prepare(
                    "select cast(? as bigint) * 10 as v union all select 1 order by 1",
                    client.options())) {
      statement.setParameters(Columns.root(Columns.int64(client.allocator(), "1", 3L, 1L, 2L)));
      FlightInfo info = statement.execute(client.options());
      assertThat(client.rows(info))
          .extracting(row -> row.get(0))
          .containsExactly(1L, 30L, 1L, 10L, 1L, 20L);
      assertThat(client.streamSchema(info)).isEqualTo(info.getSchemaOptional().orElseThrow());
      statement.close(client.options());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void anUpdate_withManyRowsInSeveralBatches_answersTheirCountOnce(String database)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table many(a bigint)");
      ByteString insert = handle(client, "insert into many values (?)");
      byte[] answer = put(client, updateOf(insert), 3, 400);
      assertThat(count(answer)).isEqualTo(1_200);
      assertThat(client.query("select count(*), count(distinct a), max(a) from many"))
          .isEqualTo(List.of(List.of(1_200L, 400L, 399L)));
      assertThat(count(put(client, updateOf(insert), 1, 0))).isZero();
      client.update("drop table many");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aQuery_withSeveralBatches_runsForEveryRowOfEach(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      ByteString query = handle(client, "select ? as v");
      put(client, queryOf(query), 3, 5);
      assertThat(client.rows(execute(client, query)))
          .extracting(row -> row.get(0))
          .containsExactly(0L, 1L, 2L, 3L, 4L, 0L, 1L, 2L, 3L, 4L, 0L, 1L, 2L, 3L, 4L);
      put(client, queryOf(query), 1, 0);
      FlightInfo none = execute(client, query);
      assertThat(client.rows(none)).isEmpty();
      assertThat(client.streamSchema(none)).isEqualTo(none.getSchemaOptional().orElseThrow());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aFailingRow_undoesTheWholeBatch(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table whole(a bigint primary key)");
      ByteString insert = handle(client, "insert into whole values (?)");
      failure(FlightStatusCode.INVALID_ARGUMENT, () -> put(client, updateOf(insert), 2, 10));
      assertThat(client.query("select count(*) from whole")).isEqualTo(List.of(List.of(0L)));
      assertThat(count(put(client, updateOf(insert), 1, 10))).isEqualTo(10);
      client.update("drop table whole");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aChange_onTheQueryPath_runsOnceForEachBoundRow(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table eager(a bigint)");
      ByteString insert = handle(client, "insert into eager values (?)");
      put(client, queryOf(insert), 1, 3);
      FlightInfo info = execute(client, insert);
      assertThat(client.rows(info)).isEqualTo(List.of(List.of(3L)));
      assertThat(client.rows(info)).isEqualTo(List.of(List.of(3L)));
      ByteString returning = handle(client, "insert into eager values (?) returning a");
      put(client, queryOf(returning), 1, 2);
      FlightInfo rows = execute(client, returning);
      assertThat(client.rows(rows)).isEqualTo(List.of(List.of(0L), List.of(1L)));
      assertThat(client.rows(rows)).isEqualTo(List.of(List.of(0L), List.of(1L)));
      assertThat(client.query("select count(*) from eager")).isEqualTo(List.of(List.of(5L)));
      client.update("drop table eager");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aWrongNumberOfValues_isInvalidArgument(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table pairs(a bigint, b bigint)");
      ByteString insert = handle(client, "insert into pairs values (?, ?)");
      assertThat(
              failure(FlightStatusCode.INVALID_ARGUMENT, () -> put(client, updateOf(insert), 1, 1))
                  .getMessage())
          .contains("2 placeholders", "1 value");
      try (RawFlight raw = new RawFlight(gateway, "alice")) {
        assertThatThrownBy(() -> raw.putDescriptor(updateOf(insert)))
            .isInstanceOf(ExecutionException.class)
            .hasMessageContaining("INVALID_ARGUMENT")
            .hasMessageContaining("0 values");
      }
      ByteString query = handle(client, "select ? as a, ? as b");
      failure(FlightStatusCode.INVALID_ARGUMENT, () -> execute(client, query).getSchemaOptional());
      put(client, queryOf(query), 1, 1);
      failure(FlightStatusCode.INVALID_ARGUMENT, () -> execute(client, query));
      ByteString constant = handle(client, "select 1 as a");
      put(client, queryOf(constant), 1, 1);
      failure(FlightStatusCode.INVALID_ARGUMENT, () -> execute(client, constant));
      client.update("drop table pairs");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void anUpdate_withoutASchema_takesWhatWasBoundBefore(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database);
        RawFlight raw = new RawFlight(gateway, "alice")) {
      client.update("create table rust(a bigint)");
      ByteString insert = handle(client, "insert into rust values (?)");
      put(client, queryOf(insert), 1, 4);
      List<ByteString> answers = raw.putDescriptor(updateOf(insert));
      assertThat(answers).hasSize(1);
      assertThat(count(answers.get(0).toByteArray())).isEqualTo(4);
      ByteString delete = handle(client, "delete from rust");
      List<ByteString> deleted = raw.putDescriptor(updateOf(delete));
      assertThat(count(deleted.get(0).toByteArray())).isEqualTo(4);
      client.update("drop table rust");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aBinding_ofOnlyADescriptorOrOfNoColumns_leavesNothingBound(String database)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database);
        RawFlight raw = new RawFlight(gateway, "alice")) {
      ByteString query = handle(client, "select 5 as v");
      assertThat(raw.putDescriptor(queryOf(query))).hasSize(1);
      assertThat(client.rows(execute(client, query))).hasSize(1);
      try (VectorSchemaRoot empty = VectorSchemaRoot.of()) {
        new Upload(queryOf(query), empty).send(client, 1);
      }
      assertThat(client.rows(execute(client, query))).hasSize(1);
    }
  }
}
