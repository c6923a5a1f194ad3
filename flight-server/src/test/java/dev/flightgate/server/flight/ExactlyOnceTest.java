package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.flight.ChangeCase.Around;
import dev.flightgate.server.flight.ChangeCase.Way;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every form of a change, sent in every way, inside and outside of transactions, its ticket read
 * any number of times: it happens once, and its count or rows are told.
 */
class ExactlyOnceTest {

  private static final Map<String, String> TABLES =
      Map.of(
          "main",
          "create table t(id int primary key, v int)",
          "lite",
          """
          create table t(id integer primary key, v int);
          create table changes(a int);
          create trigger i after insert on t begin insert into changes values (1); end;
          create trigger u after update on t begin insert into changes values (1); end;
          create trigger d after delete on t begin insert into changes values (1); end
          """);

  private static final Map<String, String> RESET =
      Map.of(
          "main",
          """
          create or replace table t(id int primary key, v int);
          insert into t values (1, 10), (2, 20);
          drop table if exists made;
          create or replace sequence runs
          """,
          "lite",
          """
          delete from t;
          insert into t values (1, 10), (2, 20);
          drop table if exists made;
          delete from changes
          """);

  private static final String ROWS =
      "select (select count(*) from t) || ' rows, sum '"
          + " || (select coalesce(sum(v), 0) from t) || ', '";

  private static final Map<String, String> STATE =
      Map.of(
          "main",
          ROWS
              + " || (select count(*) from duckdb_tables() where table_name = 'made') || ' made, '"
              + " || (select coalesce(max(last_value), 0) from duckdb_sequences())",
          "lite",
          ROWS
              + " || (select count(*) from sqlite_schema where name = 'made') || ' made, '"
              + " || (select count(*) from changes)");

  @TempDir private static Path folder;
  private static RunningGateway gateway;
  private static final Map<String, SqlClient> SENDERS = new LinkedHashMap<>();
  private static final Map<String, SqlClient> OTHERS = new LinkedHashMap<>();

  @BeforeAll
  static void start() throws Exception {
    gateway = RunningGateway.start();
    Files.writeString(folder.resolve("in.csv"), "3,3\n4,4\n");
    for (String database : List.of("main", "lite")) {
      SENDERS.put(database, SqlClient.login(gateway, "alice", database));
      OTHERS.put(database, SqlClient.login(gateway, "bob", database));
      sender(database).update(Objects.requireNonNull(TABLES.get(database)));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    for (SqlClient client : SENDERS.values()) {
      client.close();
    }
    for (SqlClient client : OTHERS.values()) {
      client.close();
    }
    gateway.close();
  }

  private static SqlClient sender(String database) {
    return Objects.requireNonNull(SENDERS.get(database));
  }

  /** As somebody else sees it. */
  private static String state(String database) {
    SqlClient other = Objects.requireNonNull(OTHERS.get(database));
    return (String) other.query(Objects.requireNonNull(STATE.get(database))).get(0).get(0);
  }

  static Stream<ChangeCase> cases() {
    return ChangingForm.all().flatMap(ChangeCase::of);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void change_howeverItIsSent_happensOnce(ChangeCase change) throws Exception {
    String database = change.form().database();
    SqlClient sender = sender(database);
    sender.update(Objects.requireNonNull(RESET.get(database)));
    Transaction transaction = begin(sender, change.around());
    FlightInfo ticket;
    try {
      ticket = send(sender, change, transaction);
      if (change.around() == Around.NOTHING) {
        assertThat(state(database)).as("not fetched: %s", change).isEqualTo(change.form().after());
      } else {
        assertThat(state(database)).as("before the end: %s", change).startsWith(ChangingForm.START);
      }
      fetch(sender, ticket, change);
    } finally {
      end(sender, change.around(), transaction);
    }
    fetch(sender, ticket, change);
    if (change.around().undoes()) {
      assertThat(state(database)).as("%s", change).startsWith(ChangingForm.START);
    } else {
      assertThat(state(database)).as("%s", change).isEqualTo(change.form().after());
    }
  }

  private static void fetch(SqlClient client, @Nullable FlightInfo ticket, ChangeCase change) {
    if (ticket != null) {
      assertThat(client.rows(ticket)).as("%s", change).hasToString(change.form().answer());
    }
  }

  static Stream<ChangingForm> forms() {
    return ChangingForm.all();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void change_prepared_saysWhetherItYieldsRowsAndDoesNothing(ChangingForm form) throws Exception {
    SqlClient sender = sender(form.database());
    sender.update(Objects.requireNonNull(RESET.get(form.database())));
    String sql = form.sql().replace("FOLDER", folder.toString());
    ActionCreatePreparedStatementResult prepared = Prepared.create(sender, sql);
    assertThat(prepared.getDatasetSchema().isEmpty()).isEqualTo(form.rows().isEmpty());
    assertThat(prepared.getUnknownFields().getField(4).getVarintList())
        .as("is_update")
        .containsExactly(form.rows().isEmpty() ? 1L : 0L);
    assertThat(prepared.getParameterSchema().isEmpty()).isEqualTo(form.bound().isEmpty());
    Prepared.close(sender, prepared.getPreparedStatementHandle());
    assertThat(state(form.database())).isEqualTo(ChangingForm.START + "0");
  }

  private static @Nullable Transaction begin(SqlClient sender, Around around) {
    if (around.isText()) {
      sender.update("begin");
    }
    return around.isFlight() ? sender.sql().beginTransaction(sender.options()) : null;
  }

  private static void end(SqlClient sender, Around around, @Nullable Transaction transaction) {
    if (transaction != null && around.undoes()) {
      sender.sql().rollback(transaction, sender.options());
    } else if (transaction != null) {
      sender.sql().commit(transaction, sender.options());
    } else if (around.isText()) {
      sender.update(around.undoes() ? "rollback" : "commit");
    }
  }

  /** The ticket; null where the statement is sent as an update. */
  private static @Nullable FlightInfo send(
      SqlClient sender, ChangeCase change, @Nullable Transaction transaction) throws Exception {
    if (change.way().isUpdate()) {
      assertThat(update(sender, change, transaction))
          .as("%s", change)
          .isEqualTo(change.form().count());
      return null;
    }
    if (change.senderGone()) {
      try (SqlClient gone = SqlClient.login(gateway, "alice", change.form().database())) {
        return plan(gone, change, transaction);
      }
    }
    return plan(sender, change, transaction);
  }

  private static FlightInfo plan(
      SqlClient sender, ChangeCase change, @Nullable Transaction transaction) throws Exception {
    if (change.way().isPrepared()) {
      return prepared(
          sender, change, transaction, statement -> statement.execute(sender.options()));
    }
    String sql = sql(change);
    if (change.way() == Way.POLL) {
      return Poll.result(sender, Poll.statement(sql, transaction));
    }
    return transaction == null
        ? sender.sql().execute(sql, sender.options())
        : sender.sql().execute(sql, transaction, sender.options());
  }

  private static long update(SqlClient sender, ChangeCase change, @Nullable Transaction transaction)
      throws Exception {
    if (change.way().isPrepared()) {
      return prepared(
          sender, change, transaction, statement -> statement.executeUpdate(sender.options()));
    }
    String sql = sql(change);
    return transaction == null
        ? sender.sql().executeUpdate(sql, sender.options())
        : sender.sql().executeUpdate(sql, transaction, sender.options());
  }

  private static <T> T prepared(
      SqlClient sender,
      ChangeCase change,
      @Nullable Transaction transaction,
      Function<PreparedStatement, T> execution)
      throws Exception {
    try (PreparedStatement statement =
            transaction == null
                ? sender.sql().prepare(sql(change), sender.options())
                : sender.sql().prepare(sql(change), transaction, sender.options());
        IntVector values = new IntVector("value", sender.allocator())) {
      List<Integer> bound = change.form().bound();
      for (int i = 0; i < bound.size(); i++) {
        values.setSafe(i, bound.get(i));
      }
      values.setValueCount(bound.size());
      if (!bound.isEmpty()) {
        statement.setParameters(VectorSchemaRoot.of(values));
      }
      T answer = execution.apply(statement);
      statement.clearParameters();
      statement.close(sender.options());
      return answer;
    }
  }

  private static String sql(ChangeCase change) {
    return change.form().sql().replace("FOLDER", folder.toString());
  }
}
