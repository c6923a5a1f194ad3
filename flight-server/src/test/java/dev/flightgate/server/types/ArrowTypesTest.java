package dev.flightgate.server.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.flight.SqlClient;
import dev.flightgate.server.types.ArrowSample.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient.ExecuteIngestOptions;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType.ArrowTypeID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What becomes of every type of Arrow's that a client sends: a type of the engine's, from which it
 * is read back as it was sent, or a status and a reason.
 */
class ArrowTypesTest {

  private static final TableDefinitionOptions REPLACE =
      TableDefinitionOptions.newBuilder()
          .setIfNotExist(TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE)
          .setIfExists(TableExistsOption.TABLE_EXISTS_OPTION_REPLACE)
          .build();
  static final ExecuteIngestOptions INGEST =
      new ExecuteIngestOptions("sent", REPLACE, false, null, null, null);

  private static final Map<Engine, SqlClient> CLIENTS = new EnumMap<>(Engine.class);
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
    for (Engine engine : Engine.values()) {
      CLIENTS.put(engine, SqlClient.login(gateway, "alice", engine.database()));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    for (SqlClient client : CLIENTS.values()) {
      client.close();
    }
    gateway.close();
  }

  static Stream<Arguments> samples() {
    return Stream.concat(ArrowSamples.TYPES.stream(), ArrowSamples.EDGES.stream())
        .flatMap(
            sample -> Arrays.stream(Engine.values()).map(engine -> Arguments.of(sample, engine)));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void boundAndIngested_everyType_isReadBackOrRefusedWithAReason(ArrowSample sample, Engine engine)
      throws Exception {
    SqlClient client = Objects.requireNonNull(CLIENTS.get(engine));
    Outcome outcome = new Outcome(bound(sample, client), ingested(sample, client));
    assertThat(outcome).isEqualTo(sample.in(engine));
  }

  @Test
  void samples_haveEveryTypeOfArrows() {
    List<ArrowTypeID> sampled =
        ArrowSamples.TYPES.stream().map(sample -> sample.field().getType().getTypeID()).toList();
    assertThat(sampled)
        .contains(
            Arrays.stream(ArrowTypeID.values())
                .filter(id -> id != ArrowTypeID.NONE)
                .toArray(ArrowTypeID[]::new));
  }

  private static String bound(ArrowSample sample, SqlClient client) throws Exception {
    try (PreparedStatement select = client.sql().prepare("SELECT ? AS v", client.options())) {
      try {
        select.setParameters(VectorSchemaRoot.of(sample.vector(client.allocator())));
        return readBack(sample, client, select.execute(client.options()));
      } catch (FlightRuntimeException refused) {
        return refused.status().code() + ": " + refused.status().description();
      } finally {
        select.close(client.options());
      }
    }
  }

  private static String ingested(ArrowSample sample, SqlClient client) throws Exception {
    try (VectorSchemaRoot rows = VectorSchemaRoot.of(sample.vector(client.allocator()))) {
      client.sql().executeIngest(rows, INGEST, client.options());
      FlightInfo info = client.sql().execute("SELECT v FROM sent", client.options());
      return readBack(sample, client, info);
    } catch (FlightRuntimeException refused) {
      return refused.status().code() + ": " + refused.status().description();
    }
  }

  /** The engine's name of the type, and the values if they are not those that were sent. */
  private static String readBack(ArrowSample sample, SqlClient client, FlightInfo info)
      throws Exception {
    List<String> sent = new ArrayList<>();
    try (FieldVector vector = sample.vector(client.allocator())) {
      for (int row = 0; row < vector.getValueCount(); row++) {
        sent.add(Cell.of(vector, row));
      }
    }
    try (FlightStream stream =
        client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
      Column column = new Column();
      column.begin(stream.getRoot());
      while (stream.next()) {
        column.add(stream.getRoot());
      }
      String type = column.field().getMetadata().get("ARROW:FLIGHT:SQL:TYPE_NAME");
      return column.cells().equals(sent) ? String.valueOf(type) : type + " = " + column.cells();
    }
  }
}
