package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The 22 queries of TPC-H at scale 0.01: what a client gets through the gateway is what the engine
 * answers in process, from the same file.
 */
class TpchTest {

  private static final int QUERIES = 22;

  /** The engines' sums of doubles may add in another order from run to run. */
  private static final MathContext DIGITS = new MathContext(10);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"duckdb,jdbc:duckdb:", "sqlite,jdbc:sqlite:"})
  void everyQuery_throughTheGateway_equalsTheEngineInProcess(String engine, String jdbc)
      throws Exception {
    Path file = folder.resolve("tpch." + engine);
    TreeMap<Integer, List<List<Object>>> throughGateway = new TreeMap<>();
    try (RunningGateway gateway =
            RunningGateway.builder().database("tpch", engine, file.toString()).sample().start();
        SqlClient client = SqlClient.login(gateway, "alice")) {
      for (int number = 1; number <= QUERIES; number++) {
        throughGateway.put(number, query(client, text(engine, number)));
      }
    }
    TreeMap<Integer, List<List<Object>>> inProcess = new TreeMap<>();
    try (Connection connection = DriverManager.getConnection(jdbc + file);
        Statement statement = connection.createStatement()) {
      for (int number = 1; number <= QUERIES; number++) {
        try (ResultSet result = statement.executeQuery(text(engine, number))) {
          inProcess.put(number, rows(result));
        }
      }
    }
    throughGateway.forEach(
        (number, rows) ->
            assertThat(rows).as("query %d on %s", number, engine).isEqualTo(inProcess.get(number)));
    assertThat(throughGateway.get(1)).hasSize(4);
    assertThat(inProcess).hasSize(QUERIES);
  }

  private static String text(String engine, int number) throws IOException {
    String name = String.format("q%02d.sql", number);
    InputStream own = TpchTest.class.getResourceAsStream("/tpch/" + engine + "/" + name);
    try (InputStream in = own != null ? own : TpchTest.class.getResourceAsStream("/tpch/" + name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .replaceAll(";\\s*$", "");
    }
  }

  private static List<List<Object>> query(SqlClient client, String query) {
    FlightInfo info = client.sql().execute(query, client.options());
    Schema schema = info.getSchemaOptional().orElseThrow();
    List<List<Object>> rows = new ArrayList<>();
    for (List<Object> row : client.rows(info)) {
      List<Object> values = new ArrayList<>();
      for (int column = 0; column < row.size(); column++) {
        boolean date = schema.getFields().get(column).getType() instanceof ArrowType.Date;
        Object value = row.get(column);
        values.add(date ? LocalDate.ofEpochDay((Integer) value).toString() : plain(value));
      }
      rows.add(values);
    }
    return rows;
  }

  private static List<List<Object>> rows(ResultSet result) throws Exception {
    List<List<Object>> rows = new ArrayList<>();
    int columns = result.getMetaData().getColumnCount();
    while (result.next()) {
      List<Object> values = new ArrayList<>();
      for (int column = 1; column <= columns; column++) {
        values.add(plain(result.getObject(column)));
      }
      rows.add(values);
    }
    return rows;
  }

  private static Object plain(Object value) {
    if (value instanceof Number) {
      return new BigDecimal(value.toString()).round(DIGITS).stripTrailingZeros().toPlainString();
    }
    if (value instanceof Date date) {
      return date.toLocalDate().toString();
    }
    return value == null ? "NULL" : value.toString();
  }
}
