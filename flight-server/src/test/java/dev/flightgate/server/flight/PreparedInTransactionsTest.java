package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.util.List;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Statements that outlive the transaction they were prepared in: a cursor of ADBC's DB-API keeps
 * its statement while the connection commits and begins the next transaction.
 */
class PreparedInTransactionsTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static Transaction begin(SqlClient client) {
    return client.sql().beginTransaction(client.options());
  }

  private static List<List<Object>> rows(SqlClient client, String table) {
    return client.query("select count(*) from " + table);
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void execute_afterCommit_runsInTheNextTransaction(String database) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      client.update("create table again(a int)");
      Transaction first = begin(client);
      try (PreparedStatement insert =
          client.sql().prepare("insert into again values (1)", first, client.options())) {
        assertThat(insert.executeUpdate(client.options())).isEqualTo(1);
        client.sql().commit(first, client.options());
        Transaction second = begin(client);
        assertThat(insert.executeUpdate(client.options())).isEqualTo(1);
        assertThat(rows(client, "again")).isEqualTo(List.of(List.of(1L)));
        client.sql().rollback(second, client.options());
        Transaction third = begin(client);
        assertThat(insert.executeUpdate(client.options())).isEqualTo(1);
        client.sql().commit(third, client.options());
        assertThat(rows(client, "again")).isEqualTo(List.of(List.of(2L)));
        insert.close(client.options());
      }
      client.update("drop table again");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void execute_afterCommitAndNoTransactionOrSeveralSince_isNotFound(String database)
      throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", database)) {
      Transaction first = begin(client);
      try (PreparedStatement query = client.sql().prepare("select 1", first, client.options())) {
        Transaction beside = begin(client);
        client.sql().commit(first, client.options());
        failure(FlightStatusCode.NOT_FOUND, () -> query.execute(client.options()));
        Transaction later = begin(client);
        failure(FlightStatusCode.NOT_FOUND, () -> query.execute(client.options()));
        client.sql().commit(beside, client.options());
        client.sql().commit(later, client.options());
        failure(FlightStatusCode.NOT_FOUND, () -> query.execute(client.options()));
        query.close(client.options());
      }
    }
  }
}
