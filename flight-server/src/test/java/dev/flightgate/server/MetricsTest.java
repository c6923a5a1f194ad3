package dev.flightgate.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.flight.SqlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a gateway tells of itself in numbers, while clients do what is counted. */
class MetricsTest {

  private RunningGateway gateway;
  private SqlClient client;

  @BeforeEach
  void start() {
    gateway = RunningGateway.builder().set("http.port", 0).start();
    client = SqlClient.login(gateway, "alice");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    gateway.close();
  }

  private HttpPage scrape() throws IOException {
    HttpPage page = HttpPage.get(gateway.httpUri() + "/metrics");
    assertThat(page.status()).isEqualTo(200);
    return page;
  }

  private static String statements(String activity, String outcome, String error) {
    return "flightgate_statements_total{activity=\""
        + activity
        + "\",database=\"main\",error=\""
        + error
        + "\",outcome=\""
        + outcome
        + "\"}";
  }

  private static String of(String metric, String activity) {
    return metric + "{activity=\"" + activity + "\",database=\"main\"}";
  }

  @Test
  void statements_areCountedByWhatCameOfThem() throws Exception {
    client.update("CREATE TABLE t AS SELECT i FROM range(1000) r(i)");
    assertThat(client.query("SELECT i FROM t")).hasSize(1000);
    assertThat(client.query("SELECT i FROM t")).hasSize(1000);
    SqlClient.failure(FlightStatusCode.NOT_FOUND, () -> client.query("SELECT * FROM missing"));
    FlightInfo info = client.sql().execute("SELECT * FROM range(100000000)", client.options());
    try (FlightStream abandoned =
        client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
      assertThat(abandoned.next()).isTrue();
      abandoned.cancel("enough", null);
    }

    Awaitility.await()
        .untilAsserted(
            () -> assertThat(scrape().metric(statements("read", "abandoned", ""))).isEqualTo(1));
    HttpPage page = scrape();
    assertThat(page.metric(statements("read", "completed", ""))).isEqualTo(2);
    assertThat(page.metric(statements("run", "completed", ""))).isEqualTo(1);
    assertThat(page.metric(statements("run", "failed", "not_found"))).isEqualTo(1);
    assertThat(page.metric(of("flightgate_rows_total", "read"))).isGreaterThanOrEqualTo(2000);
    assertThat(page.metric(of("flightgate_batch_bytes_total", "read"))).isGreaterThan(16_000);
    assertThat(page.metric(of("flightgate_statement_duration_seconds_count", "read"))).isEqualTo(3);
    assertThat(page.metric(of("flightgate_statement_first_batch_seconds_count", "read")))
        .isEqualTo(3);
    assertThat(page.metric(of("flightgate_statement_waited_seconds_count", "read"))).isEqualTo(3);
  }

  @Test
  void whatThereIsNow_isMeasured() throws Exception {
    Transaction transaction = client.sql().beginTransaction(client.options());
    FlightInfo info = client.sql().execute("SELECT * FROM range(100000000)", client.options());
    try (FlightStream stream =
        client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.options())) {
      assertThat(stream.next()).isTrue();
      HttpPage page = scrape();
      assertThat(page.metric("flightgate_ready")).isEqualTo(1);
      assertThat(page.metric("flightgate_sessions")).isEqualTo(1);
      assertThat(page.metric("flightgate_transactions")).isEqualTo(1);
      assertThat(page.metric("flightgate_calls_active")).isEqualTo(1);
      assertThat(page.metric("flightgate_statements_running")).isEqualTo(1);
      assertThat(page.metric("flightgate_queue_length{queue=\"statements\"}")).isZero();
      assertThat(page.metric("flightgate_batches_bytes")).isPositive();
      assertThat(page.metric("flightgate_batches_bytes_max")).isGreaterThan(1 << 20);
      assertThat(page.metric("flightgate_engine_bytes{database=\"main\",kind=\"memory\"}"))
          .isNotNegative();
      assertThat(page.metric("flightgate_database_state{database=\"lite\",state=\"up\"}"))
          .isEqualTo(1);
      assertThat(page.body()).contains("jvm_memory_used_bytes{", "flightgate_build_info{");
    }
    client.sql().rollback(transaction, client.options());
    assertThat(scrape().metric("flightgate_transactions")).isZero();
  }

  @Test
  void logins_thatFail_areCounted() throws Exception {
    try (SqlClient stranger = SqlClient.withoutLogin(gateway)) {
      SqlClient.failure(
          FlightStatusCode.UNAUTHENTICATED,
          () -> stranger.flight().authenticateBasicToken("alice", "wrong"));
      SqlClient.failure(FlightStatusCode.UNAUTHENTICATED, () -> stranger.query("SELECT 1"));
    }
    assertThat(scrape().metric("flightgate_login_failures_total")).isEqualTo(2);
  }

  @Test
  void guide_namesEveryMetricAndNoOther() throws Exception {
    assertThat(client.query("SELECT 1")).isEqualTo(List.of(List.of(1)));
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> scrape().body().contains("flightgate_statements_total"));
    Set<String> told =
        scrape()
            .body()
            .lines()
            .filter(line -> line.startsWith("# TYPE flightgate_"))
            .map(line -> line.split(" ", -1)[2])
            .filter(name -> !name.endsWith("_max") || name.equals("flightgate_batches_bytes_max"))
            .collect(Collectors.toCollection(TreeSet::new));
    Matcher names =
        Pattern.compile("\\| `(flightgate_[a-z_]+)")
            .matcher(Files.readString(Path.of("..", "docs", "guide", "operation.md")));
    Set<String> written = new TreeSet<>();
    while (names.find()) {
      written.add(names.group(1));
    }
    assertThat(told).isEqualTo(written);
  }
}
