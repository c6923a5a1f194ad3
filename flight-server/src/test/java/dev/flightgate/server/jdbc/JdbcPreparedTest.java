package dev.flightgate.server.jdbc;

import static dev.flightgate.server.jdbc.JdbcFixture.print;
import static dev.flightgate.server.jdbc.JdbcFixture.query;
import static dev.flightgate.server.jdbc.JdbcFixture.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link PreparedStatement}: every setter that the driver can send, re-execution and batches. */
class JdbcPreparedTest {

  private static final String COLUMNS =
      "i integer, l bigint, s varchar, d double, f real, b boolean, n decimal(18,3), dt date,"
          + " ts timestamp, tm time, bin blob";
  private static final String INSERT = "insert into p values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  private static final Timestamp NOON = Timestamp.valueOf("2024-02-29 12:34:56.789");

  private static JdbcFixture gateway;

  @BeforeAll
  static void start() {
    gateway = new JdbcFixture();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @AfterEach
  void dropTable() throws SQLException {
    for (String database : List.of("main", "lite")) {
      try (Connection connection = gateway.connect(database)) {
        update(connection, "drop table if exists p");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void set_everyType_comesBackAsItWent(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      update(connection, "create table p(" + COLUMNS + ")");
      try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
        insert.setInt(1, -7);
        insert.setLong(2, Long.MAX_VALUE);
        insert.setString(3, "ü'\"\n");
        insert.setDouble(4, 1.5e-300);
        insert.setFloat(5, 2.5f);
        insert.setBoolean(6, true);
        insert.setBigDecimal(7, new BigDecimal("-12.345"));
        insert.setDate(8, Date.valueOf("2024-02-29"));
        insert.setTimestamp(9, NOON);
        insert.setTime(10, Time.valueOf("01:02:03"));
        insert.setBytes(11, new byte[] {0, 1, -1});
        assertThat(insert.executeUpdate()).isEqualTo(1);
      }
      assertThat(query(connection, "select * from p"))
          .isEqualTo(
              "-7|9223372036854775807|ü'\"\n|1.5E-300|2.5|true|-12.345|2024-02-29"
                  + "|2024-02-29 12:34:56.789|01:02:03|0001ff");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void setNull_everyType_isNull(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      update(connection, "create table p(" + COLUMNS + ")");
      try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
        for (int i = 1; i <= 11; i++) {
          insert.setNull(i, Types.NULL);
        }
        assertThat(insert.executeUpdate()).isEqualTo(1);
      }
      assertThat(query(connection, "select * from p"))
          .isEqualTo("null|null|null|null|null|null|null|null|null|null|null");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void where_everyType_findsTheRow(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      update(connection, "create table p(" + COLUMNS + ")");
      update(
          connection,
          "insert into p values (7, 8, 'x', 1.5, 2.5, true, 12.345, '2024-02-29',"
              + " '2024-02-29 12:34:56.789', '01:02:03', "
              + (database.equals("main") ? "'\\x01'" : "x'01'")
              + ")");
      assertThat(count(connection, "i = ?", 7)).isEqualTo("1");
      assertThat(count(connection, "? < l", 7L)).isEqualTo("1");
      assertThat(count(connection, "s in ('y', ?)", "x")).isEqualTo("1");
      assertThat(count(connection, "d between ? and 2", 1.5)).isEqualTo("1");
      assertThat(count(connection, "f = ?", 2.5f)).isEqualTo("1");
      assertThat(count(connection, "b = ?", true)).isEqualTo("1");
      assertThat(count(connection, "n = ?", new BigDecimal("12.345"))).isEqualTo("1");
      assertThat(count(connection, "dt = ?", Date.valueOf("2024-02-29"))).isEqualTo("1");
      assertThat(count(connection, "ts = ?", NOON)).isEqualTo("1");
      assertThat(count(connection, "tm = ?", Time.valueOf("01:02:03"))).isEqualTo("1");
      assertThat(count(connection, "bin = ?", new byte[] {1})).isEqualTo("1");
      assertThat(count(connection, "i = ?", 8)).isEqualTo("0");
    }
  }

  private static String count(Connection connection, String condition, Object value)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("select count(*) from p where " + condition)) {
      select.setObject(1, value);
      return print(select.executeQuery());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void execute_again_takesTheNewValues(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      update(connection, "create table p(i integer, s varchar)");
      update(connection, "insert into p values (1, 'a'), (2, 'b'), (3, 'c')");
      try (PreparedStatement select =
          connection.prepareStatement("select s from p where i > ? order by i limit ?")) {
        assertThat(select.getMetaData().getColumnName(1)).isEqualTo("s");
        select.setInt(2, 2);
        List<String> answers = new ArrayList<>();
        for (int i = 0; i <= 3; i++) {
          select.setInt(1, i);
          answers.add(print(select.executeQuery()));
        }
        assertThat(answers).containsExactly("a\nb", "b\nc", "c", "");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void executeUpdate_again_changesOnceEach(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      update(connection, "create table p(i integer, n integer)");
      update(connection, "insert into p values (1, 0), (2, 0)");
      try (PreparedStatement change =
          connection.prepareStatement("update p set n = n + cast(? as integer) where i = ?")) {
        for (int i = 1; i <= 3; i++) {
          change.setInt(1, i);
          change.setInt(2, i);
          assertThat(change.executeUpdate()).isEqualTo(i <= 2 ? 1 : 0);
        }
      }
      assertThat(query(connection, "select * from p order by i")).isEqualTo("1|1\n2|2");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void setInt_operandOfArithmetic_isANumber(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      update(connection, "create table p(n bigint, d double)");
      update(connection, "insert into p values (1, 0.5)");
      String sql = "update p set n = n + ?, d = d + ?";
      try (PreparedStatement change = connection.prepareStatement(sql)) {
        change.setLong(1, 2);
        change.setDouble(2, 0.25);
        assertThat(change.executeUpdate()).isEqualTo(1);
      }
      assertThat(query(connection, "select n, d from p")).isEqualTo("3|0.75");
      try (PreparedStatement select = connection.prepareStatement("select n + ? from p")) {
        select.setInt(1, 4);
        assertThat(print(select.executeQuery())).isIn("7", "7.0");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void executeBatch_manyRows_isOneUpdateOfAllOfThem(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      update(connection, "create table p(i integer, s varchar)");
      try (PreparedStatement insert = connection.prepareStatement("insert into p values (?, ?)")) {
        for (int i = 0; i < 1000; i++) {
          insert.setInt(1, i);
          insert.setString(2, i % 2 == 0 ? "row " + i : null);
          insert.addBatch();
        }
        // The driver sends all rows in one DoPut, and so gets one count.
        assertThat(insert.executeBatch()).containsExactly(1000);
      }
      assertThat(query(connection, "select count(*), count(s), sum(i) * 1.0 from p"))
          .startsWith("1000|500|499500");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void executeBatch_oneBadRow_changesNothing(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      update(connection, "create table p(i integer primary key)");
      try (PreparedStatement insert = connection.prepareStatement("insert into p values (?)")) {
        for (int i : new int[] {1, 2, 1}) {
          insert.setInt(1, i);
          insert.addBatch();
        }
        assertThatThrownBy(insert::executeBatch)
            .isInstanceOf(SQLException.class)
            .message()
            .containsIgnoringCase("constraint");
      }
      assertThat(query(connection, "select count(*) from p")).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void parameterMetaData_columns_areTyped(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      update(connection, "create table p(" + COLUMNS + ")");
      try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
        ParameterMetaData parameters = insert.getParameterMetaData();
        assertThat(parameters.getParameterCount()).isEqualTo(11);
        assertThat(parameters.getParameterType(2)).isEqualTo(Types.BIGINT);
        assertThat(parameters.getParameterType(6)).isEqualTo(Types.BOOLEAN);
        assertThat(parameters.getParameterType(7)).isEqualTo(Types.DECIMAL);
        assertThat(parameters.getParameterType(9)).isEqualTo(Types.TIMESTAMP);
        assertThat(parameters.getParameterType(11)).isEqualTo(Types.VARBINARY);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"main,'select ?'", "lite,'select ?'", "main,select upper(?)", "lite,select upper(?)"})
  void setString_aPlaceholderWithoutType_isText(String database, String sql) throws Exception {
    try (Connection connection = gateway.connect(database);
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, "X");
      assertThat(print(select.executeQuery())).isEqualTo("X");
    }
  }
}
