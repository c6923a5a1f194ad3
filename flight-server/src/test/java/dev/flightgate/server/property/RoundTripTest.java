package dev.flightgate.server.property;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.flight.SqlClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient.ExecuteIngestOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Whatever table a client ingests, whatever its batches, it reads the same values back. What the
 * types become is {@link ReadTypes}' to say.
 */
class RoundTripTest {

  private static final TableDefinitionOptions REPLACE =
      TableDefinitionOptions.newBuilder()
          .setIfNotExist(TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE)
          .setIfExists(TableExistsOption.TABLE_EXISTS_OPTION_REPLACE)
          .build();

  private static @Nullable RunningGateway gateway;

  @BeforeContainer
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterContainer
  static void stop() {
    if (gateway != null) {
      gateway.close();
    }
  }

  @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
  void duckDb_randomTable_comesBackAsItWasSent(@ForAll("duckDbTables") RandomTable table)
      throws Exception {
    comesBack(table);
  }

  @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
  void sqlite_randomTable_comesBackAsItWasSent(@ForAll("sqliteTables") RandomTable table)
      throws Exception {
    comesBack(table);
  }

  @Provide
  Arbitrary<RandomTable> duckDbTables() {
    return Tables.of(Engine.DUCKDB);
  }

  @Provide
  Arbitrary<RandomTable> sqliteTables() {
    return Tables.of(Engine.SQLITE);
  }

  private static void comesBack(RandomTable table) throws Exception {
    RunningGateway running = Objects.requireNonNull(gateway);
    try (SqlClient client = SqlClient.login(running, "alice", table.engine().database());
        RandomTable.Source source = table.open(client.allocator())) {
      ExecuteIngestOptions options =
          new ExecuteIngestOptions("round trip", REPLACE, false, null, null, null);
      long count = client.sql().executeIngest(source, options, client.options());
      assertThat(count).isEqualTo(source.rows().size());
      String sql = "SELECT * FROM \"round trip\" ORDER BY \"" + RandomTable.ROW + "\"";
      FlightInfo info = client.sql().execute(sql, client.options());
      assertThat(read(client, info, table)).isEqualTo(source.rows());
    }
  }

  private static List<List<@Nullable Object>> read(
      SqlClient client, FlightInfo info, RandomTable table) throws Exception {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (FlightStream stream =
        client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
      VectorSchemaRoot root = stream.getRoot();
      assertThat(root.getSchema()).isEqualTo(info.getSchemaOptional().orElseThrow());
      for (int column = 0; column < table.columns().size(); column++) {
        assertThat(ReadTypes.of(root.getSchema().getFields().get(column)))
            .isEqualTo(ReadTypes.expected(table.engine(), table.columns().get(column)));
      }
      while (stream.next()) {
        for (int row = 0; row < root.getRowCount(); row++) {
          List<@Nullable Object> cells = new ArrayList<>();
          for (FieldVector column : root.getFieldVectors().subList(0, table.columns().size())) {
            cells.add(Cells.read(column, row));
          }
          rows.add(cells);
        }
      }
    }
    return rows;
  }
}
