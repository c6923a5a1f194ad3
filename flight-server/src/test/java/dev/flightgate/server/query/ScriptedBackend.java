package dev.flightgate.server.query;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendInfo;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.Metadata;
import dev.flightgate.server.backend.NullOrdering;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.sql.SqlDialect;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** An engine that notes what it is asked, by session, and lets a test interfere. Thread-safe. */
final class ScriptedBackend implements Backend {

  private final List<String> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger sessions = new AtomicInteger();
  private volatile Runnable beforeCommit = () -> {};
  private volatile Runnable beforeUpdate = () -> {};

  /** What happened, each event with the number of its session: {@code "1 begin"}. */
  List<String> events() {
    return List.copyOf(events);
  }

  /** Runs once, when the next commit is under way. */
  void beforeCommit(Runnable interference) {
    beforeCommit = interference;
  }

  /** Runs once, when the next update has been routed to its session, and before it begins. */
  void beforeUpdate(Runnable interference) {
    beforeUpdate = interference;
  }

  @Override
  public BackendInfo info() {
    return new BackendInfo(
        "scripted",
        "Scripted",
        "1",
        SqlDialect.POSTGRESQL,
        Set.of(),
        NullOrdering.AT_END,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  @Override
  public BackendSession openSession(SessionContext context) {
    return new ScriptedSession(sessions.incrementAndGet());
  }

  @Override
  public void close() {}

  private final class ScriptedSession implements BackendSession {

    private final int number;
    private volatile boolean cancelled;

    ScriptedSession(int number) {
      this.number = number;
    }

    private void note(String event) {
      if (cancelled) {
        events.add(number + " " + event + " cancelled");
        throw new BackendException(Kind.CANCELLED, event + " was cancelled");
      }
      events.add(number + " " + event);
    }

    @Override
    public PreparedQuery prepare(String sql) {
      StatementKind kind =
          switch (sql) {
            case "begin" -> StatementKind.BEGINS;
            case "commit" -> StatementKind.COMMITS;
            default -> StatementKind.WRITES;
          };
      return new ScriptedQuery(this, sql, kind);
    }

    @Override
    public void begin() {
      note("begin");
    }

    @Override
    public void commit() {
      Runnable interference = beforeCommit;
      beforeCommit = () -> {};
      interference.run();
      note("commit");
    }

    @Override
    public void rollback() {
      note("rollback");
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public void clearCancel() {
      cancelled = false;
    }

    @Override
    public Metadata metadata() {
      throw new IllegalStateException("not scripted");
    }

    @Override
    public long ingest(IngestTarget target, BatchStream batches) {
      throw new IllegalStateException("not scripted");
    }

    @Override
    public void close() {}
  }

  private final class ScriptedQuery implements PreparedQuery {

    private final ScriptedSession session;
    private final String sql;
    private final StatementKind kind;

    ScriptedQuery(ScriptedSession session, String sql, StatementKind kind) {
      this.session = session;
      this.sql = sql;
      this.kind = kind;
    }

    @Override
    public StatementKind kind() {
      if (kind == StatementKind.WRITES) {
        Runnable interference = beforeUpdate;
        beforeUpdate = () -> {};
        interference.run();
      }
      return kind;
    }

    @Override
    public Schema resultSchema() {
      return new Schema(List.of());
    }

    @Override
    public Schema parameterSchema() {
      return new Schema(
          sql.contains("?")
              ? List.of(Field.nullable("1", new ArrowType.Int(32, true)))
              : List.of());
    }

    @Override
    public BatchStream openStream(Parameters parameters, int row, BufferAllocator allocator) {
      throw new IllegalStateException("not scripted");
    }

    @Override
    public long update(Parameters parameters) {
      session.note("update of " + parameters.rowCount());
      return parameters.rowCount();
    }

    @Override
    public void close() {}
  }
}
