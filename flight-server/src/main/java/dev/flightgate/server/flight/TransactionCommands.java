package dev.flightgate.server.flight;

import com.google.protobuf.ByteString;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.session.Handle;
import dev.flightgate.server.session.Transaction;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndTransactionRequest;

/** BeginTransaction and EndTransaction. */
final class TransactionCommands {

  private final Calls calls;

  TransactionCommands(Calls calls) {
    this.calls = calls;
  }

  void begin(StreamListener<ActionBeginTransactionResult> client) {
    Transaction transaction =
        calls.answer(call -> calls.queries().beginTransaction(call.session(), call.cancellation()));
    client.onNext(
        ActionBeginTransactionResult.newBuilder()
            .setTransactionId(ByteString.copyFrom(transaction.handle().bytes()))
            .build());
    client.onCompleted();
  }

  void end(ActionEndTransactionRequest request, StreamListener<Result> client) {
    calls.answer(
        call -> {
          Handle handle = Handle.parse(request.getTransactionId().toByteArray(), "transaction id");
          boolean commit =
              switch (request.getAction()) {
                case END_TRANSACTION_COMMIT -> true;
                case END_TRANSACTION_ROLLBACK -> false;
                case END_TRANSACTION_UNSPECIFIED, UNRECOGNIZED ->
                    throw new BackendException(
                        Kind.INVALID_DATA, "EndTransaction says neither commit nor rollback");
              };
          calls.queries().endTransaction(handle, call.principal(), commit, call.cancellation());
          return true;
        });
    client.onCompleted();
  }
}
