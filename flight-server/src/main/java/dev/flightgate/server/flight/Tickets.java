package dev.flightgate.server.flight;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.session.Handle;
import dev.flightgate.server.session.HeldResult;
import dev.flightgate.server.session.PolledStatement;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.impl.FlightSql.TicketStatementQuery;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What tickets say. A result's ticket is a TicketStatementQuery (FlightSql.proto) whose handle
 * cannot be guessed and is checked against the principal when it is redeemed; a metadata command's
 * ticket is the command.
 */
final class Tickets {

  private Tickets() {}

  /** A FlightInfo with one endpoint and no location, so that clients stay on their channel. */
  static FlightInfo info(Schema schema, FlightDescriptor descriptor, Message ticket) {
    Ticket packed = new Ticket(Any.pack(ticket).toByteArray());
    return new FlightInfo(schema, descriptor, List.of(new FlightEndpoint(packed)), -1, -1);
  }

  /**
   * The FlightInfo of a held result: its ticket, and until when it can be fetched, also repeatedly.
   */
  static FlightInfo info(HeldResult result, FlightDescriptor descriptor) {
    return new FlightInfo(result.schema(), descriptor, List.of(endpoint(result)), -1, -1);
  }

  /** The endpoint of a held result, whose lifetime begins anew. */
  static FlightEndpoint endpoint(HeldResult result) {
    return FlightEndpoint.builder(new Ticket(packed(result.handle())))
        .setExpirationTime(result.renew())
        .build();
  }

  /** The handle in a result's ticket. */
  static Handle result(TicketStatementQuery ticket) {
    return Handle.parse(ticket.getStatementHandle().toByteArray(), "ticket");
  }

  /** The handle of the result that a FlightInfo promises; empty if it promises metadata. */
  static Optional<Handle> result(FlightInfo info) {
    if (info.getEndpoints().isEmpty()) {
      throw new BackendException(Kind.INVALID_DATA, "the FlightInfo has no endpoint");
    }
    return result(info.getEndpoints().get(0).getTicket());
  }

  /** The handle in a ticket; empty if it is a metadata command. */
  static Optional<Handle> result(Ticket ticket) {
    return handle(ticket.getBytes(), "ticket");
  }

  /** What a client polls a statement with; it names the statement as a ticket does a result. */
  static FlightDescriptor descriptor(PolledStatement polled) {
    return FlightDescriptor.command(packed(polled.handle()));
  }

  /** The handle of the statement that is polled with the descriptor; empty if it is a command. */
  static Optional<Handle> polled(FlightDescriptor descriptor) {
    return descriptor.isCommand()
        ? handle(descriptor.getCommand(), "descriptor of a poll")
        : Optional.empty();
  }

  private static byte[] packed(Handle handle) {
    return Any.pack(
            TicketStatementQuery.newBuilder()
                .setStatementHandle(ByteString.copyFrom(handle.bytes()))
                .build())
        .toByteArray();
  }

  private static Optional<Handle> handle(byte[] bytes, String what) {
    try {
      Any packed = Any.parseFrom(bytes);
      return packed.is(TicketStatementQuery.class)
          ? Optional.of(
              Handle.parse(
                  packed.unpack(TicketStatementQuery.class).getStatementHandle().toByteArray(),
                  what))
          : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      throw new BackendException(
          Kind.INVALID_DATA, "malformed " + what + ": it was not issued by this server", e);
    }
  }

  /** A transaction id as it stands in a command; null if the command has none. */
  static @org.jspecify.annotations.Nullable Handle transaction(boolean present, ByteString id) {
    return present && !id.isEmpty() ? Handle.parse(id.toByteArray(), "transaction id") : null;
  }

  /** A prepared statement's handle. */
  static Handle statement(ByteString handle) {
    return Handle.parse(handle.toByteArray(), "prepared statement handle");
  }
}
