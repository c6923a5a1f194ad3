package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.Metadata;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.Savepoint;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.backend.Touch;
import dev.flightgate.server.backend.sqlite.SqliteTypes.ColumnType;
import dev.flightgate.server.backend.sqlite.Statements.ControlQuery;
import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.SqlTokens.Token;
import dev.flightgate.server.sql.StatementShape;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A session on one borrowed connection. Threads as {@link BackendSession} says.
 *
 * <p>The connection goes back to the pool at the end, unless the session has changed it.
 */
final class SqliteSession implements BackendSession {

  private final SqliteBackend backend;
  private final SessionContext context;
  private final EngineConnection connection;
  private final Transaction transaction;
  private final Set<PreparedQuery> queries = new LinkedHashSet<>();
  private final Object closing = new Object();
  private @Nullable BatchStream stream;
  private boolean closed;

  /** A session that owns the connection from now on. */
  SqliteSession(SqliteBackend backend, SessionContext context, EngineConnection connection) {
    this.backend = backend;
    this.context = context;
    this.connection = connection;
    this.transaction = new Transaction(connection, backend.writerLock());
  }

  EngineConnection connection() {
    return connection;
  }

  Transaction transaction() {
    return transaction;
  }

  SqliteSettings.Misfit misfit() {
    return backend.settings().misfit();
  }

  boolean nativeCode() {
    return backend.nativeCode();
  }

  /** How the rows of the statement are read that runs now. */
  CurrentRow.Source rows() throws SQLException {
    return backend.rows(connection);
  }

  SqliteStream.Size batchSize() {
    return new SqliteStream.Size(context.batchBytes(), context.batchRowsMax());
  }

  /** Throws if the session is closed or has an open stream. */
  void requireIdle() {
    if (closed) {
      throw new IllegalStateException("the session is closed");
    }
    if (stream != null) {
      throw new IllegalStateException("a stream of the session is still open");
    }
  }

  /** Ending a transaction goes on after a cancel; nothing else does. */
  void requireAllowedWhileCancelled(StatementKind kind) {
    if (kind != StatementKind.ROLLS_BACK) {
      connection.requireNotCancelled();
    }
  }

  /** Comes before a compiled statement runs: permission, transaction and writer lock. */
  void before(StatementKind kind) {
    switch (kind) {
      case WRITES, DEFINES -> {
        requireWritable();
        transaction.beforeWrite();
      }
      case READS, CONTROLS -> transaction.beforeRead();
      case BEGINS, COMMITS, ROLLS_BACK -> {}
    }
  }

  /** Throws PERMISSION_DENIED in a session that only reads. */
  void requireWritable() {
    if (connection.readOnly()) {
      throw new BackendException(
          Kind.PERMISSION_DENIED, "the database is read-only here: nothing can be changed");
    }
  }

  /** Forgets a query that was closed. */
  void forget(PreparedQuery query) {
    queries.remove(query);
  }

  /** Remembers the open stream. */
  BatchStream track(BatchStream opened) {
    stream = opened;
    return opened;
  }

  /** Forgets the open stream. */
  void streamClosed() {
    stream = null;
  }

  @Override
  public PreparedQuery prepare(String sql) {
    requireIdle();
    connection.requireNotCancelled();
    List<Token> tokens = Statements.tokens(sql);
    StatementShape shape = StatementShape.of(tokens, SqlDialect.SQLITE);
    StatementKind kind = Statements.kind(shape, tokens);
    PreparedQuery query =
        switch (kind) {
          case BEGINS ->
              new ControlQuery(this, kind, () -> beginAsText(Statements.isImmediate(tokens)));
          case COMMITS -> new ControlQuery(this, kind, transaction::commit);
          case ROLLS_BACK -> new ControlQuery(this, kind, transaction::rollbackAsText);
          case CONTROLS -> prepareControl(sql, tokens, shape);
          case READS, WRITES, DEFINES -> compile(sql, tokens, kind);
        };
    queries.add(query);
    return query;
  }

  @Override
  public Set<Touch> reached(String sql) {
    requireIdle();
    return SqliteReach.of(Statements.tokens(sql));
  }

  @Override
  public Set<Touch> touched(String sql) {
    requireIdle();
    connection.requireNotCancelled();
    try {
      if (!transaction.active()) {
        connection.seeDefinitions();
      }
      return new SqliteTouches(connection, sql, Statements.tokens(sql)).tables();
    } catch (SQLException e) {
      throw connection.translate(e);
    }
  }

  @Override
  public Set<Touch> touched(IngestTarget target) {
    requireIdle();
    try {
      return SqliteTouches.of(connection, target);
    } catch (SQLException e) {
      throw connection.translate(e);
    }
  }

  private void beginAsText(boolean immediate) {
    if (immediate && !connection.readOnly()) {
      transaction.beginImmediate();
    } else {
      transaction.begin();
    }
  }

  private PreparedQuery prepareControl(String sql, List<Token> tokens, StatementShape shape) {
    if (shape.isSavepoint()) {
      return new ControlQuery(
          this, StatementKind.CONTROLS, () -> transaction.runSavepoint(sql, tokens));
    }
    if (shape.verb().equals("ATTACH") || shape.verb().equals("DETACH")) {
      return new ControlQuery(this, StatementKind.CONTROLS, () -> change(sql, true));
    }
    Pragma pragma = shape.verb().equals("PRAGMA") ? Pragma.of(tokens) : null;
    if (pragma != null) {
      requireAllowed(pragma);
      if (pragma.changesWhenPrepared()) {
        return new ControlQuery(this, StatementKind.CONTROLS, () -> change(sql, false));
      }
    }
    connection.markChanged();
    return compile(sql, tokens, StatementKind.CONTROLS);
  }

  private void requireAllowed(Pragma pragma) {
    if (pragma.isTheServers()) {
      throw new BackendException(
          Kind.PERMISSION_DENIED,
          "PRAGMA "
              + pragma.name().toLowerCase(Locale.ROOT)
              + " would change the whole server, not only this session");
    }
    if (!pragma.isHarmless()) {
      requireWritable();
    }
  }

  /** Attaching reaches other files of the server, and so is no matter of a session that reads. */
  private void change(String sql, boolean attaches) {
    if (attaches) {
      requireWritable();
    }
    connection.markChanged();
    try {
      connection.execute(sql);
    } catch (SQLException e) {
      throw connection.translate(e);
    } finally {
      transaction.afterFailure();
    }
  }

  private PreparedQuery compile(String sql, List<Token> tokens, StatementKind kind) {
    PreparedStatement statement;
    try {
      if (!transaction.active()) {
        connection.seeDefinitions();
      }
      statement = connection.prepare(sql);
    } catch (SQLException e) {
      throw connection.translate(e);
    }
    try {
      ResultColumns columns = ResultColumns.of(statement);
      int count = statement.getParameterMetaData().getParameterCount();
      return new SqliteQuery(
          this,
          sql,
          statement,
          kind,
          columns,
          types(sql, tokens, kind, columns),
          ParameterTypes.schema(connection, tokens, count));
    } catch (SQLException | RuntimeException e) {
      closeAfterFailure(statement, e);
      throw e instanceof SQLException failure
          ? connection.translate(failure)
          : (RuntimeException) e;
    }
  }

  private List<@Nullable ColumnType> types(
      String sql, List<Token> tokens, StatementKind kind, ResultColumns columns) {
    if (kind == StatementKind.WRITES) {
      return ReturningColumns.types(connection, sql, tokens, columns.declaredTypes());
    }
    return kind == StatementKind.READS && !tokens.get(0).is("EXPLAIN")
        ? columns.selectedTypes(connection, sql, tokens)
        : columns.declaredTypes();
  }

  private static void closeAfterFailure(PreparedStatement statement, Exception failure) {
    try {
      statement.close();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public Metadata metadata() {
    requireIdle();
    return new SqliteMetadata(this);
  }

  @Override
  public long ingest(IngestTarget target, BatchStream batches) {
    requireIdle();
    connection.requireNotCancelled();
    requireWritable();
    return new SqliteIngest(this, target, context.allocator()).run(batches);
  }

  @Override
  public void begin() {
    requireIdle();
    connection.requireNotCancelled();
    transaction.begin();
  }

  @Override
  public void commit() {
    requireIdle();
    transaction.commit();
  }

  @Override
  public void rollback() {
    requireIdle();
    transaction.rollback();
  }

  @Override
  public Savepoint savepoint(String name) {
    requireIdle();
    connection.requireNotCancelled();
    return transaction.savepoint(name);
  }

  @Override
  public void release(Savepoint savepoint) {
    requireIdle();
    connection.requireNotCancelled();
    transaction.release(savepoint);
  }

  @Override
  public void rollbackTo(Savepoint savepoint) {
    requireIdle();
    connection.requireNotCancelled();
    transaction.rollbackTo(savepoint);
  }

  @Override
  public void cancel() {
    synchronized (closing) {
      if (closed) {
        return;
      }
      connection.cancel();
    }
    backend.writerLock().wake();
  }

  @Override
  public boolean keepsWritersWaiting() {
    return transaction.hasWriterLock();
  }

  @Override
  public void clearCancel() {
    connection.clearCancel();
  }

  @Override
  public void close() {
    synchronized (closing) {
      if (closed) {
        return;
      }
      closed = true;
    }
    List<Runnable> steps = new ArrayList<>();
    BatchStream open = stream;
    if (open != null) {
      steps.add(open::close);
    }
    List.copyOf(queries).forEach(query -> steps.add(query::close));
    steps.add(transaction::rollback);
    RuntimeException failure = null;
    for (Runnable step : steps) {
      try {
        step.run();
      } catch (RuntimeException e) {
        connection.markChanged();
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    backend.giveBack(connection);
    if (failure != null) {
      throw failure;
    }
  }
}
