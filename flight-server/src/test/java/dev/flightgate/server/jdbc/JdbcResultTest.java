package dev.flightgate.server.jdbc;

import static dev.flightgate.server.jdbc.JdbcFixture.print;
import static dev.flightgate.server.jdbc.JdbcFixture.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.flightgate.server.backend.BatchRows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link ResultSet}: sizes, ends before the end, and what each type arrives as. */
@Timeout(60)
class JdbcResultTest {

  private static final String NUMBERS =
      "with recursive r(i) as (select 1 union all select i + 1 from r where i < %s) ";
  private static final String ENDLESS = "9000000000000000000";

  private static JdbcFixture gateway;

  @BeforeAll
  static void start() {
    gateway = new JdbcFixture();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static String numbers(String database, String upTo) {
    return database.equals("main")
        ? "select i from range(1, " + upTo + " + 1) r(i)"
        : NUMBERS.formatted(upTo) + "select i from r";
  }

  private static String endlessWork(String database) {
    return database.equals("main")
        ? "select count(*) from range(100000000) a, range(100000000) b where a.range + b.range = 7"
        : NUMBERS.formatted(ENDLESS) + "select count(*) from r";
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void next_anEmptyResult_isFalse(String database) throws Exception {
    try (Connection connection = gateway.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select 1 as a, 'x' as b where 1 = 0")) {
      assertThat(rows.findColumn("b")).isEqualTo(2);
      assertThat(rows.getMetaData().getColumnType(1))
          .isEqualTo(database.equals("main") ? Types.INTEGER : Types.VARCHAR);
      assertThat(rows.next()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void next_manyBatches_areAllThere(String database) throws Exception {
    long many = Math.min(1_000_000L, BatchRows.max() * 10_000L);
    try (Connection connection = gateway.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(numbers(database, Long.toString(many)))) {
      long sum = 0;
      while (rows.next()) {
        sum += rows.getLong(1);
      }
      assertThat(sum).isEqualTo(many * (many + 1) / 2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void close_beforeTheEnd_leavesTheConnectionUsable(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      for (int i = 0; i < 3; i++) {
        try (Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery(numbers(database, "100000000"))) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getLong(1)).isEqualTo(1);
        }
      }
      assertThat(query(connection, "select 1")).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void cancel_whileTheEngineWorks_endsTheCall(String database) throws Exception {
    try (Connection connection = gateway.connect(database);
        Statement statement = connection.createStatement()) {
      CompletableFuture<String> answer =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return print(statement.executeQuery(endlessWork(database)));
                } catch (SQLException e) {
                  return "failed: " + e.getMessage();
                }
              });
      assertThatThrownBy(() -> answer.get(500, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      statement.cancel();
      await().atMost(Duration.ofSeconds(10)).until(answer::isDone);
      assertThat(answer.get()).startsWith("failed: ").containsIgnoringCase("cancel");
      assertThat(query(connection, "select 1")).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void cancel_whileRowsAreRead_endsThem(String database) throws Exception {
    try (Connection connection = gateway.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(numbers(database, ENDLESS))) {
      assertThat(rows.next()).isTrue();
      statement.cancel();
      assertThatThrownBy(() -> print(rows)).hasMessageContaining("Statement canceled");
      assertThat(query(connection, "select 1")).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void setQueryTimeout_whileTheEngineWorks_endsTheCall(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      // Closed before the connection is used again: a statement that timed out goes on in the
      // driver, on the one thread that a connection has, until it is closed.
      try (Statement statement = connection.createStatement()) {
        statement.setQueryTimeout(1);
        assertThatThrownBy(() -> statement.executeQuery(endlessWork(database)))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("Query timed out after 1 SECONDS");
      }
      assertThat(query(connection, "select 1")).isEqualTo("1");
    }
  }

  // Driver 18.3.0 tells its own names of types, and NO NULLS of every column.
  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void metaData_columns_haveNameTypePrecisionAndScale(String database) throws Exception {
    try (Connection connection = gateway.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("create table described(\"a b\" bigint, n decimal(18,3), s varchar)");
      statement.execute("insert into described values (1, 1.5, 'x')");
      try (ResultSet rows = statement.executeQuery("select \"a b\", n, s as t from described")) {
        ResultSetMetaData columns = rows.getMetaData();
        assertThat(columns.getColumnCount()).isEqualTo(3);
        assertThat(columns.getColumnLabel(1)).isEqualTo("a b");
        assertThat(columns.getColumnTypeName(1)).isEqualTo("BIGINT");
        assertThat(columns.getColumnType(2)).isEqualTo(Types.DECIMAL);
        assertThat(columns.getPrecision(2)).isEqualTo(18);
        assertThat(columns.getScale(2)).isEqualTo(3);
        assertThat(columns.getColumnName(3)).isEqualTo("t");
        assertThat(columns.getColumnTypeName(3)).isEqualTo("VARCHAR");
      }
      statement.execute("drop table described");
    }
  }

  // The driver's unsigned numbers are right in getString only, and it has no getObject for
  // TIMESTAMP WITH TIME ZONE.
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          main ~ true                                ~ BOOLEAN     ~ true
          main ~ (-128)::tinyint                     ~ TINYINT     ~ -128
          main ~ (-32768)::smallint                  ~ SMALLINT    ~ -32768
          main ~ 2147483647                          ~ INTEGER     ~ 2147483647
          main ~ 9223372036854775807                 ~ BIGINT      ~ 9223372036854775807
          main ~ 170141183460469231731::hugeint      ~ DECIMAL     ~ 170141183460469231731
          main ~ 18446744073709551615::ubigint       ~ BIGINT      ~ 18446744073709551615
          main ~ 1.5::float                          ~ FLOAT       ~ 1.5
          main ~ 1.5::double                         ~ DOUBLE      ~ 1.5
          main ~ 123.4560000000::decimal(38,10)      ~ DECIMAL     ~ 123.4560000000
          main ~ 'ü'                                 ~ VARCHAR     ~ ü
          main ~ date '2024-02-29'                   ~ DATE        ~ 2024-02-29
          main ~ time '12:34:56.789'                 ~ TIME        ~ 12:34:56.789
          main ~ timestamp '2024-02-29 12:34:56.789012' ~ TIMESTAMP ~ 2024-02-29 12:34:56.789012
          main ~ timestamp_ns '2024-02-29 12:34:56.789012345' ~ TIMESTAMP ~ 2024-02-29 12:34:56.789012345
          main ~ interval '1 month 2 days 3 seconds' ~ JAVA_OBJECT ~ P1M2DT3S
          main ~ 'a'::enum('a', 'b')                 ~ VARCHAR     ~ a
          main ~ '101'::bit                          ~ VARCHAR     ~ 101
          main ~ [1, 2, null]                        ~ ARRAY       ~ [1,2,null]
          main ~ {'a': 1, 'b': 'x'}                  ~ JAVA_OBJECT ~ {"a":1,"b":"x"}
          main ~ map {'k': 1}                        ~ JAVA_OBJECT ~ {"k":1}
          main ~ uuid '123e4567-e89b-12d3-a456-426614174000' ~ VARCHAR ~ 123e4567-e89b-12d3-a456-426614174000
          lite ~ 9223372036854775807                 ~ BIGINT      ~ 9223372036854775807
          lite ~ 1.5                                 ~ DOUBLE      ~ 1.5
          lite ~ 'ü'                                 ~ VARCHAR     ~ ü
          lite ~ date('2024-02-29')                  ~ VARCHAR     ~ 2024-02-29
          """)
  void getString_eachType_isItsText(String database, String expression, String type, String text)
      throws Exception {
    try (Connection connection = gateway.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select " + expression + " as c")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getMetaData().getColumnTypeName(1)).isEqualTo(type);
      assertThat(rows.getString("c")).isEqualTo(text);
      assertThat(rows.wasNull()).isFalse();
    }
  }
}
