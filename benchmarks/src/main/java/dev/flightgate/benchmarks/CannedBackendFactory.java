package dev.flightgate.benchmarks;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendFactory;
import dev.flightgate.server.backend.BackendInfo;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.Metadata;
import dev.flightgate.server.backend.NullOrdering;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.backend.Touch;
import dev.flightgate.server.sql.SqlDialect;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * An engine that costs nothing: {@code SEND NAME COUNT} yields the batch of that name ({@link
 * CannedBatch}) so many times, by reference. What a fetch of it takes is the gateway's own doing.
 *
 * <p>Public, as {@link java.util.ServiceLoader} wants it.
 */
public final class CannedBackendFactory implements BackendFactory {

  private static final String TYPE = "canned";

  /** A factory for {@link java.util.ServiceLoader}. */
  public CannedBackendFactory() {}

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Backend open(BackendOptions options) {
    return new CannedBackend(CannedBatch.all(options.allocator()));
  }

  /** Owns the batches. */
  private record CannedBackend(Map<String, VectorSchemaRoot> batches) implements Backend {

    @Override
    public BackendInfo info() {
      List<String> none = List.of();
      return new BackendInfo(
          TYPE,
          "Canned",
          "1.0.0",
          SqlDialect.POSTGRESQL,
          Set.of(),
          NullOrdering.AT_END,
          none,
          none,
          none,
          none,
          none);
    }

    @Override
    public BackendSession openSession(SessionContext context) {
      return new CannedSession(batches);
    }

    @Override
    public void close() {
      batches.values().forEach(VectorSchemaRoot::close);
    }
  }

  private record CannedSession(Map<String, VectorSchemaRoot> batches) implements BackendSession {

    @Override
    public PreparedQuery prepare(String sql) {
      String[] words = sql.split(" ", -1);
      VectorSchemaRoot batch = words.length == 3 ? batches.get(words[1]) : null;
      if (batch == null) {
        throw new BackendException(Kind.INVALID_SQL, "SEND NAME COUNT; NAME of " + batches);
      }
      return new CannedQuery(batch, Long.parseLong(words[2]));
    }

    @Override
    public Set<Touch> reached(String sql) {
      return Set.of();
    }

    @Override
    public Metadata metadata() {
      throw unsupported();
    }

    @Override
    public long ingest(IngestTarget target, BatchStream batches) {
      throw unsupported();
    }

    @Override
    public void begin() {
      throw unsupported();
    }

    @Override
    public void commit() {
      throw unsupported();
    }

    @Override
    public void rollback() {
      throw unsupported();
    }

    @Override
    public void cancel() {}

    @Override
    public void clearCancel() {}

    @Override
    public void close() {}

    private static BackendException unsupported() {
      return new BackendException(Kind.UNSUPPORTED, "only SEND NAME COUNT");
    }
  }

  private record CannedQuery(VectorSchemaRoot batch, long count) implements PreparedQuery {

    @Override
    public StatementKind kind() {
      return StatementKind.READS;
    }

    @Override
    public Schema resultSchema() {
      return batch.getSchema();
    }

    @Override
    public Schema parameterSchema() {
      return new Schema(List.of());
    }

    @Override
    public BatchStream openStream(Parameters parameters, int row, BufferAllocator allocator) {
      return new CannedStream(batch, count, allocator);
    }

    @Override
    public long update(Parameters parameters) {
      return 0;
    }

    @Override
    public void close() {}
  }

  /**
   * One load for all batches: nobody writes into its buffers, so they can be under way many times.
   */
  private static final class CannedStream implements BatchStream {
    private final VectorSchemaRoot batch;
    private final VectorSchemaRoot root;
    private long left;
    private boolean loaded;

    CannedStream(VectorSchemaRoot batch, long count, BufferAllocator allocator) {
      this.batch = batch;
      root = VectorSchemaRoot.create(batch.getSchema(), allocator);
      left = count;
    }

    @Override
    public VectorSchemaRoot root() {
      return root;
    }

    @Override
    public boolean next() {
      if (left-- <= 0) {
        root.clear();
        root.setRowCount(0);
        return false;
      }
      if (!loaded) {
        try (ArrowRecordBatch shared = new VectorUnloader(batch).getRecordBatch()) {
          new VectorLoader(root).load(shared);
        }
        loaded = true;
      }
      return true;
    }

    @Override
    public void close() {
      root.close();
    }
  }
}
