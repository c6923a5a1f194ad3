package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.Metadata;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.backend.Touch;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * One connection of DuckDB's as a session. A user who may only read is kept to it twice: by the
 * kind of the statement, and by running what reads in a read-only transaction.
 */
final class DuckDbSession implements BackendSession {

  private final GuardedConnection connection;
  private final SessionContext context;

  /** Takes the connection over. */
  DuckDbSession(GuardedConnection connection, SessionContext context) {
    this.connection = connection;
    this.context = context;
  }

  @Override
  public PreparedQuery prepare(String sql) {
    connection.requireIdle();
    connection.throwIfCancelled();
    requireWhole(sql);
    DuckDbKinds kinds = DuckDbKinds.of(sql);
    if (connection.isReadOnly() && !kinds.harmless()) {
      throw readOnly();
    }
    return new DuckDbQuery(connection, context, sql, kinds);
  }

  @Override
  public Set<Touch> reached(String sql) {
    requireTellable(sql);
    return connection.run(open -> new DuckDbTouches(open, sql).beyond());
  }

  @Override
  public Set<Touch> touched(String sql) {
    connection.confine();
    requireTellable(sql);
    return connection.run(open -> new DuckDbTouches(open, sql).tables());
  }

  @Override
  public Set<Touch> touched(IngestTarget target) {
    connection.confine();
    return connection.run(open -> DuckDbTouches.of(open, target));
  }

  /** What would end the process or be half read is refused before anybody looks at it. */
  private void requireTellable(String sql) {
    connection.requireIdle();
    connection.throwIfCancelled();
    requireWhole(sql);
  }

  private static void requireWhole(String sql) {
    if (sql.indexOf('\0') >= 0) {
      // DuckDB would stop reading there.
      throw new BackendException(
          BackendException.Kind.INVALID_SQL, "the statement contains a NUL character");
    }
  }

  private static BackendException readOnly() {
    return new BackendException(
        Kind.PERMISSION_DENIED, "this user may only read; the statement would change something");
  }

  @Override
  public Metadata metadata() {
    return new DuckDbMetadata(connection);
  }

  @Override
  public long ingest(IngestTarget target, BatchStream batches) {
    connection.requireIdle();
    if (connection.isReadOnly()) {
      throw readOnly();
    }
    return new DuckDbIngest(connection, context.allocator(), target).write(batches);
  }

  @Override
  public void begin() {
    connection.begin();
  }

  @Override
  public void commit() {
    connection.commit();
  }

  @Override
  public void rollback() {
    connection.rollback();
  }

  @Override
  public void cancel() {
    connection.cancel();
  }

  @Override
  public OptionalDouble progress() {
    return connection.progress();
  }

  @Override
  public void clearCancel() {
    connection.clearCancel();
  }

  @Override
  public void close() {
    connection.close();
  }
}
