package dev.flightgate.server.flight;

import static java.util.Map.entry;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightClient.ExchangeReaderWriter;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.RenewFlightEndpointRequest;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.FlightSqlClient.Savepoint;
import org.apache.arrow.flight.sql.FlightSqlClient.SubstraitPlan;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.FlightSqlUtils;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedSubstraitPlanRequest;
import org.apache.arrow.flight.sql.util.TableRef;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Who may use which method of a Flight SQL producer. A row has a sign for each role, in order: +
 * for an answer, - for UNAUTHORIZED, u for UNIMPLEMENTED, i for INVALID_ARGUMENT. What the calls of
 * a row are about is the table {@code secret} where {@code LIMITED} is refused, and otherwise
 * nothing or a table that LIMITED may use. In SQLite, which alone has savepoints.
 */
final class PermissionCommands {

  /** A call of the method. */
  interface Call {
    void by(SqlClient client) throws Exception;
  }

  /** The signs of the roles, and the call. */
  record Row(String signs, Call call) {}

  private static final String OPEN = "select * from open_t";
  private static final String SECRET = "select * from secret";
  private static final String INSERT = "insert into spare values (1)";
  private static final SubstraitPlan PLAN = new SubstraitPlan(new byte[] {1}, "0.1");

  private PermissionCommands() {}

  /** By the method's name. */
  static Map<String, Row> rows() {
    Map<String, Row> rows = new TreeMap<>();
    rows.putAll(statements());
    rows.putAll(prepared());
    rows.putAll(transactions());
    rows.putAll(sessions());
    rows.putAll(metadata());
    rows.putAll(flight());
    return rows;
  }

  private static Row row(String signs, Call call) {
    return new Row(signs, call);
  }

  private static Map<String, Row> statements() {
    return Map.ofEntries(
        entry("getFlightInfoStatement", row("+++--", c -> execute(c, SECRET))),
        entry(
            "getSchemaStatement", row("+++--", c -> c.sql().getExecuteSchema(SECRET, c.options()))),
        entry("getStreamStatement", row("++++-", c -> c.query(OPEN))),
        entry("acceptPutStatement", row("++---", c -> c.update(INSERT))),
        entry("acceptPutStatementBulkIngest", row("++---", PermissionCommands::ingest)),
        entry(
            "getFlightInfoSubstraitPlan",
            row("uuuuu", c -> c.sql().executeSubstrait(PLAN, c.options()))),
        entry(
            "getSchemaSubstraitPlan",
            row("uuuuu", c -> c.sql().getExecuteSubstraitSchema(PLAN, c.options()))),
        entry(
            "acceptPutSubstraitPlan",
            row("uuuuu", c -> c.sql().executeSubstraitUpdate(PLAN, c.options()))));
  }

  private static FlightInfo execute(SqlClient client, String sql) {
    return client.sql().execute(sql, client.options());
  }

  private static void ingest(SqlClient client) {
    try (IntVector x = new IntVector("x", client.allocator());
        VectorSchemaRoot rows = VectorSchemaRoot.of(x)) {
      rows.allocateNew();
      x.setSafe(0, 1);
      rows.setRowCount(1);
      Ingest.into("spare", Ingest.APPEND).run(client, rows);
    }
  }

  private static Map<String, Row> prepared() {
    return Map.ofEntries(
        entry("createPreparedStatement", row("+++--", c -> prepare(c, SECRET, p -> {}))),
        entry("closePreparedStatement", row("++++-", c -> prepare(c, OPEN, p -> {}))),
        entry(
            "getFlightInfoPreparedStatement",
            row("++++-", c -> prepare(c, OPEN, p -> p.execute(c.options())))),
        entry(
            "getSchemaPreparedStatement",
            row("++++-", c -> prepare(c, OPEN, p -> p.fetchSchema(c.options())))),
        entry(
            "getStreamPreparedStatement",
            row(
                "iiiii",
                c -> {
                  Any command = Any.pack(Prepared.queryOf(ByteString.EMPTY));
                  c.rows(new Ticket(command.toByteArray()));
                })),
        entry(
            "acceptPutPreparedStatementQuery",
            row("++++-", c -> prepare(c, OPEN + " where x = ?", p -> bound(c, p)))),
        entry(
            "acceptPutPreparedStatementUpdate",
            row("++---", c -> prepare(c, INSERT, p -> p.executeUpdate(c.options())))),
        entry(
            "createPreparedSubstraitPlan",
            row(
                "uuuuu",
                c ->
                    act(
                        c,
                        FlightSqlUtils.FLIGHT_SQL_CREATE_PREPARED_SUBSTRAIT_PLAN.getType(),
                        ActionCreatePreparedSubstraitPlanRequest.getDefaultInstance()))));
  }

  /** What is done with a prepared statement. */
  private interface Use {
    void of(PreparedStatement statement) throws Exception;
  }

  private static void prepare(SqlClient client, String sql, Use use) throws Exception {
    PreparedStatement statement = client.sql().prepare(sql, client.options());
    try {
      use.of(statement);
    } finally {
      statement.close(client.options());
    }
  }

  private static void bound(SqlClient client, PreparedStatement statement) {
    try (IntVector x = new IntVector("1", client.allocator());
        VectorSchemaRoot parameters = VectorSchemaRoot.of(x)) {
      parameters.allocateNew();
      x.setSafe(0, 1);
      parameters.setRowCount(1);
      statement.setParameters(parameters);
      client.rows(statement.execute(client.options()));
      statement.clearParameters();
    }
  }

  private static void act(SqlClient client, String type, Message body) {
    client
        .flight()
        .doAction(new Action(type, Any.pack(body).toByteArray()), client.options())
        .forEachRemaining(result -> {});
  }

  private static Map<String, Row> transactions() {
    return Map.ofEntries(
        entry("beginTransaction", row("++++-", c -> inTransaction(c, t -> {}))),
        entry("endTransaction", row("++++-", c -> inTransaction(c, t -> {}))),
        entry("beginSavepoint", row("++++-", c -> inTransaction(c, t -> savepoint(c, t)))),
        entry("endSavepoint", row("++++-", c -> inTransaction(c, t -> savepoint(c, t)))));
  }

  /** What is done in a transaction. */
  private interface Work {
    void in(Transaction transaction);
  }

  private static void inTransaction(SqlClient client, Work work) {
    Transaction transaction = client.sql().beginTransaction(client.options());
    try {
      work.in(transaction);
    } finally {
      client.sql().rollback(transaction, client.options());
    }
  }

  private static void savepoint(SqlClient client, Transaction transaction) {
    Savepoint savepoint = client.sql().beginSavepoint(transaction, "s", client.options());
    client.sql().release(savepoint, client.options());
  }

  private static Map<String, Row> sessions() {
    return Map.ofEntries(
        entry(
            "cancelFlightInfo",
            row(
                "++++-",
                c ->
                    c.sql()
                        .cancelFlightInfo(
                            new CancelFlightInfoRequest(execute(c, OPEN)), c.options()))),
        entry("cancelQuery", row("++++-", PermissionCommands::cancel)),
        entry(
            "renewFlightEndpoint",
            row(
                "++++-",
                c ->
                    c.sql()
                        .renewFlightEndpoint(
                            new RenewFlightEndpointRequest(execute(c, OPEN).getEndpoints().get(0)),
                            c.options()))),
        entry(
            "setSessionOptions",
            row(
                "++++-",
                c ->
                    c.sql()
                        .setSessionOptions(
                            new SetSessionOptionsRequest(
                                Map.of(
                                    "catalog",
                                    SessionOptionValueFactory.makeSessionOptionValue("main"))),
                            c.options()))),
        entry(
            "getSessionOptions",
            row(
                "+++++",
                c -> c.sql().getSessionOptions(new GetSessionOptionsRequest(), c.options()))),
        entry(
            "closeSession",
            row("+++++", c -> c.sql().closeSession(new CloseSessionRequest(), c.options()))));
  }

  /** As clients did before CancelFlightInfo. */
  @SuppressWarnings("deprecation")
  private static void cancel(SqlClient client) {
    client.sql().cancelQuery(execute(client, OPEN), client.options());
  }

  private static Map<String, Row> metadata() {
    TableRef table = TableRef.of(null, null, "secret");
    Map<String, Row> rows = new TreeMap<>();
    both(rows, "SqlInfo", "+++++", c -> c.sql().getSqlInfo(List.of(), c.options()));
    both(rows, "TypeInfo", "++++-", c -> c.sql().getXdbcTypeInfo(c.options()));
    both(rows, "Catalogs", "++++-", c -> c.sql().getCatalogs(c.options()));
    both(rows, "Schemas", "++++-", c -> c.sql().getSchemas(null, null, c.options()));
    both(
        rows, "Tables", "++++-", c -> c.sql().getTables(null, null, null, null, true, c.options()));
    both(rows, "TableTypes", "++++-", c -> c.sql().getTableTypes(c.options()));
    both(rows, "PrimaryKeys", "++++-", c -> c.sql().getPrimaryKeys(table, c.options()));
    both(rows, "ExportedKeys", "++++-", c -> c.sql().getExportedKeys(table, c.options()));
    both(rows, "ImportedKeys", "++++-", c -> c.sql().getImportedKeys(table, c.options()));
    both(
        rows, "CrossReference", "++++-", c -> c.sql().getCrossReference(table, table, c.options()));
    return rows;
  }

  /** A metadata command. */
  private interface Question {
    FlightInfo of(SqlClient client) throws Exception;
  }

  /** What a FlightInfo of metadata says is the same for everybody; its stream is not. */
  private static void both(Map<String, Row> rows, String name, String signs, Question question) {
    rows.put("getFlightInfo" + name, row("+++++", question::of));
    rows.put("getStream" + name, row(signs, c -> c.rows(question.of(c))));
  }

  private static Map<String, Row> flight() {
    return Map.ofEntries(
        entry("getFlightInfo", row("+++--", c -> execute(c, SECRET))),
        entry("getSchema", row("+++--", c -> c.sql().getExecuteSchema(SECRET, c.options()))),
        entry("pollFlightInfo", row("+++--", c -> Poll.result(c, SECRET))),
        entry("getStream", row("++++-", c -> c.query(OPEN))),
        entry("acceptPut", row("++---", c -> c.update(INSERT))),
        entry("doAction", row("+++--", c -> create(c))),
        entry(
            "listActions",
            row("+++++", c -> c.flight().listActions(c.options()).forEach(action -> {}))),
        entry(
            "listFlights",
            row(
                "uuuuu",
                c -> c.flight().listFlights(Criteria.ALL, c.options()).forEach(info -> {}))),
        entry("doExchange", row("uuuuu", PermissionCommands::exchange)));
  }

  private static ActionCreatePreparedStatementResult create(SqlClient client) throws Exception {
    return Prepared.create(client, SECRET);
  }

  private static void exchange(SqlClient client) throws Exception {
    FlightDescriptor descriptor = FlightDescriptor.command(new byte[] {1});
    try (ExchangeReaderWriter exchange = client.flight().doExchange(descriptor, client.options())) {
      exchange.getWriter().completed();
      exchange.getReader().next();
    }
  }
}
