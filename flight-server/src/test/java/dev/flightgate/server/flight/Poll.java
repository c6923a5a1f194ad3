package dev.flightgate.server.flight;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.TicketStatementQuery;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/** PollFlightInfo through arrow-java's client. */
final class Poll {

  private static final int POLLS_MAX = 200;

  private Poll() {}

  static FlightDescriptor command(Message command) {
    return FlightDescriptor.command(Any.pack(command).toByteArray());
  }

  static FlightDescriptor statement(String sql) {
    return statement(sql, null);
  }

  static FlightDescriptor statement(String sql, @Nullable Transaction transaction) {
    CommandStatementQuery.Builder query = CommandStatementQuery.newBuilder().setQuery(sql);
    if (transaction != null) {
      query.setTransactionId(ByteString.copyFrom(transaction.getTransactionId()));
    }
    return command(query.build());
  }

  /** A descriptor like that of a statement under way, with any handle. */
  static FlightDescriptor handle(String text) {
    return command(
        TicketStatementQuery.newBuilder()
            .setStatementHandle(ByteString.copyFromUtf8(text))
            .build());
  }

  static PollInfo once(SqlClient client, FlightDescriptor descriptor) {
    return client.flight().pollInfo(descriptor, client.options());
  }

  /** Starts a statement that is not through at once. */
  static PollInfo start(SqlClient client, String sql) {
    PollInfo started = once(client, statement(sql));
    Assertions.assertThat(started.getFlightDescriptor()).as(sql).isPresent();
    return started;
  }

  /** Polls until the statement is through; all answers. */
  static List<PollInfo> toTheEnd(SqlClient client, FlightDescriptor descriptor) {
    List<PollInfo> answers = new ArrayList<>();
    PollInfo last = once(client, descriptor);
    answers.add(last);
    while (last.getFlightDescriptor().isPresent()) {
      Assertions.assertThat(answers).hasSizeLessThan(POLLS_MAX);
      last = once(client, last.getFlightDescriptor().get());
      answers.add(last);
    }
    return answers;
  }

  static FlightInfo result(SqlClient client, FlightDescriptor descriptor) {
    List<PollInfo> answers = toTheEnd(client, descriptor);
    return answers.get(answers.size() - 1).getFlightInfo();
  }

  static FlightInfo result(SqlClient client, String sql) {
    return result(client, statement(sql));
  }
}
