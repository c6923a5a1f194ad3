package dev.flightgate.client;

import com.google.protobuf.ByteString;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlUtils;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndTransactionRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndTransactionRequest.EndTransaction;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;

/**
 * A transaction: what runs in it takes effect together, at {@link #commit()}, or not at all.
 * Closing it without a commit rolls it back. For one thread at a time; close its results before it
 * ends.
 */
public final class Transaction implements AutoCloseable {

  private final Wire wire;
  private final ByteString id;
  private final Statements statements;
  private boolean ended;

  private Transaction(Wire wire, ByteString id) {
    this.wire = wire;
    this.id = id;
    this.statements = new Statements(wire, id);
  }

  static Transaction begin(Wire wire) {
    byte[] answer =
        wire.action(
            FlightSqlUtils.FLIGHT_SQL_BEGIN_TRANSACTION,
            ActionBeginTransactionRequest.getDefaultInstance());
    ByteString id = Answers.parse(answer, ActionBeginTransactionResult.class).getTransactionId();
    if (id.isEmpty()) {
      throw new FlightgateException(
          FlightStatusCode.INTERNAL, "the server began a transaction without an id", null);
    }
    return new Transaction(wire, id);
  }

  /** Like {@link FlightgateClient#query(String, Object...)}, in this transaction. */
  public QueryResult query(String sql, @Nullable Object... parameters) {
    return open().query(sql, parameters);
  }

  /** Like {@link FlightgateClient#update(String, Object...)}, in this transaction. */
  public long update(String sql, @Nullable Object... parameters) {
    return open().update(sql, parameters);
  }

  /** Like {@link FlightgateClient#prepare(String)}, in this transaction. */
  public PreparedStatement prepare(String sql) {
    return open().prepare(sql);
  }

  /** Like {@link FlightgateClient#ingest(String, IngestMode, ArrowReader)}, in this transaction. */
  public long ingest(String table, IngestMode mode, ArrowReader batches) {
    return open().ingest(table, mode, batches);
  }

  /**
   * Like {@link FlightgateClient#ingest(String, IngestMode, VectorSchemaRoot)}, in this
   * transaction.
   */
  public long ingest(String table, IngestMode mode, VectorSchemaRoot batch) {
    return open().ingest(table, mode, batch);
  }

  /** Makes what ran in it take effect. The transaction has ended then, also if this throws. */
  public void commit() {
    end(EndTransaction.END_TRANSACTION_COMMIT);
  }

  /** Undoes what ran in it. The transaction has ended then, also if this throws. */
  public void rollback() {
    end(EndTransaction.END_TRANSACTION_ROLLBACK);
  }

  /** Rolls back, unless it has ended. */
  @Override
  public void close() {
    if (!ended) {
      rollback();
    }
  }

  private Statements open() {
    if (ended) {
      throw new IllegalStateException("the transaction has ended");
    }
    return statements;
  }

  private void end(EndTransaction how) {
    open();
    ended = true;
    wire.action(
        FlightSqlUtils.FLIGHT_SQL_END_TRANSACTION,
        ActionEndTransactionRequest.newBuilder().setTransactionId(id).setAction(how).build());
  }
}
