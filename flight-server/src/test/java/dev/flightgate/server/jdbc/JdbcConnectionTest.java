package dev.flightgate.server.jdbc;

import static dev.flightgate.server.jdbc.JdbcFixture.query;
import static dev.flightgate.server.jdbc.JdbcFixture.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flightgate.server.RunningGateway;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logging in, choosing a database, and what belongs to one connection. */
class JdbcConnectionTest {

  private static JdbcFixture gateway;

  @BeforeAll
  static void start() {
    gateway = new JdbcFixture();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void connect_userAndPassword_isThatUser(String database) throws Exception {
    try (Connection connection = gateway.connect(database)) {
      assertThat(connection.getMetaData().getUserName()).isEqualTo("alice");
      assertThat(connection.isValid(5)).isTrue();
      assertThat(query(connection, "select 1")).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void connect_token_needsNoPassword(String database) throws Exception {
    Properties properties = new Properties();
    properties.put("token", RunningGateway.TOKEN);
    try (Connection connection = DriverManager.getConnection(gateway.url(database), properties)) {
      assertThat(query(connection, "select 1")).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void connect_wrongCredentials_isRefused(String database) {
    assertThatThrownBy(
            () -> DriverManager.getConnection(gateway.url(database), "alice", "a wrong one"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("UNAUTHENTICATED: wrong user or password");
  }

  @Test
  void database_unknown_isSaidWithTheOnesThereAre() throws Exception {
    try (Connection connection = gateway.connect("elsewhere")) {
      assertThatThrownBy(() -> query(connection, "select 1"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("there is no database 'elsewhere'")
          .hasMessageContaining("main, lite");
    }
  }

  @Test
  void database_eachOfThem_isAnEngineOfItsOwn() throws Exception {
    try (Connection duck = gateway.connect("main");
        Connection lite = gateway.connect("lite")) {
      assertThat(duck.getMetaData().getDatabaseProductVersion()).startsWith("duckdb v");
      assertThat(lite.getMetaData().getDatabaseProductVersion()).startsWith("sqlite v");
      update(duck, "create table only_in_main(a int)");
      assertThatThrownBy(() -> query(lite, "select * from only_in_main"))
          .hasMessageContaining("no such table");
      update(duck, "drop table only_in_main");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main=memory", "lite=main"})
  void catalog_ofTheDatabase_isTaken(String databaseAndCatalog) throws Exception {
    String[] names = databaseAndCatalog.split("=", 2);
    Connection connection = gateway.connect(names[0], "&catalog=" + names[1]);
    assertThat(query(connection, "select 1")).isEqualTo("1");
    // Driver 18.3.0: it closes its channel first, and then the session that a catalog made.
    assertThatThrownBy(connection::close).hasMessageContaining("Channel shutdown invoked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void catalog_unknown_isRefused(String database) {
    assertThatThrownBy(() -> gateway.connect(database, "&catalog=nowhere"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("catalog");
  }

  @Test
  void schema_ofTheDatabase_isWhereNamesAreLookedUp() throws Exception {
    try (Connection connection = gateway.connect("main")) {
      update(connection, "create schema apart");
      update(connection, "create table apart.here as select 42 as a");
      try (Connection inSchema = gateway.connect("main", "&schema=apart")) {
        assertThat(query(inSchema, "select a from here")).isEqualTo("42");
      }
      update(connection, "drop schema apart cascade");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void schema_unknown_isSaid(String database) throws Exception {
    try (Connection connection = gateway.connect(database, "&schema=nowhere")) {
      assertThatThrownBy(() -> query(connection, "select 1"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("nowhere");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void temporaryTables_ofOneConnection_areNotTheOthers(String database) throws Exception {
    try (Connection one = gateway.connect(database);
        Connection other = gateway.connect(database)) {
      update(one, "create temporary table mine(a int)");
      assertThat(update(one, "insert into mine values (1), (2)")).isEqualTo(2);
      assertThat(query(one, "select count(*) from mine")).isEqualTo("2");
      assertThatThrownBy(() -> query(other, "select * from mine")).hasMessageContaining("mine");
    }
  }

  @Test
  void set_inOneConnection_isNotTheOthers() throws Exception {
    try (Connection one = gateway.connect("main");
        Connection other = gateway.connect("main")) {
      update(one, "set timezone = 'Asia/Tokyo'");
      assertThat(query(one, "select current_setting('timezone')")).isEqualTo("Asia/Tokyo");
      assertThat(query(other, "select current_setting('timezone')")).isNotEqualTo("Asia/Tokyo");
    }
  }
}
