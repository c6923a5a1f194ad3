package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.config.GatewayConfig.DatabaseConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GetSqlInfo, which clients fail on if a code is missing, and GetXdbcTypeInfo. */
class SqlInfoTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static Map<SqlInfo, Object> info(SqlClient client, SqlInfo... codes) {
    Map<SqlInfo, Object> values = new HashMap<>();
    for (List<Object> row : client.rows(client.sql().getSqlInfo(codes, client.options()))) {
      SqlInfo code = SqlInfo.forNumber(((Number) row.get(0)).intValue());
      assertThat(values.put(code, row.get(1))).as("%s, twice", code).isNull();
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void sqlInfo_withoutCodes_answersEveryCodeOnceAndNoOther(String database) throws Exception {
    List<Integer> expected =
        Arrays.stream(SqlInfo.values())
            .filter(code -> code != SqlInfo.UNRECOGNIZED)
            .map(SqlInfo::getNumber)
            .toList();
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      List<List<Object>> rows = client.rows(client.sql().getSqlInfo(new int[0], client.options()));
      assertThat(rows)
          .extracting(row -> ((Number) row.get(0)).intValue())
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(rows).allMatch(row -> row.get(1) != null);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void sqlInfo_withCodes_answersThoseItKnows(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      assertThat(
              client.rows(
                  client.sql().getSqlInfo(new int[] {500, 0, 31_337, 0, 8}, client.options())))
          .extracting(row -> ((Number) row.get(0)).intValue())
          .containsExactlyInAnyOrder(500, 0, 8);
      assertThat(client.rows(client.sql().getSqlInfo(new int[] {31_337}, client.options())))
          .isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"main, duckdb v, 1, false", "lite, sqlite v, 2, true"})
  void sqlInfo_values_haveTheTypesAndTruthsClientsRelyOn(
      String database, String version, int transactions, boolean savepoints) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      Map<SqlInfo, Object> info = info(client);
      assertThat(String.valueOf(info.get(SqlInfo.FLIGHT_SQL_SERVER_NAME))).isEqualTo("Flightgate");
      assertThat(String.valueOf(info.get(SqlInfo.FLIGHT_SQL_SERVER_VERSION))).startsWith(version);
      assertThat(String.valueOf(info.get(SqlInfo.FLIGHT_SQL_SERVER_ARROW_VERSION)))
          .matches("\\d+\\.\\d+\\.\\d+");
      assertThat(info)
          .containsEntry(SqlInfo.FLIGHT_SQL_SERVER_READ_ONLY, false)
          .containsEntry(SqlInfo.FLIGHT_SQL_SERVER_SQL, true)
          .containsEntry(SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT, false)
          .containsEntry(SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION, transactions)
          .containsEntry(SqlInfo.SQL_SAVEPOINTS_SUPPORTED, savepoints)
          .containsEntry(SqlInfo.FLIGHT_SQL_SERVER_CANCEL, true)
          .containsEntry(SqlInfo.FLIGHT_SQL_SERVER_BULK_INGESTION, true)
          .containsEntry(SqlInfo.FLIGHT_SQL_SERVER_INGEST_TRANSACTIONS_SUPPORTED, true)
          .containsEntry(
              SqlInfo.SQL_DEFAULT_TRANSACTION_ISOLATION, (long) Connection.TRANSACTION_SERIALIZABLE)
          .containsEntry(SqlInfo.SQL_TRANSACTIONS_SUPPORTED, true);
      assertThat(info.get(SqlInfo.SQL_KEYWORDS)).isInstanceOf(List.class);
      assertThat(info.get(SqlInfo.SQL_MAX_CONNECTIONS)).isEqualTo(0L);
    }
    try (SqlClient reader = SqlClient.login(gateway, "reader", database)) {
      assertThat(info(reader, SqlInfo.FLIGHT_SQL_SERVER_READ_ONLY))
          .containsEntry(SqlInfo.FLIGHT_SQL_SERVER_READ_ONLY, true)
          .hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"main, 3", "lite, 1"})
  void sqlInfo_ofWhereNullsSort_isWhatTheEngineDoes(String database, int ordering)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      assertThat(info(client, SqlInfo.SQL_NULL_ORDERING))
          .containsEntry(SqlInfo.SQL_NULL_ORDERING, ordering);
      for (String direction : List.of("asc", "desc")) {
        List<List<Object>> rows =
            client.query(
                "select * from (select cast(null as int) a union all select 1) order by a "
                    + direction);
        boolean nullLast = ordering == 3 || direction.equals("desc");
        assertThat(rows.get(nullLast ? 1 : 0).get(0)).as(direction).isNull();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void sqlInfo_ofTimeouts_isMillisecondsOfTheSettings(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      assertThat(info(client))
          .containsEntry(SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION_TIMEOUT, 5 * 60_000)
          .containsEntry(SqlInfo.FLIGHT_SQL_SERVER_STATEMENT_TIMEOUT, 30 * 60_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "sqlite"})
  void sqlInfo_ofADatabaseServedReadOnly_saysSoToEverybody(String engine, @TempDir Path folder)
      throws Exception {
    String file = folder.resolve("file").toString();
    try (RunningGateway writable = RunningGateway.builder().database("some", engine, file).start();
        SqlClient client = SqlClient.login(writable, "alice")) {
      client.update("create table t(a int)");
      assertThat(info(client)).containsEntry(SqlInfo.FLIGHT_SQL_SERVER_READ_ONLY, false);
    }
    DatabaseConfig served =
        new DatabaseConfig("some", engine, file, true, List.of(), null, Map.of());
    try (RunningGateway readOnly = RunningGateway.builder().database(served).start();
        SqlClient client = SqlClient.login(readOnly, "alice")) {
      assertThat(info(client)).containsEntry(SqlInfo.FLIGHT_SQL_SERVER_READ_ONLY, true);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void typeInfo_ofOneDataType_isTheRowsOfThatType(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      List<List<Object>> all = client.rows(client.sql().getXdbcTypeInfo(client.options()));
      assertThat(all).extracting(row -> row.get(0)).doesNotHaveDuplicates();
      for (Object type : all.stream().map(row -> row.get(1)).distinct().toList()) {
        assertThat(client.rows(client.sql().getXdbcTypeInfo((Integer) type, client.options())))
            .isEqualTo(all.stream().filter(row -> type.equals(row.get(1))).toList());
      }
      assertThat(client.rows(client.sql().getXdbcTypeInfo(31_337, client.options()))).isEmpty();
    }
  }
}
