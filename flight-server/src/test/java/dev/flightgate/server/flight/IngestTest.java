package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.Ingest.APPEND;
import static dev.flightgate.server.flight.Ingest.CREATE;
import static dev.flightgate.server.flight.Ingest.CREATE_APPEND;
import static dev.flightgate.server.flight.Ingest.REPLACE;
import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flightgate.server.RunningGateway;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CommandStatementIngest: where the rows go, and what is left when they cannot. */
class IngestTest {

  private static final Map<String, TableDefinitionOptions> MODES =
      Map.of(
          "create", CREATE, "append", APPEND, "replace", REPLACE, "create_append", CREATE_APPEND);

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static TableDefinitionOptions mode(String name) {
    TableDefinitionOptions mode = MODES.get(name);
    if (mode == null) {
      throw new IllegalArgumentException(name);
    }
    return mode;
  }

  private static String rows(SqlClient client, String table) {
    return client.query("select a, b from " + table + " order by a").toString();
  }

  private static long ingestPair(SqlClient client, Ingest ingest) {
    try (VectorSchemaRoot rows =
        Columns.root(
            Columns.int64(client.allocator(), "a", 2L, 3L),
            Columns.utf8(client.allocator(), "b", "two", null))) {
      return ingest.run(client, rows);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "main | create        | ALREADY_EXISTS | [[1, one]]",
        "lite | create        | ALREADY_EXISTS | [[1, one]]",
        "main | append        |                | [[1, one], [2, two], [3, null]]",
        "lite | append        |                | [[1, one], [2, two], [3, null]]",
        "main | replace       |                | [[2, two], [3, null]]",
        "lite | replace       |                | [[2, two], [3, null]]",
        "main | create_append |                | [[1, one], [2, two], [3, null]]",
        "lite | create_append |                | [[1, one], [2, two], [3, null]]"
      })
  void ingest_intoATableThatIsThere_doesWhatTheModeSays(
      String database, String mode, FlightStatusCode status, String expected) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table there(a bigint, b varchar)");
      client.update("insert into there values (1, 'one')");
      Ingest ingest = Ingest.into("there", mode(mode));
      if (status == null) {
        assertThat(ingestPair(client, ingest)).isEqualTo(2);
      } else {
        failure(status, () -> ingestPair(client, ingest));
      }
      assertThat(rows(client, "there")).isEqualTo(expected);
      client.update("drop table there");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "main, create", "main, append", "main, replace", "main, create_append",
    "lite, create", "lite, append", "lite, replace", "lite, create_append"
  })
  void ingest_intoATableThatIsNot_createsItUnlessItAppends(String database, String mode)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      Ingest ingest = Ingest.into("fresh", mode(mode));
      if (mode.equals("append")) {
        failure(FlightStatusCode.NOT_FOUND, () -> ingestPair(client, ingest));
        failure(FlightStatusCode.NOT_FOUND, () -> rows(client, "fresh"));
      } else {
        assertThat(ingestPair(client, ingest)).isEqualTo(2);
        assertThat(rows(client, "fresh")).isEqualTo("[[2, two], [3, null]]");
        client.update("drop table fresh");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void ingest_thatDoesNotFit_isInvalidAndLeavesTheTable(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table strict(a bigint primary key, c varchar)");
      client.update("insert into strict values (1, 'one')");
      failure(
          FlightStatusCode.INVALID_ARGUMENT,
          () -> ingestPair(client, Ingest.into("strict", APPEND)));
      try (VectorSchemaRoot duplicate =
          Columns.root(Columns.int64(client.allocator(), "a", 5L, 6L, 1L))) {
        failure(
            FlightStatusCode.INVALID_ARGUMENT,
            () -> Ingest.into("strict", APPEND).run(client, duplicate));
      }
      assertThat(client.query("select a, c from strict").toString()).isEqualTo("[[1, one]]");
      client.update("drop table strict");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void ingest_temporary_isSeenByItsSessionOnly(String database) throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient other = SqlClient.login(gateway, "alice", database)) {
      assertThat(ingestPair(alice, Ingest.into("passing", CREATE).temporary())).isEqualTo(2);
      assertThat(rows(alice, "passing")).isEqualTo("[[2, two], [3, null]]");
      assertThat(ingestPair(alice, Ingest.into("passing", APPEND).temporary())).isEqualTo(2);
      assertThat(alice.query("select count(*) from passing").toString()).isEqualTo("[[4]]");
      failure(FlightStatusCode.NOT_FOUND, () -> rows(other, "passing"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void ingest_intoACatalogAndSchema_goesThere(String database) throws Exception {
    boolean duck = database.equals("main");
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      String catalog =
          duck ? client.query("select current_catalog()").get(0).get(0).toString() : "main";
      if (duck) {
        client.update("create schema apart");
        assertThat(ingestPair(client, Ingest.into("t", CREATE).in(catalog, "apart"))).isEqualTo(2);
        assertThat(rows(client, catalog + ".apart.t")).contains("two");
        failure(FlightStatusCode.NOT_FOUND, () -> rows(client, "t"));
        failure(
            FlightStatusCode.NOT_FOUND,
            () -> ingestPair(client, Ingest.into("t", CREATE).in(null, "no_such_schema")));
        client.update("drop schema apart cascade");
      } else {
        assertThat(ingestPair(client, Ingest.into("t", CREATE).in(catalog, null))).isEqualTo(2);
        assertThat(rows(client, "main.t")).contains("two");
        client.update("drop table t");
      }
      failure(
          FlightStatusCode.NOT_FOUND,
          () -> ingestPair(client, Ingest.into("t", CREATE).in("no_such_catalog", null)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void ingest_inATransactionRolledBack_leavesNothing(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      Transaction transaction = client.sql().beginTransaction(client.options());
      assertThat(ingestPair(client, Ingest.into("undone", CREATE).in(transaction))).isEqualTo(2);
      assertThat(
              client.rows(
                  client
                      .sql()
                      .execute("select count(*) from undone", transaction, client.options())))
          .isEqualTo(List.of(List.of(2L)));
      failure(FlightStatusCode.NOT_FOUND, () -> rows(client, "undone"));
      client.sql().rollback(transaction, client.options());
      failure(FlightStatusCode.NOT_FOUND, () -> rows(client, "undone"));
      Transaction kept = client.sql().beginTransaction(client.options());
      ingestPair(client, Ingest.into("kept", CREATE).in(kept));
      client.sql().commit(kept, client.options());
      assertThat(rows(client, "kept")).isEqualTo("[[2, two], [3, null]]");
      client.update("drop table kept");
    }
  }

  @ParameterizedTest
  @CsvSource({"main", "lite"})
  void ingest_namesOfEveryKind_areTakenToTheLetter(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      for (String name :
          List.of("with \"quotes\" and 'more'", "two words", "select", "naïve 😀 表", "a.b;--")) {
        String quoted = "\"" + name.replace("\"", "\"\"") + "\"";
        try (VectorSchemaRoot rows = Columns.root(Columns.int64(client.allocator(), name, 1L))) {
          assertThat(Ingest.into(name, CREATE).run(client, rows)).isEqualTo(1);
          assertThat(Ingest.into(name, APPEND).run(client, rows)).isEqualTo(1);
        }
        assertThat(client.query("select sum(" + quoted + ") from " + quoted)).hasSize(1);
        assertThat(client.query("select count(*) from " + quoted)).isEqualTo(List.of(List.of(2L)));
        client.update("drop table " + quoted);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void ingest_byAReadOnlyUser_isRefused(String database) throws Exception {
    try (SqlClient reader = SqlClient.login(gateway, "reader", database)) {
      failure(FlightStatusCode.UNAUTHORIZED, () -> ingestPair(reader, Ingest.into("mine", CREATE)));
    }
  }

  @ParameterizedTest
  @CsvSource({"main, false", "main, true", "lite, false", "lite, true"})
  void ingest_whileAnotherTransactionCreatesTheTable_waitsForWhatBecomesOfIt(
      String database, boolean committed) throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient bob = SqlClient.login(gateway, "bob", database)) {
      Transaction transaction = bob.sql().beginTransaction(bob.options());
      bob.sql().executeUpdate("create table contested(a bigint)", transaction, bob.options());
      CompletableFuture<Long> ingest =
          CompletableFuture.supplyAsync(() -> ingestPair(alice, Ingest.into("contested", CREATE)));
      // Longer than a first attempt takes; the documented patience is two seconds.
      assertThatThrownBy(() -> ingest.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      if (committed) {
        bob.sql().commit(transaction, bob.options());
        assertThatThrownBy(() -> ingest.get(10, TimeUnit.SECONDS))
            .hasMessageContaining("ALREADY_EXISTS");
      } else {
        bob.sql().rollback(transaction, bob.options());
        assertThat(ingest.get(10, TimeUnit.SECONDS)).isEqualTo(2);
      }
      alice.update("drop table contested");
    }
  }
}
