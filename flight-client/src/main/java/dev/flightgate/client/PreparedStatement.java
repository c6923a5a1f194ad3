package dev.flightgate.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import org.apache.arrow.flight.sql.FlightSqlUtils;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionClosePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutPreparedStatementResult;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A statement the server has parsed and keeps, to be run any number of times. For one thread at a
 * time. Must be closed.
 */
public final class PreparedStatement implements AutoCloseable {

  /** Where newer servers say outright whether a statement is an update; see FlightSql.proto. */
  private static final int IS_UPDATE_FIELD = 4;

  private final Wire wire;
  private final ByteString prepared;
  private final Schema resultSchema;
  private final Schema parameterSchema;
  private final boolean update;
  private ByteString handle;
  private @Nullable VectorSchemaRoot own;
  private @Nullable VectorSchemaRoot bound;
  private boolean closed;

  PreparedStatement(Wire wire, ActionCreatePreparedStatementResult answer) {
    this.wire = wire;
    this.prepared = answer.getPreparedStatementHandle();
    this.handle = prepared;
    this.resultSchema = Answers.schema(answer.getDatasetSchema());
    this.parameterSchema = Answers.schema(answer.getParameterSchema());
    var said = answer.getUnknownFields().getField(IS_UPDATE_FIELD).getVarintList();
    this.update =
        said.isEmpty() ? answer.getDatasetSchema().isEmpty() : said.get(said.size() - 1) != 0;
  }

  /** The columns of the result as far as they are known without parameters. */
  public Schema resultSchema() {
    return resultSchema;
  }

  /** One field for each {@code ?}, typed where the server knows. */
  public Schema parameterSchema() {
    return parameterSchema;
  }

  /** Whether the statement is one for {@link #update()}: it yields no rows. */
  public boolean isUpdate() {
    return update;
  }

  /**
   * Binds one value to each {@code ?}, in place of what was bound before: null, Boolean, the number
   * types of Java, BigDecimal, String, byte[], LocalDate, LocalTime, LocalDateTime, Instant,
   * OffsetDateTime, UUID.
   *
   * @throws IllegalArgumentException for a value of another type
   */
  public PreparedStatement bind(@Nullable Object... values) {
    VectorSchemaRoot row = ParameterRow.of(wire.allocator(), values);
    unbind();
    own = row;
    bound = row;
    return this;
  }

  /**
   * Binds one parameter row for each row of a batch: an update runs once for each, a query's
   * results follow each other. The batch stays the caller's, and must stay open while it is bound.
   */
  public PreparedStatement bind(VectorSchemaRoot rows) {
    unbind();
    bound = rows;
    return this;
  }

  /** Runs the statement; its rows. */
  public QueryResult query() {
    checkOpen();
    VectorSchemaRoot rows = bound;
    if (rows != null) {
      byte[] answer =
          Upload.send(
              wire,
              CommandPreparedStatementQuery.newBuilder().setPreparedStatementHandle(handle).build(),
              rows,
              new MapDictionaryProvider(),
              once());
      if (answer != null) {
        handle = boundHandle(answer);
      }
    }
    return wire.query(
        CommandPreparedStatementQuery.newBuilder().setPreparedStatementHandle(handle).build());
  }

  /** Runs the statement; the count of rows changed, -1 where the engine does not know. */
  public long update() {
    checkOpen();
    CommandPreparedStatementUpdate command =
        CommandPreparedStatementUpdate.newBuilder().setPreparedStatementHandle(handle).build();
    VectorSchemaRoot rows = bound;
    if (rows != null) {
      return Upload.count(wire, command, rows, new MapDictionaryProvider(), once());
    }
    try (VectorSchemaRoot nothing = VectorSchemaRoot.of()) {
      return Upload.count(wire, command, nothing, new MapDictionaryProvider(), once());
    }
  }

  /** The server may move the bound statement to a new handle. */
  private ByteString boundHandle(byte[] answer) {
    try {
      ByteString moved =
          DoPutPreparedStatementResult.parseFrom(answer).getPreparedStatementHandle();
      return moved.isEmpty() ? handle : moved;
    } catch (InvalidProtocolBufferException malformed) {
      throw Failures.of(malformed);
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the prepared statement is closed");
    }
  }

  private void unbind() {
    bound = null;
    if (own != null) {
      own.close();
      own = null;
    }
  }

  /** Frees the statement here and on the server; results already open stay open. Idempotent. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    unbind();
    wire.action(
        FlightSqlUtils.FLIGHT_SQL_CLOSE_PREPARED_STATEMENT,
        ActionClosePreparedStatementRequest.newBuilder()
            .setPreparedStatementHandle(prepared)
            .build());
  }

  /** The rows that are in the root already, once. */
  static Upload.Batches once() {
    return new Upload.Batches() {
      private boolean sent;

      @Override
      public boolean load() throws IOException {
        boolean first = !sent;
        sent = true;
        return first;
      }
    };
  }
}
