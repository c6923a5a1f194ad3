package dev.flightgate.server.flight;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.IngestTarget.Mode;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;

/** CommandStatementIngest: a client's batches become rows of a table. */
final class IngestCommands {

  private final Calls calls;

  IngestCommands(Calls calls) {
    this.calls = calls;
  }

  Runnable ingest(
      CommandStatementIngest command, FlightStream upload, StreamListener<PutResult> client) {
    return () ->
        UploadAnswers.answer(
            calls,
            client,
            call -> {
              IngestTarget target = target(command);
              try (UploadStream batches = UploadStream.open(upload, call)) {
                if (batches == null) {
                  throw new BackendException(
                      Kind.INVALID_DATA, "the ingest ended before it sent a schema");
                }
                return calls
                    .queries()
                    .ingest(
                        call.session(),
                        target,
                        Tickets.transaction(command.hasTransactionId(), command.getTransactionId()),
                        batches,
                        call.cancellation());
              }
            });
  }

  private static IngestTarget target(CommandStatementIngest command) {
    if (command.getTable().isEmpty()) {
      throw new BackendException(Kind.INVALID_DATA, "the ingest names no table");
    }
    return new IngestTarget(
        command.hasCatalog() ? command.getCatalog() : null,
        command.hasSchema() ? command.getSchema() : null,
        command.getTable(),
        mode(command.getTableDefinitionOptions()),
        command.getTemporary());
  }

  private static Mode mode(TableDefinitionOptions options) {
    boolean create =
        switch (options.getIfNotExist()) {
          case TABLE_NOT_EXIST_OPTION_CREATE -> true;
          case TABLE_NOT_EXIST_OPTION_FAIL -> false;
          case TABLE_NOT_EXIST_OPTION_UNSPECIFIED, UNRECOGNIZED ->
              throw unspecified("if_not_exist");
        };
    return switch (options.getIfExists()) {
      case TABLE_EXISTS_OPTION_APPEND -> create ? Mode.CREATE_APPEND : Mode.APPEND;
      case TABLE_EXISTS_OPTION_REPLACE -> replace(create);
      case TABLE_EXISTS_OPTION_FAIL -> create(create);
      case TABLE_EXISTS_OPTION_UNSPECIFIED, UNRECOGNIZED -> throw unspecified("if_exists");
    };
  }

  private static Mode replace(boolean create) {
    if (!create) {
      throw new BackendException(
          Kind.UNSUPPORTED, "replacing a table only if it exists is not supported");
    }
    return Mode.REPLACE;
  }

  private static Mode create(boolean create) {
    if (!create) {
      throw new BackendException(
          Kind.INVALID_DATA, "the ingest may neither create the table nor add to it");
    }
    return Mode.CREATE;
  }

  private static BackendException unspecified(String option) {
    return new BackendException(
        Kind.INVALID_DATA, "the ingest leaves table_definition_options." + option + " open");
  }
}
