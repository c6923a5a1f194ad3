package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.flightgate.server.flight.PermissionFixture.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.util.TableRef;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a role that may use some tables sees, and what changes under a statement of its. */
class PermissionsTest {

  @TempDir private static Path folder;
  private static PermissionFixture fixture;

  @BeforeAll
  static void start() throws IOException {
    fixture = new PermissionFixture(folder);
    fixture.client("main", Role.ADMIN).update("create table open.parent(id int primary key)");
    fixture
        .client("main", Role.ADMIN)
        .update("create table open.child(id int references open.parent(id))");
  }

  @AfterAll
  static void stop() throws Exception {
    fixture.close();
  }

  private static List<List<Object>> names(String database, Role role, int columns) {
    SqlClient client = fixture.client(database, role);
    FlightInfo info = client.sql().getTables(null, null, null, null, false, client.options());
    return client.rows(info).stream().map(row -> row.subList(0, columns)).toList();
  }

  @Test
  void tables_ofALimitedRole_areThoseItMayRead() {
    assertThat(names("main", Role.LIMITED, 3))
        .contains(List.of("memory", "open", "t"), List.of("memory", "open", "v"))
        .allSatisfy(row -> assertThat(row.get(1)).isEqualTo("open"));
    assertThat(names("lite", Role.LIMITED, 3))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.get(2).toString()).startsWith("open_"));
    assertThat(names("main", Role.READER, 3)).contains(List.of("memory", "main", "secret"));
  }

  @Test
  void schemas_ofALimitedRole_areThoseThatMayHoldSomething() {
    SqlClient client = fixture.client("main", Role.LIMITED);
    FlightInfo info = client.sql().getSchemas(null, null, client.options());
    assertThat(client.rows(info)).containsExactly(List.of("memory", "open"));
  }

  @Test
  void keys_ofALimitedRole_areThoseOfItsTables() {
    SqlClient client = fixture.client("main", Role.LIMITED);
    TableRef parent = TableRef.of(null, null, "parent");
    assertThat(client.rows(client.sql().getPrimaryKeys(parent, client.options()))).hasSize(1);
    assertThat(client.rows(client.sql().getExportedKeys(parent, client.options()))).hasSize(1);
    SqlClient stranger = fixture.client("main", Role.STRANGER);
    failure(
        FlightStatusCode.UNAUTHORIZED,
        () -> stranger.rows(stranger.sql().getPrimaryKeys(parent, stranger.options())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "lite"})
  void aPlannedStatement_whoseViewIsReplaced_isCheckedAgain(String database) throws Exception {
    String view = database.equals("main") ? "open.turned" : "open_turned";
    String table = database.equals("main") ? "open.t" : "open_t";
    SqlClient admin = fixture.client(database, Role.ADMIN);
    admin.update("create view " + view + " as select x from " + table);
    try (SqlClient limited = fixture.login(database, Role.LIMITED)) {
      PreparedStatement kept = limited.sql().prepare("select * from " + view, limited.options());
      limited.rows(kept.execute(limited.options()));
      FlightInfo planned = limited.sql().execute("select * from " + view, limited.options());
      admin.update("drop view " + view);
      admin.update("create view " + view + " as select x from secret");
      failure(FlightStatusCode.UNAUTHORIZED, () -> limited.rows(kept.execute(limited.options())));
      failure(FlightStatusCode.UNAUTHORIZED, () -> limited.rows(planned));
      kept.close(limited.options());
    }
    admin.update("drop view " + view);
  }

  @ParameterizedTest
  @CsvSource({
    "main, open, t, true",
    "main, main, secret, false",
    "main, main, fresh, false",
    "lite, , open_t, true",
    "lite, , secret, false"
  })
  void anIngest_byALimitedRole_isIntoItsTablesOnly(
      String database, String schema, String table, boolean allowed) throws Exception {
    SqlClient client = fixture.client(database, Role.LIMITED);
    Ingest ingest = Ingest.into(table, Ingest.CREATE_APPEND).in(null, schema);
    try (IntVector x = new IntVector("x", client.allocator());
        VectorSchemaRoot rows = VectorSchemaRoot.of(x)) {
      rows.allocateNew();
      x.setSafe(0, 1);
      rows.setRowCount(1);
      if (allowed) {
        assertThat(ingest.run(client, rows)).isEqualTo(1);
      } else {
        failure(FlightStatusCode.UNAUTHORIZED, () -> ingest.run(client, rows));
      }
    }
  }

  @Test
  void aHandleOfAnAdmin_isOfNoUseToAnother() throws Exception {
    SqlClient admin = fixture.client("main", Role.ADMIN);
    SqlClient limited = fixture.client("main", Role.LIMITED);
    FlightInfo ticket = admin.sql().execute("select * from secret", admin.options());
    Transaction transaction = admin.sql().beginTransaction(admin.options());
    failure(FlightStatusCode.UNAUTHORIZED, () -> limited.rows(ticket));
    failure(
        FlightStatusCode.UNAUTHORIZED,
        () -> limited.sql().execute("select 1", transaction, limited.options()));
    admin.rows(ticket);
    admin.sql().rollback(transaction, admin.options());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          main | select * from open.tt   | tt
          main | select * from secre     | secre
          main | select nothing from open.t | nothing
          lite | select * from secre     | secre
          """)
  void aMistakeOfALimitedRole_namesNoTableButItsOwn(String database, String sql, String words) {
    SqlClient client = fixture.client(database, Role.LIMITED);
    assertThat(catchThrowable(() -> client.query(sql)))
        .hasMessageContaining(words.strip())
        .message()
        .doesNotContain("secret", "scratch", "Did you mean");
  }

  @Test
  void aRefusal_saysWhoMayNotDoWhatAndWhatItTakes() {
    SqlClient limited = fixture.client("main", Role.LIMITED);
    SqlClient writer = fixture.client("main", Role.WRITER);
    assertThat(failure(FlightStatusCode.UNAUTHORIZED, () -> limited.query("from secret")))
        .hasMessageContaining("user limited (roles limited) may not read memory.main.secret")
        .hasMessageContaining("READ");
    assertThat(failure(FlightStatusCode.UNAUTHORIZED, () -> limited.query("from open.peek")))
        .hasMessageContaining("by a view")
        .message()
        .doesNotContain("secret");
    assertThat(failure(FlightStatusCode.UNAUTHORIZED, () -> writer.query("from read_csv('x')")))
        .hasMessageContaining("read_csv")
        .hasMessageContaining("may-read-files");
    assertThat(failure(FlightStatusCode.UNAUTHORIZED, () -> writer.query("from query('x')")))
        .hasMessageContaining("only the role admin");
  }

  @Test
  void aRoleThatMayReachFiles_reachesThem() throws Exception {
    SqlClient stranger = fixture.client("elsewhere", Role.STRANGER);
    assertThat(stranger.query(fixture.in("from '%s/given.csv'"))).containsExactly(List.of(1L));
    stranger.update("attach if not exists ':memory:' as more");
    failure(
        FlightStatusCode.UNAUTHORIZED,
        () -> stranger.update(fixture.in("copy (select 1) to '%s/written.csv'")));
  }
}
