package dev.flightgate.server.flight;

import com.google.protobuf.Message;
import dev.flightgate.server.config.GatewayConfig;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightConstants;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.GetSessionOptionsResult;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.RenewFlightEndpointRequest;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.BasicFlightSqlProducer;
import org.apache.arrow.flight.sql.FlightSqlUtils;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginSavepointRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginSavepointResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionClosePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndSavepointRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndTransactionRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetCrossReference;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetDbSchemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetExportedKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetImportedKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetPrimaryKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetSqlInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetXdbcTypeInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.TicketStatementQuery;
import org.apache.arrow.vector.types.pojo.Schema;

/** Hands each Flight SQL command to the family it belongs to. Decides nothing. */
final class FlightSqlDispatcher extends BasicFlightSqlProducer {

  /** What is implemented for every engine, and nothing else. */
  private static final List<ActionType> ACTIONS =
      List.of(
          FlightSqlUtils.FLIGHT_SQL_BEGIN_TRANSACTION,
          FlightSqlUtils.FLIGHT_SQL_END_TRANSACTION,
          FlightSqlUtils.FLIGHT_SQL_CREATE_PREPARED_STATEMENT,
          FlightSqlUtils.FLIGHT_SQL_CLOSE_PREPARED_STATEMENT,
          FlightSqlUtils.FLIGHT_SQL_CANCEL_QUERY,
          FlightConstants.CANCEL_FLIGHT_INFO,
          FlightConstants.RENEW_FLIGHT_ENDPOINT,
          FlightConstants.SET_SESSION_OPTIONS,
          FlightConstants.GET_SESSION_OPTIONS,
          FlightConstants.CLOSE_SESSION);

  private final StatementCommands statements;
  private final PreparedCommands prepared;
  private final IngestCommands ingest;
  private final TransactionCommands transactions;
  private final SessionCommands sessions;
  private final MetadataCommands metadata;
  private final PollCommands polls;

  FlightSqlDispatcher(Calls calls, GatewayConfig config) {
    this.statements = new StatementCommands(calls);
    this.prepared = new PreparedCommands(calls, config.queries().bytesMax());
    this.ingest = new IngestCommands(calls);
    this.transactions = new TransactionCommands(calls);
    this.sessions = new SessionCommands(calls);
    this.metadata = new MetadataCommands(calls, config.sessions());
    this.polls = new PollCommands(calls);
  }

  @Override
  protected <T extends Message> List<FlightEndpoint> determineEndpoints(
      T request, FlightDescriptor descriptor, Schema schema) {
    return Tickets.info(schema, descriptor, request).getEndpoints();
  }

  @Override
  public FlightInfo getFlightInfoStatement(
      CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    return statements.plan(command, descriptor);
  }

  @Override
  public SchemaResult getSchemaStatement(
      CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    return statements.describe(command);
  }

  @Override
  public void getStreamStatement(
      TicketStatementQuery ticket, CallContext context, ServerStreamListener client) {
    statements.fetch(ticket, client);
  }

  @Override
  public Runnable acceptPutStatement(
      CommandStatementUpdate command,
      CallContext context,
      FlightStream upload,
      StreamListener<PutResult> client) {
    return statements.update(command, client);
  }

  @Override
  public void createPreparedStatement(
      ActionCreatePreparedStatementRequest request,
      CallContext context,
      StreamListener<Result> client) {
    prepared.create(request, client);
  }

  @Override
  public void closePreparedStatement(
      ActionClosePreparedStatementRequest request,
      CallContext context,
      StreamListener<Result> client) {
    prepared.close(request, client);
  }

  @Override
  public FlightInfo getFlightInfoPreparedStatement(
      CommandPreparedStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    return prepared.plan(command, descriptor);
  }

  @Override
  public SchemaResult getSchemaPreparedStatement(
      CommandPreparedStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    return prepared.describe(command);
  }

  @Override
  public void getStreamPreparedStatement(
      CommandPreparedStatementQuery command, CallContext context, ServerStreamListener client) {
    // No ticket of ours is one: a prepared statement's results have tickets of their own.
    client.error(
        CallStatus.INVALID_ARGUMENT
            .withDescription("malformed ticket: it was not issued by this server")
            .toRuntimeException());
  }

  @Override
  public Runnable acceptPutPreparedStatementQuery(
      CommandPreparedStatementQuery command,
      CallContext context,
      FlightStream upload,
      StreamListener<PutResult> client) {
    return prepared.bind(command, upload, client);
  }

  @Override
  public Runnable acceptPutPreparedStatementUpdate(
      CommandPreparedStatementUpdate command,
      CallContext context,
      FlightStream upload,
      StreamListener<PutResult> client) {
    return prepared.update(command, upload, client);
  }

  @Override
  public Runnable acceptPutStatementBulkIngest(
      CommandStatementIngest command,
      CallContext context,
      FlightStream upload,
      StreamListener<PutResult> client) {
    return ingest.ingest(command, upload, client);
  }

  @Override
  public void beginTransaction(
      ActionBeginTransactionRequest request,
      CallContext context,
      StreamListener<ActionBeginTransactionResult> client) {
    transactions.begin(client);
  }

  @Override
  public void endTransaction(
      ActionEndTransactionRequest request, CallContext context, StreamListener<Result> client) {
    transactions.end(request, client);
  }

  @Override
  public void beginSavepoint(
      ActionBeginSavepointRequest request,
      CallContext context,
      StreamListener<ActionBeginSavepointResult> client) {
    transactions.begin(request, client);
  }

  @Override
  public void endSavepoint(
      ActionEndSavepointRequest request, CallContext context, StreamListener<Result> client) {
    transactions.end(request, client);
  }

  @Override
  public void cancelFlightInfo(
      CancelFlightInfoRequest request, CallContext context, StreamListener<CancelStatus> client) {
    sessions.cancel(request, client);
  }

  @Override
  public void renewFlightEndpoint(
      RenewFlightEndpointRequest request,
      CallContext context,
      StreamListener<FlightEndpoint> client) {
    sessions.renew(request, client);
  }

  @Override
  public void setSessionOptions(
      SetSessionOptionsRequest request,
      CallContext context,
      StreamListener<SetSessionOptionsResult> client) {
    sessions.setOptions(request, client);
  }

  @Override
  public void getSessionOptions(
      GetSessionOptionsRequest request,
      CallContext context,
      StreamListener<GetSessionOptionsResult> client) {
    sessions.getOptions(client);
  }

  @Override
  public void closeSession(
      CloseSessionRequest request, CallContext context, StreamListener<CloseSessionResult> client) {
    sessions.close(client);
  }

  @Override
  public void getStreamSqlInfo(
      CommandGetSqlInfo command, CallContext context, ServerStreamListener client) {
    metadata.sqlInfo(command, client);
  }

  @Override
  public void getStreamTypeInfo(
      CommandGetXdbcTypeInfo command, CallContext context, ServerStreamListener client) {
    metadata.types(command, client);
  }

  @Override
  public void getStreamCatalogs(CallContext context, ServerStreamListener client) {
    metadata.catalogs(client);
  }

  @Override
  public void getStreamSchemas(
      CommandGetDbSchemas command, CallContext context, ServerStreamListener client) {
    metadata.schemas(command, client);
  }

  @Override
  public void getStreamTables(
      CommandGetTables command, CallContext context, ServerStreamListener client) {
    metadata.tables(command, client);
  }

  @Override
  public void getStreamTableTypes(CallContext context, ServerStreamListener client) {
    metadata.tableTypes(client);
  }

  @Override
  public void getStreamPrimaryKeys(
      CommandGetPrimaryKeys command, CallContext context, ServerStreamListener client) {
    metadata.primaryKeys(command, client);
  }

  @Override
  public void getStreamExportedKeys(
      CommandGetExportedKeys command, CallContext context, ServerStreamListener client) {
    metadata.exportedKeys(command, client);
  }

  @Override
  public void getStreamImportedKeys(
      CommandGetImportedKeys command, CallContext context, ServerStreamListener client) {
    metadata.importedKeys(command, client);
  }

  @Override
  public void getStreamCrossReference(
      CommandGetCrossReference command, CallContext context, ServerStreamListener client) {
    metadata.crossReference(command, client);
  }

  @Override
  public void listActions(CallContext context, StreamListener<ActionType> client) {
    ACTIONS.forEach(client::onNext);
    transactions.savepointActions().forEach(client::onNext);
    client.onCompleted();
  }

  @Override
  public void doAction(CallContext context, Action action, StreamListener<Result> client) {
    Action readable = RequestChecks.action(action, ACTIONS, TransactionCommands.SAVEPOINT_ACTIONS);
    super.doAction(context, readable, client);
  }

  @Override
  public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
    RequestChecks.command(descriptor);
    return super.getFlightInfo(context, descriptor);
  }

  @Override
  public PollInfo pollFlightInfo(CallContext context, FlightDescriptor descriptor) {
    RequestChecks.command(descriptor);
    return polls.poll(descriptor, () -> super.getFlightInfo(context, descriptor));
  }

  @Override
  public SchemaResult getSchema(CallContext context, FlightDescriptor descriptor) {
    RequestChecks.command(descriptor);
    return super.getSchema(context, descriptor);
  }

  @Override
  public void getStream(CallContext context, Ticket ticket, ServerStreamListener client) {
    Optional<RuntimeException> fault = RequestChecks.ticket(ticket);
    if (fault.isPresent()) {
      client.error(fault.get());
      return;
    }
    super.getStream(context, ticket, client);
  }

  @Override
  public Runnable acceptPut(
      CallContext context, FlightStream upload, StreamListener<PutResult> client) {
    RequestChecks.command(upload.getDescriptor());
    return super.acceptPut(context, upload, client);
  }

  @Override
  public void listFlights(
      CallContext context, Criteria criteria, StreamListener<FlightInfo> client) {
    client.onError(
        CallStatus.UNIMPLEMENTED
            .withDescription("ListFlights has no meaning for SQL: use GetTables")
            .toRuntimeException());
  }

  @Override
  public void close() {}
}
