package dev.flightgate.server.flight;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.FlightConstants;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.RenewFlightEndpointRequest;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.sql.FlightSqlUtils;
import org.apache.arrow.flight.sql.impl.FlightSql;

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

  /** The action as flight-sql can read it. */
  static Action action(Action action, List<ActionType> known, List<ActionType> some) {
    if (Stream.concat(known.stream(), some.stream())
        .noneMatch(type -> type.getType().equals(action.getType()))) {
      throw CallStatus.UNIMPLEMENTED
          .withDescription(
              "there is no action " + action.getType() + "; ListActions tells which ones there are")
          .toRuntimeException();
    }
    return readable(action);
  }

  /** flight-sql reads these bodies too, but calls a malformed one an internal error. */
  @SuppressWarnings("deprecation") // CancelQuery is, and older clients send it.
  private static Action readable(Action action) {
    ByteBuffer body = ByteBuffer.wrap(action.getBody());
    try {
      if (is(action, FlightConstants.CANCEL_FLIGHT_INFO)) {
        Action described = describedInfo(action);
        CancelFlightInfoRequest.deserialize(ByteBuffer.wrap(described.getBody()));
        return described;
      } else if (is(action, FlightConstants.RENEW_FLIGHT_ENDPOINT)) {
        RenewFlightEndpointRequest.deserialize(body);
      } else if (is(action, FlightConstants.SET_SESSION_OPTIONS)) {
        SetSessionOptionsRequest.deserialize(body);
      } else if (is(action, FlightConstants.GET_SESSION_OPTIONS)) {
        GetSessionOptionsRequest.deserialize(body);
      } else if (is(action, FlightConstants.CLOSE_SESSION)) {
        CloseSessionRequest.deserialize(body);
      } else if (is(action, FlightSqlUtils.FLIGHT_SQL_CANCEL_QUERY)) {
        Flight.FlightInfo info =
            described(
                Flight.FlightInfo.parseFrom(
                    FlightSqlUtils.unpackAndParseOrThrow(
                            action.getBody(), FlightSql.ActionCancelQueryRequest.class)
                        .getInfo()));
        FlightInfo.deserialize(info.toByteString().asReadOnlyByteBuffer());
        FlightSql.ActionCancelQueryRequest request =
            FlightSql.ActionCancelQueryRequest.newBuilder().setInfo(info.toByteString()).build();
        return new Action(action.getType(), Any.pack(request).toByteArray());
      }
      return action;
    } catch (FlightRuntimeException e) {
      throw e;
    } catch (IOException | URISyntaxException | RuntimeException e) {
      throw invalid("the body of " + action.getType() + " cannot be read: " + e.getMessage());
    }
  }

  private static Action describedInfo(Action action) throws InvalidProtocolBufferException {
    Flight.CancelFlightInfoRequest request =
        Flight.CancelFlightInfoRequest.parseFrom(action.getBody());
    if (!request.hasInfo()) {
      throw invalid("the body of " + action.getType() + " has no FlightInfo");
    }
    byte[] body = request.toBuilder().setInfo(described(request.getInfo())).build().toByteArray();
    return new Action(action.getType(), body);
  }

  /** A FlightInfo need not have its descriptor, but flight-core reads none without. */
  private static Flight.FlightInfo described(Flight.FlightInfo info) {
    return info.hasFlightDescriptor()
        ? info
        : info.toBuilder()
            .setFlightDescriptor(
                Flight.FlightDescriptor.newBuilder()
                    .setType(Flight.FlightDescriptor.DescriptorType.CMD))
            .build();
  }

  private static boolean is(Action action, ActionType type) {
    return action.getType().equals(type.getType());
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
