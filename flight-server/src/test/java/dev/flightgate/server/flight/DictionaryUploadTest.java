package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flightgate.server.RunningGateway;
import java.util.List;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Uploads whose dictionary indices point to nothing. */
class DictionaryUploadTest {

  private static final DictionaryEncoding ENCODING =
      new DictionaryEncoding(1, false, new ArrowType.Int(32, true));

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  /** Fails if an upload left memory behind. */
  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource({"main, 3", "main, 4000000", "main, -1", "lite, 3", "lite, 4000000", "lite, -1"})
  void anIndex_outsideOfTheDictionary_isInvalidAndLeavesNothing(String database, int index)
      throws Exception {
    CommandStatementIngest command =
        CommandStatementIngest.newBuilder()
            .setTable("colours")
            .setTableDefinitionOptions(Ingest.CREATE)
            .build();
    try (SqlClient client = SqlClient.login(gateway, "alice", database);
        FieldVector values = Columns.utf8(client.allocator(), "values", "red", "blue", "green");
        IntVector indices =
            new IntVector(
                "colour",
                new FieldType(true, new ArrowType.Int(32, true), ENCODING),
                client.allocator());
        VectorSchemaRoot root =
            Columns.root(Columns.numbers(client.allocator(), "n", 1, 2), indices)) {
      indices.setSafe(0, 2);
      indices.setSafe(1, index);
      indices.setValueCount(2);
      root.setRowCount(2);
      DictionaryProvider provider =
          new DictionaryProvider.MapDictionaryProvider(new Dictionary(values, ENCODING));
      assertThatThrownBy(() -> new Upload(command, root, provider).send(client, 1))
          .hasStackTraceContaining("INVALID_ARGUMENT")
          .hasStackTraceContaining("\"colour\"")
          .hasStackTraceContaining(String.valueOf(index));
      assertThat(client.query("select 1")).isEqualTo(List.of(List.of(one(database))));
    }
  }

  private static Object one(String database) {
    return database.equals("main") ? (Object) 1 : (Object) 1L;
  }
}
