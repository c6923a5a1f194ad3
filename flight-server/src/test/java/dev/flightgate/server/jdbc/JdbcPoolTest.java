package dev.flightgate.server.jdbc;

import static dev.flightgate.server.jdbc.JdbcFixture.query;
import static dev.flightgate.server.jdbc.JdbcFixture.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.config.GatewayConfig.FlightConfig;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HikariCP over the JDBC driver, set up as the guide says. */
class JdbcPoolTest {

  private static final int THREADS = 32;
  private static final int ROUNDS = 2;
  private static final int BATCH = 4;

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.builder().set("sessions.idle-timeout", "2s").start();
  }

  @AfterAll
  static void stop() {
    System.clearProperty("com.zaxxer.hikari.aliveBypassWindowMs");
    gateway.close();
  }

  private static HikariDataSource pool(RunningGateway gateway, String database, int size) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(gateway.jdbcUrl() + "&database=" + database);
    config.setUsername("alice");
    config.setPassword(RunningGateway.password("alice"));
    // region guide
    System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "-1"); // or only after 0.5 s
    config.setConnectionTestQuery("ROLLBACK");
    // endregion
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(30_000);
    return new HikariDataSource(config);
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void pool_ofEight_servesThirtyTwoThreadsAndLeavesNothing(String database) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (HikariDataSource pool = pool(gateway, database, 8)) {
      try (Connection connection = pool.getConnection()) {
        assertThat(connection.getAutoCommit()).isTrue();
        update(connection, "create table pooled(thread int, round int)");
      }
      List<Future<Integer>> work = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        work.add(threads.submit(() -> borrowAgainAndAgain(pool, thread)));
      }
      pool.getHikariPoolMXBean().softEvictConnections();
      for (Future<Integer> one : work) {
        assertThat(one.get(60, TimeUnit.SECONDS)).isEqualTo(ROUNDS * (BATCH + 1));
      }
      assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isLessThanOrEqualTo(8);
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
      try (Connection connection = pool.getConnection()) {
        assertThat(query(connection, "select count(*), count(distinct thread) from pooled"))
            .isEqualTo(THREADS * ROUNDS * (BATCH + 1) + "|" + THREADS);
        update(connection, "drop table pooled");
      }
    } finally {
      threads.shutdownNow();
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> gateway.sessions() == 0);
    await().atMost(Duration.ofSeconds(10)).until(() -> gateway.allocatedBytes() == 0);
  }

  /** Answers the rows inserted. */
  private static int borrowAgainAndAgain(HikariDataSource pool, int thread) throws Exception {
    int inserted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      try (Connection connection = pool.getConnection()) {
        assertThat(connection.isValid(5)).isTrue();
        inserted += update(connection, "insert into pooled values (" + thread + ", " + round + ")");
        try (PreparedStatement batch =
            connection.prepareStatement("insert into pooled values (?, ?)")) {
          for (int i = 0; i < BATCH; i++) {
            batch.setInt(1, thread);
            batch.setInt(2, round);
            batch.addBatch();
          }
          batch.executeBatch();
          inserted += BATCH;
        }
        // The pool closes the statement, its result half read, when the connection comes back.
        ResultSet rows =
            connection.createStatement().executeQuery("select a.round from pooled a, pooled b");
        assertThat(rows.next()).isTrue();
      }
    }
    return inserted;
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aTransaction_leftOpenByABorrower_isRolledBackBeforeTheNext(String database)
      throws Exception {
    try (HikariDataSource pool = pool(gateway, database, 1)) {
      try (Connection connection = pool.getConnection()) {
        update(connection, "create table left_open(a int)");
        update(connection, "begin");
        update(connection, "insert into left_open values (1)");
      }
      try (Connection connection = pool.getConnection()) {
        assertThat(query(connection, "select count(*) from left_open")).isEqualTo("0");
        update(connection, "begin");
        update(connection, "insert into left_open values (2)");
        update(connection, "commit");
      }
      try (Connection connection = pool.getConnection()) {
        assertThat(query(connection, "select a from left_open")).isEqualTo("2");
        update(connection, "drop table left_open");
      }
      assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isOne();
    }
  }

  @Test
  void aPool_recoversWhenTheGatewayIsRestarted() throws Exception {
    RunningGateway first = RunningGateway.start();
    try (first;
        HikariDataSource pool = pool(first, "main", 2)) {
      try (Connection one = pool.getConnection();
          Connection other = pool.getConnection()) {
        assertThat(query(one, "select 1") + query(other, "select 2")).isEqualTo("12");
      }
      first.close();
      try (RunningGateway second =
          RunningGateway.builder().flight(f -> withPort(f, first.port())).start()) {
        for (int i = 0; i < 4; i++) {
          try (Connection connection = pool.getConnection()) {
            assertThat(query(connection, "select 3")).isEqualTo("3");
          }
        }
        assertThat(second.sessions()).isPositive();
      }
    }
  }

  private static FlightConfig withPort(FlightConfig f, int port) {
    return new FlightConfig(
        f.host(),
        port,
        f.tls(),
        f.insecure(),
        f.messageBytesMax(),
        f.headerBytesMax(),
        f.batchBytes(),
        f.batchRowsMax(),
        f.reflection(),
        f.connections());
  }
}
