package dev.flightgate.server.flight;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.flight.Calls.Call;
import dev.flightgate.server.query.Polls;
import dev.flightgate.server.session.Handle;
import dev.flightgate.server.session.HeldResult;
import dev.flightgate.server.session.PolledStatement;
import dev.flightgate.server.session.PreparedStatement;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.jspecify.annotations.Nullable;

/**
 * PollFlightInfo (Flight.proto, PollInfo). The first poll with a statement starts it; each further
 * one, with the descriptor that the last one answered, tells how far it is. Until the statement is
 * through, the FlightInfo has no schema and no endpoint, and its descriptor is the one to poll
 * with, so that CancelFlightInfo knows it. What is not a statement is through at once.
 */
final class PollCommands {

  private final Calls calls;

  PollCommands(Calls calls) {
    this.calls = calls;
  }

  /**
   * Answers a poll.
   *
   * @param otherwise the FlightInfo of what is neither a statement nor one under way
   */
  PollInfo poll(FlightDescriptor descriptor, Supplier<FlightInfo> otherwise) {
    try {
      Any command = Any.parseFrom(descriptor.getCommand());
      if (command.is(CommandStatementQuery.class)) {
        CommandStatementQuery query = command.unpack(CommandStatementQuery.class);
        return calls.answer(call -> first(start(query, descriptor, call)));
      }
      if (command.is(CommandPreparedStatementQuery.class)) {
        CommandPreparedStatementQuery query = command.unpack(CommandPreparedStatementQuery.class);
        return calls.answer(call -> first(start(query, descriptor, call)));
      }
      return Tickets.polled(descriptor)
          .map(handle -> calls.answerToTheEnd(call -> next(find(handle, call))))
          .orElseGet(() -> new PollInfo(otherwise.get(), null, 1.0, null));
    } catch (InvalidProtocolBufferException e) {
      throw FlightErrors.translate(
          new BackendException(
              Kind.INVALID_DATA, "the descriptor's command cannot be read: " + e.getMessage(), e));
    } catch (BackendException e) {
      throw FlightErrors.translate(e);
    }
  }

  private PolledStatement start(
      CommandStatementQuery query, FlightDescriptor descriptor, Call call) {
    return polls()
        .start(
            call.session(),
            query.getQuery(),
            Tickets.transaction(query.hasTransactionId(), query.getTransactionId()),
            descriptor.getCommand(),
            call.scope().origin());
  }

  private PolledStatement start(
      CommandPreparedStatementQuery query, FlightDescriptor descriptor, Call call) {
    PreparedStatement statement =
        calls
            .queries()
            .statement(Tickets.statement(query.getPreparedStatementHandle()), call.principal());
    call.use(statement.session());
    return polls().start(statement, descriptor.getCommand(), call.scope().origin());
  }

  private PolledStatement find(Handle handle, Call call) {
    PolledStatement polled = polls().find(handle, call.principal());
    call.use(polled.session());
    return polled;
  }

  private PollInfo first(PolledStatement polled) {
    return answer(polled, polls().first(polled));
  }

  private PollInfo next(PolledStatement polled) {
    return answer(polled, polls().next(polled));
  }

  private static PollInfo answer(PolledStatement polled, PolledStatement.Status status) {
    HeldResult result = status.result();
    @Nullable Double progress =
        status.progress().isPresent() ? status.progress().getAsDouble() : null;
    Instant expiry = polled.renew();
    if (result != null) {
      FlightInfo info = Tickets.info(result, FlightDescriptor.command(polled.command()));
      return new PollInfo(info, null, progress, expiry);
    }
    FlightDescriptor again = Tickets.descriptor(polled);
    FlightInfo info = new FlightInfo(null, again, List.of(), -1, -1);
    return new PollInfo(info, again, progress, expiry);
  }

  private Polls polls() {
    return calls.queries().polls();
  }
}
