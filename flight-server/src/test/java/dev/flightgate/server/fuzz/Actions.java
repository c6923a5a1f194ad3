package dev.flightgate.server.fuzz;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.sql.impl.FlightSql;

/** One of each action. */
final class Actions {

  private Actions() {}

  static List<Request> of(
      ByteString handle,
      ByteString transaction,
      ByteString ticket,
      Flight.FlightDescriptor polled) {
    List<Request> requests = new ArrayList<>();
    requests.add(
        packed(
            "CreatePreparedStatement",
            FlightSql.ActionCreatePreparedStatementRequest.newBuilder()
                .setQuery("select ?")
                .setTransactionId(transaction)
                .build()));
    requests.add(
        packed(
            "ClosePreparedStatement",
            FlightSql.ActionClosePreparedStatementRequest.newBuilder()
                .setPreparedStatementHandle(handle)
                .build()));
    requests.add(
        packed("BeginTransaction", FlightSql.ActionBeginTransactionRequest.getDefaultInstance()));
    requests.add(
        packed(
            "EndTransaction",
            FlightSql.ActionEndTransactionRequest.newBuilder()
                .setTransactionId(transaction)
                .setAction(
                    FlightSql.ActionEndTransactionRequest.EndTransaction.END_TRANSACTION_ROLLBACK)
                .build()));
    requests.add(
        packed(
            "BeginSavepoint",
            FlightSql.ActionBeginSavepointRequest.newBuilder()
                .setTransactionId(transaction)
                .setName("a")
                .build()));
    requests.add(
        packed(
            "EndSavepoint",
            FlightSql.ActionEndSavepointRequest.newBuilder()
                .setSavepointId(transaction)
                .setAction(FlightSql.ActionEndSavepointRequest.EndSavepoint.END_SAVEPOINT_ROLLBACK)
                .build()));
    Flight.FlightEndpoint endpoint =
        Flight.FlightEndpoint.newBuilder()
            .setTicket(Flight.Ticket.newBuilder().setTicket(ticket))
            .build();
    Flight.FlightInfo info = Flight.FlightInfo.newBuilder().addEndpoint(endpoint).build();
    requests.add(
        plain(
            "CancelFlightInfo", Flight.CancelFlightInfoRequest.newBuilder().setInfo(info).build()));
    requests.add(
        plain(
            "CancelFlightInfo",
            Flight.CancelFlightInfoRequest.newBuilder()
                .setInfo(Flight.FlightInfo.newBuilder().setFlightDescriptor(polled))
                .build()));
    requests.add(
        plain(
            "RenewFlightEndpoint",
            Flight.RenewFlightEndpointRequest.newBuilder().setEndpoint(endpoint).build()));
    requests.add(
        plain(
            "SetSessionOptions",
            Flight.SetSessionOptionsRequest.newBuilder()
                .putSessionOptions(
                    "catalog",
                    Flight.SessionOptionValue.newBuilder().setStringValue("memory").build())
                .build()));
    requests.add(plain("GetSessionOptions", Flight.GetSessionOptionsRequest.getDefaultInstance()));
    requests.add(plain("CloseSession", Flight.CloseSessionRequest.getDefaultInstance()));
    return requests;
  }

  private static Request packed(String type, Message body) {
    return plain(type, Any.pack(body));
  }

  private static Request plain(String type, Message body) {
    return Request.of(
        "DoAction", Flight.Action.newBuilder().setType(type).setBody(body.toByteString()).build());
  }
}
