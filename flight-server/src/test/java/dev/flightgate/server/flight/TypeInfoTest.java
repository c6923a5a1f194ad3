package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.EngineTwin;
import dev.flightgate.server.EngineTwin.Engine;
import dev.flightgate.server.RunningGateway;
import java.nio.file.Path;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** GetXdbcTypeInfo: the engine's types, all of them, as its columns have them. */
class TypeInfoTest {

  private static final int TYPE_NAME = 0;
  private static final int DATA_TYPE = 1;
  private static final int CREATE_PARAMETERS = 5;
  private static final int SQL_DATA_TYPE = 15;
  private static final int DATETIME_SUBCODE = 16;

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static List<List<Object>> types(SqlClient client) {
    return client.rows(client.sql().getXdbcTypeInfo(client.options()));
  }

  @ParameterizedTest
  @EnumSource
  void types_ofTheEngine_areInOrderAndFilteredByNumber(Engine engine) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", engine.database())) {
      List<List<Object>> types = types(client);
      assertThat(types)
          .isSortedAccordingTo(
              Comparator.comparing((List<Object> type) -> (Integer) type.get(DATA_TYPE))
                  .thenComparing(type -> (String) type.get(TYPE_NAME)));
      for (List<Object> type : types) {
        int number = (Integer) type.get(DATA_TYPE);
        List<List<Object>> ofNumber =
            types.stream().filter(other -> other.get(DATA_TYPE).equals(number)).toList();
        assertThat(client.rows(client.sql().getXdbcTypeInfo(number, client.options())))
            .isEqualTo(ofNumber);
      }
      assertThat(client.rows(client.sql().getXdbcTypeInfo(4_711, client.options()))).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void datesAndTimes_ofTheEngine_haveTheGenericTypeAndTheirSubcode(Engine engine) throws Exception {
    Map<Integer, Integer> subcodes =
        Map.of(Types.DATE, 1, Types.TIME, 2, Types.TIMESTAMP, 3, Types.TIMESTAMP_WITH_TIMEZONE, 5);
    try (SqlClient client = SqlClient.login(gateway, "alice", engine.database())) {
      for (List<Object> type : types(client)) {
        @Nullable Integer subcode = subcodes.get((Integer) type.get(DATA_TYPE));
        assertThat(type.get(DATETIME_SUBCODE)).as("%s", type).isEqualTo(subcode);
        assertThat(type.get(SQL_DATA_TYPE)).isEqualTo(subcode == null ? type.get(DATA_TYPE) : 9);
      }
    }
  }

  /** But for NULL and TYPE, which no column is made of by its name. */
  @Test
  void types_ofDuckDb_areAllThatItLists(@TempDir Path folder) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "main");
        EngineTwin twin = new EngineTwin(Engine.DUCKDB, folder)) {
      TreeSet<String> known = new TreeSet<>();
      twin.ask("types").forEach(row -> known.add(String.valueOf(row.get(0))));
      List<String> listed = new ArrayList<>();
      types(client).forEach(type -> listed.add((String) type.get(TYPE_NAME)));
      assertThat(listed).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(known);
    }
  }

  /** Each type by its name alone, with arguments where it takes some. */
  @Test
  void types_ofSqlite_areThoseOfTheirColumns() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "lite")) {
      for (List<Object> type : types(client)) {
        String name = (String) type.get(TYPE_NAME);
        boolean decimal = name.equals("DECIMAL");
        assertThat(type.get(CREATE_PARAMETERS) != null)
            .as(name)
            .isEqualTo(decimal || name.equals("VARCHAR") || name.startsWith("TIME"));
        client.update("create table typed(x " + name + (decimal ? "(38,2)" : "") + ")");
        String arrow =
            client
                .sql()
                .execute("select x from typed", client.options())
                .getSchemaOptional()
                .orElseThrow()
                .findField("x")
                .getType()
                .getTypeID()
                .name();
        client.update("drop table typed");
        assertThat(arrow).as(name).isEqualTo(arrowName((Integer) type.get(DATA_TYPE)));
      }
    }
  }

  private static String arrowName(int jdbcType) {
    return switch (jdbcType) {
      case Types.BIGINT, Types.INTEGER -> "Int";
      case Types.BLOB, Types.VARBINARY -> "Binary";
      case Types.BOOLEAN -> "Bool";
      case Types.DATE -> "Date";
      case Types.DECIMAL -> "Decimal";
      case Types.DOUBLE, Types.REAL -> "FloatingPoint";
      case Types.TIME -> "Time";
      case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> "Timestamp";
      case Types.VARCHAR -> "Utf8";
      default -> "none";
    };
  }
}
