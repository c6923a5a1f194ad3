package dev.flightgate.server.flight;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.flight.Calls.Call;
import dev.flightgate.server.session.HeldResult;
import dev.flightgate.server.session.PreparedStatement;
import dev.flightgate.server.session.SharedParameters;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionClosePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutPreparedStatementResult;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Prepared statements: create, bind, plan, update, close. */
final class PreparedCommands {

  /** Field 4 of ActionCreatePreparedStatementResult, newer than flight-sql 18.3.0's class. */
  private static final int IS_UPDATE = 4;

  private final Calls calls;
  private final long parameterBytesMax;

  /**
   * @param parameterBytesMax how much memory the parameters of one call may take
   */
  PreparedCommands(Calls calls, long parameterBytesMax) {
    this.calls = calls;
    this.parameterBytesMax = parameterBytesMax;
  }

  void create(ActionCreatePreparedStatementRequest request, StreamListener<Result> client) {
    Result result =
        calls.answer(
            call -> {
              PreparedStatement statement =
                  calls
                      .queries()
                      .prepare(
                          call.session(),
                          request.getQuery(),
                          Tickets.transaction(
                              request.hasTransactionId(), request.getTransactionId()),
                          call.cancellation());
              return new Result(Any.pack(describe(statement)).toByteArray());
            });
    client.onNext(result);
    client.onCompleted();
  }

  private static ActionCreatePreparedStatementResult describe(PreparedStatement statement) {
    PreparedStatement.Description description = statement.description();
    boolean update = description.resultSchema().getFields().isEmpty();
    UnknownFieldSet newer =
        UnknownFieldSet.newBuilder()
            .addField(
                IS_UPDATE, UnknownFieldSet.Field.newBuilder().addVarint(update ? 1 : 0).build())
            .build();
    return ActionCreatePreparedStatementResult.newBuilder()
        .setPreparedStatementHandle(ByteString.copyFrom(statement.handle().bytes()))
        .setDatasetSchema(serialize(description.resultSchema()))
        .setParameterSchema(serialize(ParameterRows.announced(description.parameterSchema())))
        .setUnknownFields(newer)
        .build();
  }

  private static ByteString serialize(Schema schema) {
    return schema.getFields().isEmpty()
        ? ByteString.EMPTY
        : ByteString.copyFrom(ColumnFields.serialize(schema));
  }

  void close(ActionClosePreparedStatementRequest request, StreamListener<Result> client) {
    calls.answerToTheEnd(
        call -> {
          calls
              .queries()
              .close(Tickets.statement(request.getPreparedStatementHandle()), call.principal());
          return true;
        });
    client.onCompleted();
  }

  FlightInfo plan(CommandPreparedStatementQuery command, FlightDescriptor descriptor) {
    return calls.answer(
        call -> {
          PreparedStatement statement = find(command.getPreparedStatementHandle(), call);
          HeldResult result = calls.queries().plan(statement, call.cancellation());
          return Tickets.info(result, descriptor);
        });
  }

  SchemaResult describe(CommandPreparedStatementQuery command) {
    return calls.answer(
        call -> {
          PreparedStatement statement = find(command.getPreparedStatementHandle(), call);
          return new SchemaResult(calls.queries().describe(statement, call.cancellation()));
        });
  }

  Runnable bind(
      CommandPreparedStatementQuery command,
      FlightStream upload,
      StreamListener<PutResult> client) {
    return () ->
        UploadAnswers.answerMessage(
            calls,
            client,
            call -> {
              PreparedStatement statement = find(command.getPreparedStatementHandle(), call);
              SharedParameters rows = readRows(upload, call, statement);
              statement.bind(rows == null ? SharedParameters.none() : rows);
              return DoPutPreparedStatementResult.newBuilder()
                  .setPreparedStatementHandle(command.getPreparedStatementHandle())
                  .build();
            });
  }

  Runnable update(
      CommandPreparedStatementUpdate command,
      FlightStream upload,
      StreamListener<PutResult> client) {
    return () ->
        UploadAnswers.answer(
            calls,
            client,
            call -> {
              PreparedStatement statement = find(command.getPreparedStatementHandle(), call);
              // Without a schema the rows bound before count, which is what arrow-rs clients do.
              SharedParameters rows = readRows(upload, call, statement);
              try {
                Parameters parameters = rows == null ? null : rows.parameters();
                return calls.queries().update(statement, parameters, call.cancellation());
              } finally {
                if (rows != null) {
                  rows.release();
                }
              }
            });
  }

  /** The rows sent; null if there are none or they have no columns, as nothing is bound then. */
  private @Nullable SharedParameters readRows(
      FlightStream upload, Call call, PreparedStatement statement) {
    call.use(statement.session());
    try (UploadStream batches = UploadStream.open(upload, call)) {
      return batches == null || batches.root().getFieldVectors().isEmpty()
          ? null
          : ParameterRows.read(batches, statement, parameterBytesMax);
    }
  }

  private PreparedStatement find(ByteString handle, Call call) {
    PreparedStatement statement =
        calls.queries().statement(Tickets.statement(handle), call.principal());
    call.use(statement.session());
    return statement;
  }
}
