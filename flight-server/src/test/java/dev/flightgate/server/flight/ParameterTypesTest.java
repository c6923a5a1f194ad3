package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.flightgate.server.RunningGateway;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Arrow types can be bound; they need not be those of the parameter schema. */
class ParameterTypesTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** Database, column, bound type, value, and what the engine then compares equal. */
  static Stream<Arguments> values() {
    ArrowType date = new ArrowType.Date(DateUnit.DAY);
    ArrowType timestamp = new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
    return Stream.of("main", "lite")
        .flatMap(
            database ->
                Stream.of(
                    Arguments.of(database, "bigint", new ArrowType.Int(8, true), -7, "-7"),
                    Arguments.of(database, "bigint", new ArrowType.Int(16, true), -300, "-300"),
                    Arguments.of(database, "int", new ArrowType.Int(32, true), -70000, "-70000"),
                    Arguments.of(database, "int", new ArrowType.Int(64, true), 70000L, "70000"),
                    Arguments.of(
                        database, "bigint", new ArrowType.Int(32, false), -1, "4294967295"),
                    Arguments.of(
                        database,
                        "double",
                        new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
                        0.5f,
                        "0.5"),
                    Arguments.of(
                        database,
                        "double",
                        new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
                        -1e-9,
                        "-1e-9"),
                    Arguments.of(database, "boolean", ArrowType.Bool.INSTANCE, true, "true"),
                    Arguments.of(
                        database,
                        "varchar(20)",
                        ArrowType.Utf8.INSTANCE,
                        "it's “é”",
                        "'it''s “é”'"),
                    Arguments.of(
                        database, "varchar(20)", ArrowType.LargeUtf8.INSTANCE, "large", "'large'"),
                    Arguments.of(
                        database,
                        "decimal(10,2)",
                        new ArrowType.Decimal(10, 2, 128),
                        new BigDecimal("-12.25"),
                        "-12.25"),
                    Arguments.of(database, "date", date, 19782, "'2024-02-29'"),
                    Arguments.of(
                        database,
                        "timestamp",
                        timestamp,
                        1_709_251_199_123_456L,
                        "'2024-02-29 23:59:59.123456'")));
  }

  @ParameterizedTest
  @MethodSource("values")
  void aValueAndNull_ofEveryType_areStoredAsTheyAre(
      String database, String column, ArrowType type, Object value, String literal)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table typed(v " + column + ")");
      try (PreparedStatement insert =
          client.sql().prepare("insert into typed values (?)", client.options())) {
        insert.setParameters(
            Columns.root(Columns.of(client.allocator(), "1", type, Arrays.asList(value, null))));
        assertThat(insert.executeUpdate(client.options())).isEqualTo(2);
        insert.close(client.options());
      }
      assertThat(client.query("select count(*) from typed where v = " + literal))
          .isEqualTo(List.of(List.of(1L)));
      assertThat(client.query("select count(*) from typed where v is null"))
          .isEqualTo(List.of(List.of(1L)));
      client.update("drop table typed");
    }
  }

  @ParameterizedTest
  @MethodSource("values")
  void aValue_boundToALonePlaceholder_comesBack(
      String database, String column, ArrowType type, Object value, String literal)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database);
        PreparedStatement select =
            client
                .sql()
                .prepare("select cast(? as " + column + ") = " + literal, client.options())) {
      select.setParameters(Columns.root(Columns.of(client.allocator(), "1", type, List.of(value))));
      assertThat(client.rows(select.execute(client.options()))).hasSize(1);
      select.close(client.options());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aColumnOfTypeNull_bindsNulls(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table nulls(a bigint, b varchar)");
      try (PreparedStatement insert =
          client.sql().prepare("insert into nulls values (?, ?)", client.options())) {
        insert.setParameters(
            Columns.root(new NullVector("1", 2), Columns.utf8(client.allocator(), "2", null, "b")));
        assertThat(insert.executeUpdate(client.options())).isEqualTo(2);
        insert.close(client.options());
      }
      assertThat(client.query("select a, b from nulls order by b nulls first").toString())
          .isEqualTo("[[null, null], [null, b]]");
      client.update("drop table nulls");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aDictionaryEncodedColumn_bindsItsValues(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database);
        FieldVector values = Columns.utf8(client.allocator(), "values", "red", "blue");
        FieldVector plain = Columns.utf8(client.allocator(), "1", "blue", null, "red")) {
      Dictionary dictionary = new Dictionary(values, new DictionaryEncoding(7, false, null));
      ByteString select = Prepared.handle(client, "select ? as v");
      try (VectorSchemaRoot root =
          Columns.root((FieldVector) DictionaryEncoder.encode(plain, dictionary))) {
        new Upload(
                Prepared.queryOf(select),
                root,
                new DictionaryProvider.MapDictionaryProvider(dictionary))
            .send(client, 2);
      }
      assertThat(client.rows(Prepared.execute(client, select)).toString())
          .isEqualTo("[[blue], [null], [red], [blue], [null], [red]]");
    }
  }
}
