package dev.flightgate.server.flight;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.FlightSqlUtils;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionClosePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementUpdate;

/**
 * The messages of prepared statements one by one, where arrow-java's class does several at once.
 */
final class Prepared {

  private Prepared() {}

  static ActionCreatePreparedStatementResult create(SqlClient client, String sql) throws Exception {
    return create(client, ActionCreatePreparedStatementRequest.newBuilder().setQuery(sql).build());
  }

  static ActionCreatePreparedStatementResult create(
      SqlClient client, String sql, Transaction transaction) throws Exception {
    return create(
        client,
        ActionCreatePreparedStatementRequest.newBuilder()
            .setQuery(sql)
            .setTransactionId(ByteString.copyFrom(transaction.getTransactionId()))
            .build());
  }

  private static ActionCreatePreparedStatementResult create(
      SqlClient client, ActionCreatePreparedStatementRequest request) throws Exception {
    Action action =
        new Action(
            FlightSqlUtils.FLIGHT_SQL_CREATE_PREPARED_STATEMENT.getType(),
            Any.pack(request).toByteArray());
    return Any.parseFrom(client.flight().doAction(action, client.options()).next().getBody())
        .unpack(ActionCreatePreparedStatementResult.class);
  }

  static ByteString handle(SqlClient client, String sql) throws Exception {
    return create(client, sql).getPreparedStatementHandle();
  }

  static void close(SqlClient client, ByteString handle) {
    ActionClosePreparedStatementRequest request =
        ActionClosePreparedStatementRequest.newBuilder().setPreparedStatementHandle(handle).build();
    Action action =
        new Action(
            FlightSqlUtils.FLIGHT_SQL_CLOSE_PREPARED_STATEMENT.getType(),
            Any.pack(request).toByteArray());
    client.flight().doAction(action, client.options()).forEachRemaining(result -> {});
  }

  static CommandPreparedStatementQuery queryOf(ByteString handle) {
    return CommandPreparedStatementQuery.newBuilder().setPreparedStatementHandle(handle).build();
  }

  static CommandPreparedStatementUpdate updateOf(ByteString handle) {
    return CommandPreparedStatementUpdate.newBuilder().setPreparedStatementHandle(handle).build();
  }

  static FlightInfo execute(SqlClient client, ByteString handle) {
    return client.flight().getInfo(descriptor(queryOf(handle)), client.options());
  }

  static FlightDescriptor descriptor(Message command) {
    return FlightDescriptor.command(Any.pack(command).toByteArray());
  }
}
