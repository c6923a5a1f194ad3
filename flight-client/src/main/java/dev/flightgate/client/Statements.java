package dev.flightgate.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.arrow.flight.sql.FlightSqlUtils;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementUpdate;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;

/** The statements of a connection, all in one transaction or all outside of any. Thread-safe. */
final class Statements {

  private final Wire wire;
  private final @Nullable ByteString transaction;

  /** Outside of transactions if {@code transaction} is null. */
  Statements(Wire wire, @Nullable ByteString transaction) {
    this.wire = wire;
    this.transaction = transaction;
  }

  QueryResult query(String sql) {
    CommandStatementQuery.Builder command = CommandStatementQuery.newBuilder().setQuery(sql);
    if (transaction != null) {
      command.setTransactionId(transaction);
    }
    return wire.query(command.build());
  }

  /** Prepares, binds, runs; the prepared statement lives as long as the result. */
  QueryResult query(String sql, @Nullable Object... parameters) {
    if (parameters.length == 0) {
      return query(sql);
    }
    PreparedStatement prepared = prepare(sql);
    try {
      return prepared.bind(parameters).query().closing(prepared);
    } catch (RuntimeException failure) {
      try (prepared) {
        throw failure;
      }
    }
  }

  long update(String sql) {
    CommandStatementUpdate.Builder command = CommandStatementUpdate.newBuilder().setQuery(sql);
    if (transaction != null) {
      command.setTransactionId(transaction);
    }
    try (VectorSchemaRoot nothing = VectorSchemaRoot.of()) {
      return Upload.count(wire, command.build(), nothing, new MapDictionaryProvider(), () -> false);
    }
  }

  long update(String sql, @Nullable Object... parameters) {
    if (parameters.length == 0) {
      return update(sql);
    }
    try (PreparedStatement prepared = prepare(sql)) {
      return prepared.bind(parameters).update();
    }
  }

  PreparedStatement prepare(String sql) {
    ActionCreatePreparedStatementRequest.Builder request =
        ActionCreatePreparedStatementRequest.newBuilder().setQuery(sql);
    if (transaction != null) {
      request.setTransactionId(transaction);
    }
    byte[] answer =
        wire.action(FlightSqlUtils.FLIGHT_SQL_CREATE_PREPARED_STATEMENT, request.build());
    return new PreparedStatement(
        wire, Answers.parse(answer, ActionCreatePreparedStatementResult.class));
  }

  long ingest(String table, IngestMode mode, ArrowReader batches) {
    try {
      VectorSchemaRoot root = batches.getVectorSchemaRoot();
      return Upload.count(wire, ingest(table, mode), root, batches, batches::loadNextBatch);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  long ingest(String table, IngestMode mode, VectorSchemaRoot batch) {
    return Upload.count(
        wire, ingest(table, mode), batch, new MapDictionaryProvider(), PreparedStatement.once());
  }

  private CommandStatementIngest ingest(String table, IngestMode mode) {
    CommandStatementIngest.Builder command =
        CommandStatementIngest.newBuilder()
            .setTable(table)
            .setTableDefinitionOptions(mode.definition());
    if (transaction != null) {
      command.setTransactionId(transaction);
    }
    return command.build();
  }
}
