package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A text that is sent again is answered as if it had never been sent, whatever was kept of it. */
final class RepeatedQueriesTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static List<List<Object>> rows(Object... cells) {
    return Stream.of(cells).map(List::of).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void rowsThatAnotherUserAdds_areSeen(String database) throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient bob = SqlClient.login(gateway, "bob", database)) {
      bob.update("create table grown(a int)");
      String query = "select a from grown order by a";
      assertThat(alice.query(query)).isEmpty();
      bob.update("insert into grown values (1)");
      assertThat(alice.query(query)).hasSize(1);
      bob.update("insert into grown values (2)");
      assertThat(alice.query(query)).hasSize(2);
      bob.update("drop table grown");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aTableThatAnotherUserMakesAnew_hasItsNewColumns(String database) throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database);
        SqlClient bob = SqlClient.login(gateway, "bob", database)) {
      bob.update("create table remade(a varchar(9))");
      bob.update("insert into remade values ('x')");
      assertThat(alice.query("select * from remade").toString()).isEqualTo("[[x]]");
      bob.update("drop table remade");
      bob.update("create table remade(b bigint, c bigint)");
      bob.update("insert into remade values (1, 2)");
      assertThat(alice.query("select * from remade").toString()).isEqualTo("[[1, 2]]");
      bob.update("drop table remade");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void whatTheClientItselfChanges_isSeenInAndAfterItsTransaction(String database) throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database)) {
      alice.update("create table own(a int)");
      String query = "select count(*) as n from own";
      assertThat(alice.query(query)).isEqualTo(rows(0L));
      alice.update("begin");
      alice.update("insert into own values (1)");
      assertThat(alice.query(query)).isEqualTo(rows(1L));
      alice.update("rollback");
      assertThat(alice.query(query)).isEqualTo(rows(0L));
      alice.update("drop table own");
    }
  }

  @Test
  void schemaChosenInBetween_isWhereTheNamesAreLookedUp() throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice")) {
      alice.update("create schema first");
      alice.update("create schema second");
      alice.update("create table first.named as select 1 as a");
      alice.update("create table second.named as select 2 as a");
      for (int expected : new int[] {1, 2, 1, 2}) {
        SessionOptionValue schema =
            SessionOptionValueFactory.makeSessionOptionValue(expected == 1 ? "first" : "second");
        alice
            .sql()
            .setSessionOptions(
                new SetSessionOptionsRequest(Map.of("schema", schema)), alice.options());
        assertThat(alice.query("select a from named")).isEqualTo(rows(expected));
        assertThat(alice.query("select a from named")).isEqualTo(rows(expected));
      }
    }
  }

  @Test
  void filesThatComeAndChange_areReadAnew(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("a.csv"), "x\n1\n");
    String query = "select sum(x) as s from read_csv('" + folder + "/*.csv')";
    try (SqlClient alice = SqlClient.login(gateway, "alice")) {
      assertThat(alice.query(query).toString()).isEqualTo("[[1]]");
      Files.writeString(folder.resolve("b.csv"), "x\n2\n");
      assertThat(alice.query(query).toString()).isEqualTo("[[3]]");
      Files.writeString(folder.resolve("a.csv"), "x\n10\n");
      assertThat(alice.query(query).toString()).isEqualTo("[[12]]");
      String files = "select count(*) as n from glob('" + folder + "/*.csv')";
      assertThat(alice.query(files)).isEqualTo(rows(2L));
      Files.writeString(folder.resolve("c.csv"), "x\n3\n");
      assertThat(alice.query(files)).isEqualTo(rows(3L));
    }
  }

  @Test
  void settingsForAll_holdForKeptPlansToo() throws Exception {
    String query = "select typeof(5 / 2) as t, 5 / 2 as v";
    try (SqlClient alice = SqlClient.login(gateway, "alice");
        SqlClient bob = SqlClient.login(gateway, "bob")) {
      String before = alice.query(query).toString();
      bob.update("set global integer_division = true");
      try {
        assertThat(alice.query(query).toString()).isNotEqualTo(before);
      } finally {
        bob.update("set global integer_division = false");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aFetchGivenUpMidway_leavesNothingForTheNext(String database) throws Exception {
    String numbers =
        database.equals("main")
            ? "select range as i from range(3000000)"
            : "with recursive n(i) as (select 1 union all select i + 1 from n where i < 300000)"
                + " select cast(i as integer) as i from n";
    try (SqlClient alice = SqlClient.login(gateway, "alice", database)) {
      for (int i = 0; i < 3; i++) {
        FlightInfo info = alice.sql().execute(numbers, alice.options());
        try (FlightStream stream =
            alice.sql().getStream(info.getEndpoints().get(0).getTicket(), alice.options())) {
          assertThat(stream.next()).isTrue();
          stream.cancel("enough", null);
        }
      }
      assertThat(alice.rows(alice.sql().execute(numbers, alice.options())))
          .hasSize(database.equals("main") ? 3_000_000 : 300_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void twoResultsOfOneText_areReadAtTheSameTime(String database) throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice", database)) {
      alice.query("select cast(7 as integer) as a");
      FlightInfo one = alice.sql().execute("select cast(7 as integer) as a", alice.options());
      FlightInfo other = alice.sql().execute("select cast(7 as integer) as a", alice.options());
      try (FlightStream first =
              alice.sql().getStream(one.getEndpoints().get(0).getTicket(), alice.options());
          FlightStream second =
              alice.sql().getStream(other.getEndpoints().get(0).getTicket(), alice.options())) {
        assertThat(second.next()).isTrue();
        assertThat(first.next()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localtimestamp", "localtime", "current_localtimestamp()", "now()"})
  void theTime_isThatOfTheQuery(String function) throws Exception {
    try (SqlClient alice = SqlClient.login(gateway, "alice")) {
      String query = "select " + function + "::varchar as t";
      String first = alice.query(query).toString();
      Awaitility.await().until(() -> !alice.query(query).toString().equals(first));
    }
  }
}
