package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.sql.util.TableRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Primary and foreign keys, in the columns of FlightSql.proto. */
class KeysTest {

  private static final TableRef PARENT = TableRef.of(null, null, "parent");
  private static final TableRef CHILD = TableRef.of(null, null, "child");

  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = RunningGateway.start();
    for (String database : List.of("main", "lite")) {
      try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
        client.update("create table parent(a int, b int, primary key (b, a))");
        client.update(
            "create table child(id bigint primary key, pa int, pb int, up bigint references"
                + " child(id), foreign key (pb, pa) references parent(b, a))");
      }
    }
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** Parent and child columns with their place in the key, one line each. */
  private static List<String> lines(SqlClient client, FlightInfo info) {
    return client.rows(info).stream()
        .map(
            row ->
                row.get(2)
                    + "."
                    + row.get(3)
                    + " <- "
                    + row.get(6)
                    + "."
                    + row.get(7)
                    + " #"
                    + row.get(8))
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void primaryKey_ofTwoColumns_isInKeyOrder(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      List<List<Object>> rows = client.rows(client.sql().getPrimaryKeys(PARENT, client.options()));
      assertThat(rows).extracting(row -> row.get(2)).containsOnly("parent");
      assertThat(rows).extracting(row -> row.get(3)).containsExactly("b", "a");
      assertThat(rows).extracting(row -> row.get(4)).containsExactly(1, 2);
      assertThat(
              client.rows(
                  client
                      .sql()
                      .getPrimaryKeys(TableRef.of(null, null, "nowhere"), client.options())))
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void foreignKeys_areFoundFromBothSides(String database) throws Exception {
    String first = "parent.b <- child.pb #1";
    String second = "parent.a <- child.pa #2";
    String self = "child.id <- child.up #1";
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      assertThat(lines(client, client.sql().getExportedKeys(PARENT, client.options())))
          .containsExactlyInAnyOrder(first, second);
      assertThat(lines(client, client.sql().getImportedKeys(CHILD, client.options())))
          .containsExactlyInAnyOrder(first, second, self);
      assertThat(lines(client, client.sql().getExportedKeys(CHILD, client.options())))
          .containsExactly(self);
      assertThat(lines(client, client.sql().getCrossReference(PARENT, CHILD, client.options())))
          .containsExactlyInAnyOrder(first, second);
      assertThat(lines(client, client.sql().getCrossReference(CHILD, CHILD, client.options())))
          .containsExactly(self);
      assertThat(lines(client, client.sql().getCrossReference(CHILD, PARENT, client.options())))
          .isEmpty();
    }
  }
}
