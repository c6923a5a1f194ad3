package dev.flightgate.server.flight;

import dev.flightgate.server.flight.Calls.Call;
import dev.flightgate.server.query.Cancellation;
import dev.flightgate.server.query.QueryService;
import dev.flightgate.server.query.ResultStream;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The rows of a metadata answer as a stream of batches, asked for when it starts. */
final class MetadataStream implements ResultStream {

  private static final int BATCH_ROWS = 1_000;

  private final QueryService queries;
  private final Call call;
  private final Schema schema;
  private final Function<Call, List<@Nullable Object[]>> question;
  private final BufferAllocator allocator;
  private final VectorSchemaRoot root;
  private List<@Nullable Object[]> rows = List.of();
  private int next;
  private boolean closed;

  /**
   * @param question answers the rows, each with a value for each field; see {@link RowWriter}
   */
  MetadataStream(
      QueryService queries,
      Call call,
      Schema schema,
      Function<Call, List<@Nullable Object[]>> question) {
    this.queries = queries;
    this.call = call;
    this.schema = schema;
    this.question = question;
    this.allocator = queries.openAllocator();
    this.root = VectorSchemaRoot.create(schema, allocator);
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public BufferAllocator allocator() {
    return allocator;
  }

  @Override
  public Cancellation cancellation() {
    return call.cancellation();
  }

  @Override
  public boolean start() {
    rows = question.apply(call);
    return true;
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public boolean next() {
    root.clear();
    if (next >= rows.size()) {
      return false;
    }
    int end = Math.min(rows.size(), next + BATCH_ROWS);
    RowWriter.write(root, rows.subList(next, end));
    next = end;
    return true;
  }

  @Override
  public boolean isLast() {
    return next >= rows.size();
  }

  @Override
  public void release() {}

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      root.close();
      queries.retire(allocator);
      call.cancellation().close();
    }
  }
}
