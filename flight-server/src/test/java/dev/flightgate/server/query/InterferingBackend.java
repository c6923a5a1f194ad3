package dev.flightgate.server.query;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendInfo;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.Metadata;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.backend.StatementKind;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A real engine whose transactions are noted, session by session, and that lets a test step in at
 * moments that no client could hit. Thread-safe.
 */
final class InterferingBackend implements Backend {

  private final Backend engine;
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger sessions = new AtomicInteger();
  private final AtomicInteger plans = new AtomicInteger();
  private final AtomicReference<@Nullable Runnable> beforeCommit = new AtomicReference<>();
  private final AtomicReference<@Nullable Runnable> beforeUpdate = new AtomicReference<>();
  private final AtomicReference<@Nullable Runnable> beforeStream = new AtomicReference<>();

  /** Owns the engine. */
  InterferingBackend(Backend engine) {
    this.engine = engine;
  }

  /** What happened, each event with the number of its session: {@code "1 begin"}. */
  List<String> events() {
    return List.copyOf(events);
  }

  /** How many statements were planned. */
  int plans() {
    return plans.get();
  }

  /** Runs once, when the next commit is under way. */
  void beforeCommit(Runnable interference) {
    beforeCommit.set(interference);
  }

  /** Runs once, when the next update has been routed to its session, and before it begins. */
  void beforeUpdate(Runnable interference) {
    beforeUpdate.set(interference);
  }

  /** Runs once, when the next query is about to run on its session. */
  void beforeStream(Runnable interference) {
    beforeStream.set(interference);
  }

  private static void interfere(AtomicReference<@Nullable Runnable> moment) {
    Runnable interference = moment.getAndSet(null);
    if (interference != null) {
      interference.run();
    }
  }

  @Override
  public BackendInfo info() {
    return engine.info();
  }

  @Override
  public BackendSession openSession(SessionContext context) {
    return new Observed(engine.openSession(context), sessions.incrementAndGet());
  }

  @Override
  public void close() {
    engine.close();
  }

  private final class Observed implements BackendSession {

    private final BackendSession session;
    private final int number;

    Observed(BackendSession session, int number) {
      this.session = session;
      this.number = number;
    }

    private void note(String event, Runnable work) {
      try {
        work.run();
        events.add(number + " " + event);
      } catch (RuntimeException e) {
        events.add(number + " " + event + " failed");
        throw e;
      }
    }

    @Override
    public PreparedQuery prepare(String sql) {
      plans.incrementAndGet();
      return new ObservedQuery(session.prepare(sql));
    }

    @Override
    public void begin() {
      note("begin", session::begin);
    }

    @Override
    public void commit() {
      interfere(beforeCommit);
      note("commit", session::commit);
    }

    @Override
    public void rollback() {
      note("rollback", session::rollback);
    }

    @Override
    public void cancel() {
      session.cancel();
    }

    @Override
    public void clearCancel() {
      session.clearCancel();
    }

    @Override
    public Metadata metadata() {
      return session.metadata();
    }

    @Override
    public long ingest(IngestTarget target, BatchStream batches) {
      return session.ingest(target, batches);
    }

    @Override
    public void close() {
      session.close();
    }
  }

  private final class ObservedQuery implements PreparedQuery {

    private final PreparedQuery query;

    ObservedQuery(PreparedQuery query) {
      this.query = query;
    }

    /** Asked by who is about to run it. */
    @Override
    public StatementKind kind() {
      if (query.kind() == StatementKind.WRITES) {
        interfere(beforeUpdate);
      }
      return query.kind();
    }

    @Override
    public Schema resultSchema() {
      return query.resultSchema();
    }

    @Override
    public Schema parameterSchema() {
      return query.parameterSchema();
    }

    @Override
    public BatchStream openStream(Parameters parameters, int row, BufferAllocator allocator) {
      interfere(beforeStream);
      return query.openStream(parameters, row, allocator);
    }

    @Override
    public long update(Parameters parameters) {
      return query.update(parameters);
    }

    @Override
    public void close() {
      query.close();
    }
  }
}
