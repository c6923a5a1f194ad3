package dev.flightgate.server.flight;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.Ticket;

/**
 * Refuses what flight-sql would answer with an internal error: requests that are not Flight SQL.
 */
final class RequestChecks {

  private static final String PACKAGE = "type.googleapis.com/arrow.flight.protocol.sql.";

  private RequestChecks() {}

  static void command(FlightDescriptor descriptor) {
    if (!descriptor.isCommand()) {
      throw invalid("the descriptor is a path; Flight SQL takes a command");
    }
    Optional<Any> message = parse(descriptor.getCommand());
    if (message.isEmpty() || !message.get().getTypeUrl().startsWith(PACKAGE)) {
      throw invalid("the descriptor's command is not a Flight SQL message");
    }
    if (message.get().getTypeUrl().endsWith("SubstraitPlan")) {
      throw CallStatus.UNIMPLEMENTED
          .withDescription("Substrait plans are not supported: send SQL")
          .toRuntimeException();
    }
  }

  static Optional<RuntimeException> ticket(Ticket ticket) {
    Optional<Any> message = parse(ticket.getBytes());
    return message.isPresent() && message.get().getTypeUrl().startsWith(PACKAGE)
        ? Optional.empty()
        : Optional.of(invalid("malformed ticket: it was not issued by this server"));
  }

  static void action(Action action, List<ActionType> known) {
    if (known.stream().noneMatch(type -> type.getType().equals(action.getType()))) {
      throw CallStatus.UNIMPLEMENTED
          .withDescription(
              "there is no action " + action.getType() + "; ListActions tells which ones there are")
          .toRuntimeException();
    }
  }

  private static Optional<Any> parse(byte[] bytes) {
    try {
      return Optional.of(Any.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static FlightRuntimeException invalid(String why) {
    return CallStatus.INVALID_ARGUMENT.withDescription(why).toRuntimeException();
  }
}
