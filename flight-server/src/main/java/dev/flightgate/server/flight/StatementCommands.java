package dev.flightgate.server.flight;

import dev.flightgate.server.session.Handle;
import dev.flightgate.server.session.HeldResult;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.TicketStatementQuery;
import org.jspecify.annotations.Nullable;

/** CommandStatementQuery, CommandStatementUpdate, and the fetch of every result. */
final class StatementCommands {

  private final Calls calls;

  StatementCommands(Calls calls) {
    this.calls = calls;
  }

  FlightInfo plan(CommandStatementQuery command, FlightDescriptor descriptor) {
    return calls.answer(
        call -> {
          HeldResult result =
              calls
                  .queries()
                  .plan(
                      call.session(),
                      command.getQuery(),
                      transaction(command),
                      call.cancellation());
          return Tickets.info(result, descriptor);
        });
  }

  SchemaResult describe(CommandStatementQuery command) {
    return calls.answer(
        call ->
            new SchemaResult(
                calls
                    .queries()
                    .describe(
                        call.session(),
                        command.getQuery(),
                        transaction(command),
                        call.cancellation())));
  }

  void fetch(TicketStatementQuery ticket, ServerStreamListener client) {
    calls.stream(
        client,
        call -> {
          HeldResult result = calls.queries().result(Tickets.result(ticket), call.principal());
          call.use(result.session());
          return calls.queries().open(result, call.cancellation());
        });
  }

  Runnable update(CommandStatementUpdate command, StreamListener<PutResult> client) {
    return () ->
        UploadAnswers.answer(
            calls,
            client,
            call ->
                calls
                    .queries()
                    .update(
                        call.session(),
                        command.getQuery(),
                        Tickets.transaction(command.hasTransactionId(), command.getTransactionId()),
                        call.cancellation()));
  }

  private static @Nullable Handle transaction(CommandStatementQuery command) {
    return Tickets.transaction(command.hasTransactionId(), command.getTransactionId());
  }
}
