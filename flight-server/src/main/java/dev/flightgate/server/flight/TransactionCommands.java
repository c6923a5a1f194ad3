package dev.flightgate.server.flight;

import com.google.protobuf.ByteString;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.Capability;
import dev.flightgate.server.session.Handle;
import dev.flightgate.server.session.HeldSavepoint;
import dev.flightgate.server.session.Transaction;
import java.util.List;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.sql.FlightSqlUtils;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginSavepointRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginSavepointResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndSavepointRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndTransactionRequest;

/** BeginTransaction and EndTransaction, BeginSavepoint and EndSavepoint. */
final class TransactionCommands {

  /** What only engines with savepoints have. */
  static final List<ActionType> SAVEPOINT_ACTIONS =
      List.of(FlightSqlUtils.FLIGHT_SQL_BEGIN_SAVEPOINT, FlightSqlUtils.FLIGHT_SQL_END_SAVEPOINT);

  private final Calls calls;

  TransactionCommands(Calls calls) {
    this.calls = calls;
  }

  /** What there is of them in the database that the call is for. */
  List<ActionType> savepointActions() {
    return calls.answer(
        call ->
            call.database().backend().info().can(Capability.SAVEPOINTS)
                ? SAVEPOINT_ACTIONS
                : List.of());
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

  void begin(
      ActionBeginSavepointRequest request, StreamListener<ActionBeginSavepointResult> client) {
    HeldSavepoint savepoint =
        calls.answer(
            call -> {
              Handle handle =
                  Handle.parse(request.getTransactionId().toByteArray(), "transaction id");
              return calls
                  .queries()
                  .savepoints()
                  .begin(handle, call.principal(), request.getName(), call.cancellation());
            });
    client.onNext(
        ActionBeginSavepointResult.newBuilder()
            .setSavepointId(ByteString.copyFrom(savepoint.handle().bytes()))
            .build());
    client.onCompleted();
  }

  void end(ActionEndSavepointRequest request, StreamListener<Result> client) {
    calls.answerToTheEnd(
        call -> {
          Handle handle = Handle.parse(request.getSavepointId().toByteArray(), "savepoint id");
          boolean release =
              switch (request.getAction()) {
                case END_SAVEPOINT_RELEASE -> true;
                case END_SAVEPOINT_ROLLBACK -> false;
                case END_SAVEPOINT_UNSPECIFIED, UNRECOGNIZED ->
                    throw new BackendException(
                        Kind.INVALID_DATA, "EndSavepoint says neither release nor rollback");
              };
          calls.queries().savepoints().end(handle, call.principal(), release, call.cancellation());
          return true;
        });
    client.onCompleted();
  }

  void end(ActionEndTransactionRequest request, StreamListener<Result> client) {
    calls.answerToTheEnd(
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
