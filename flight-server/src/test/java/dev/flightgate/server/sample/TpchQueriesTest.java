package dev.flightgate.server.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.trino.tpch.TpchTable;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The generated rows and the 22 queries in their two spellings, through nothing but the engines'
 * own JDBC drivers: both engines must find the same answers, and the known ones.
 */
class TpchQueriesTest {

  private static final double SCALE = 0.01;

  private static Connection duckDb;
  private static Connection sqlite;

  static IntStream queries() {
    return IntStream.rangeClosed(1, 22);
  }

  @BeforeAll
  static void load() throws SQLException {
    duckDb = DriverManager.getConnection("jdbc:duckdb:");
    sqlite = DriverManager.getConnection("jdbc:sqlite::memory:");
    sqlite.setAutoCommit(false);
    try (BufferAllocator allocator = new RootAllocator()) {
      for (TpchTable<?> table : TpchTable.getTables()) {
        execute(duckDb, TpchSample.definition(table));
        execute(sqlite, TpchSample.definition(table));
        try (TpchStream<?> rows = new TpchStream<>(allocator, table, SCALE)) {
          load(table.getTableName(), rows);
        }
      }
    }
    sqlite.commit();
  }

  @AfterAll
  static void close() throws SQLException {
    duckDb.close();
    sqlite.close();
  }

  private static void load(String table, TpchStream<?> rows) throws SQLException {
    int columns = rows.root().getFieldVectors().size();
    String places = String.join(", ", Collections.nCopies(columns, "?"));
    try (DuckDBAppender appender =
            duckDb.unwrap(DuckDBConnection.class).createAppender("main", table);
        PreparedStatement insert =
            sqlite.prepareStatement("INSERT INTO " + table + " VALUES (" + places + ")")) {
      while (rows.next()) {
        for (int row = 0; row < rows.root().getRowCount(); row++) {
          load(rows.root(), row, appender, insert);
        }
        insert.executeBatch();
      }
    }
  }

  private static void load(
      VectorSchemaRoot root, int row, DuckDBAppender appender, PreparedStatement insert)
      throws SQLException {
    appender.beginRow();
    int column = 0;
    for (FieldVector vector : root.getFieldVectors()) {
      column++;
      Object value = Objects.requireNonNull(vector.getObject(row));
      if (vector instanceof DateDayVector days) {
        LocalDate date = LocalDate.ofEpochDay(days.get(row));
        appender.append(date);
        insert.setString(column, date.toString());
      } else if (value instanceof BigDecimal amount) {
        appender.append(amount);
        insert.setDouble(column, amount.doubleValue());
      } else if (value instanceof Long number) {
        appender.append(number.longValue());
        insert.setLong(column, number);
      } else if (value instanceof Integer number) {
        appender.append(number.intValue());
        insert.setInt(column, number);
      } else {
        appender.append(value.toString());
        insert.setString(column, value.toString());
      }
    }
    appender.endRow();
    insert.addBatch();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void query_bothEngines_findTheSame(int number) throws Exception {
    String name = "q%02d.sql".formatted(number);
    String standard = Objects.requireNonNull(resource("/tpch/" + name));
    String variant = resource("/tpch/sqlite/" + name);
    List<List<@Nullable Object>> expected = rows(duckDb, standard);
    List<List<@Nullable Object>> found = rows(sqlite, variant == null ? standard : variant);
    assertThat(found).hasSameSizeAs(expected);
    for (int row = 0; row < expected.size(); row++) {
      for (int column = 0; column < expected.get(row).size(); column++) {
        assertSame(found.get(row).get(column), expected.get(row).get(column));
      }
    }
  }

  private static void assertSame(@Nullable Object found, @Nullable Object expected) {
    if (expected instanceof Number number && found instanceof Number other) {
      double value = number.doubleValue();
      assertThat(other.doubleValue())
          .isCloseTo(value, within(Math.max(1e-6, Math.abs(value) * 1e-9)));
    } else {
      assertThat(found).isEqualTo(expected);
    }
  }

  @Test
  void query_knownAnswers_areFound() throws Exception {
    assertThat(rows(duckDb, Objects.requireNonNull(resource("/tpch/q06.sql"))))
        .containsExactly(List.of(new BigDecimal("1193053.2253")));
    assertThat(rows(duckDb, Objects.requireNonNull(resource("/tpch/q01.sql"))).get(0).subList(0, 4))
        .containsExactly("A", "F", new BigDecimal("380456.00"), new BigDecimal("532348211.65"));
    assertThat(rows(duckDb, "SELECT count(*) FROM lineitem")).containsExactly(List.of(60_175L));
  }

  private static List<List<@Nullable Object>> rows(Connection connection, String sql)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<@Nullable Object> row = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
          Object value = result.getObject(column);
          row.add(value instanceof LocalDate || value instanceof Date ? value.toString() : value);
        }
        rows.add(row);
      }
      return rows;
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static @Nullable String resource(String name) throws IOException {
    try (InputStream in = TpchQueriesTest.class.getResourceAsStream(name)) {
      return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
