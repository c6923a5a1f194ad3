package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.StatementKind;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A statement that is not compiled before it runs, because its session does it (BEGIN, COMMIT,
 * savepoints) or because compiling is running (PRAGMA with a value). Yields no columns; whatever
 * rows SQLite answers are left out.
 */
final class ControlQuery implements PreparedQuery {

  private static final Schema NOTHING = new Schema(List.of());

  private final SqliteSession session;
  private final StatementKind kind;
  private final Runnable action;

  ControlQuery(SqliteSession session, StatementKind kind, Runnable action) {
    this.session = session;
    this.kind = kind;
    this.action = action;
  }

  @Override
  public StatementKind kind() {
    return kind;
  }

  @Override
  public Schema resultSchema() {
    return NOTHING;
  }

  @Override
  public Schema parameterSchema() {
    return NOTHING;
  }

  @Override
  public BatchStream openStream(Parameters parameters, int row, BufferAllocator allocator) {
    run(parameters);
    return session.track(new EmptyStream(session::streamClosed));
  }

  @Override
  public long update(Parameters parameters) {
    run(parameters);
    return 0;
  }

  private void run(Parameters parameters) {
    session.requireIdle();
    parameters.requireColumns(0);
    session.requireAllowedWhileCancelled(kind);
    action.run();
  }

  @Override
  public void close() {
    session.forget(this);
  }
}
