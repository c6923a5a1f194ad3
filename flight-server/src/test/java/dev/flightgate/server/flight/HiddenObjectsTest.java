package dev.flightgate.server.flight;

import static dev.flightgate.server.EngineTwin.print;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.util.List;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in a database and must not show: the engine's own, the gateway's own, and others'. */
class HiddenObjectsTest {

  private static final String ONLY_MINE = "TABLE mine\n";

  private RunningGateway gateway;

  @BeforeEach
  void start() {
    gateway = RunningGateway.start();
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static String tables(SqlClient client) {
    List<List<Object>> rows =
        client.rows(client.sql().getTables(null, null, null, null, true, client.options()));
    return print(rows.stream().map(row -> List.of(row.get(3) + " " + row.get(2))).toList());
  }

  private static String catalogs(SqlClient client) {
    return print(client.rows(client.sql().getCatalogs(client.options())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void tables_afterEveryKindOfIngest_areTheUsersOnly(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table mine(a bigint)");
      // From now on all that the session does is done on one connection.
      client.update("create temporary table passing(a bigint)");
      ingest(client, Ingest.into("mine", Ingest.APPEND));
      ingest(client, Ingest.into("mine", Ingest.REPLACE));
      Assertions.assertThatExceptionOfType(FlightRuntimeException.class)
          .isThrownBy(() -> ingest(client, Ingest.into("mine", Ingest.CREATE)));
      Transaction transaction = client.sql().beginTransaction(client.options());
      ingest(client, Ingest.into("mine", Ingest.APPEND).in(transaction));
      Assertions.assertThatExceptionOfType(FlightRuntimeException.class)
          .isThrownBy(() -> ingest(client, Ingest.into("mine", Ingest.CREATE).in(transaction)));
      client.sql().rollback(transaction, client.options());
      assertThat(tables(client)).isEqualTo("TABLE mine\nTABLE passing\n");
    }
  }

  private static void ingest(SqlClient client, Ingest ingest) {
    try (VectorSchemaRoot rows =
        Columns.root(Columns.int64(client.allocator(), "a", 1L, 2L, null))) {
      ingest.run(client, rows);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void tables_ofAReader_areThoseItMayReadAndNoOnesTemporary(String database) throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient reader = SqlClient.login(gateway, "reader", database)) {
      alice.update("create table mine(a bigint primary key)");
      alice.update("create temporary table passing(a bigint)");
      assertThat(catalogs(alice)).endsWith("temp\n");
      assertThat(tables(alice)).isEqualTo("TABLE mine\nTABLE passing\n");
      assertThat(tables(reader)).isEqualTo(ONLY_MINE);
      assertThat(catalogs(reader)).doesNotContain("temp", "system");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void temporaryView_alone_makesItsCatalogShow(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      assertThat(catalogs(client)).doesNotContain("temp");
      client.update("create temporary view passing as select 1 as one");
      assertThat(catalogs(client)).endsWith("temp\n");
      assertThat(tables(client)).isEqualTo("VIEW passing\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void tables_withABrokenViewInATransaction_leaveItUsable(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table gone(x int)");
      client.update("create view broken as select x from gone");
      client.update("drop table gone");
      client.update("begin");
      client.update("create table mine(a bigint)");
      assertThat(tables(client)).isEqualTo("VIEW broken\nTABLE mine\n");
      client.update("insert into mine values (1)");
      client.update("commit");
      assertThat(client.query("select a from mine")).hasSize(1);
    }
  }
}
