package dev.flightgate.server.query;

import dev.flightgate.server.auth.Permissions;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.session.Plan;
import dev.flightgate.server.session.Session;
import dev.flightgate.server.session.Site;
import dev.flightgate.server.session.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A place where statements run: a connection, acquired, and attached to the call's cancellation.
 * Closing it releases the connection. One thread.
 */
final class StatementRun implements AutoCloseable {

  private final Session session;
  private final @Nullable Transaction transaction;
  private final Cancellation cancellation;
  private final List<Runnable> afterwards = new ArrayList<>();
  private Site site;
  private boolean kept;

  private StatementRun(
      Session session, @Nullable Transaction transaction, Cancellation cancellation, Site site) {
    this.session = session;
    this.transaction = transaction;
    this.cancellation = cancellation;
    this.site = site;
  }

  /** Begins where the session routes the statement, and waits for that connection. */
  static StatementRun begin(
      Session session, @Nullable Transaction transaction, Cancellation cancellation) {
    cancellation.check();
    StatementRun run =
        new StatementRun(session, transaction, cancellation, session.route(transaction));
    run.enter();
    return run;
  }

  /** Begins on the connection of a kept plan that the caller has acquired. */
  static StatementRun on(Plan plan, Session session, Cancellation cancellation) {
    StatementRun run =
        new StatementRun(session, null, cancellation, new Site(plan.connection(), false, null));
    cancellation.attach(plan.connection().backend());
    return run;
  }

  private void enter() {
    try {
      site.acquire();
    } catch (RuntimeException e) {
      if (site.own()) {
        site.connection().close();
      }
      throw e;
    }
    cancellation.attach(site.connection().backend());
  }

  BackendSession backend() {
    return site.connection().backend();
  }

  /** Whether the connection is only this run's. */
  boolean isOwn() {
    return site.own();
  }

  /** Whether the session will not be known to the client's next call. */
  boolean isProvisional() {
    return session.isProvisional();
  }

  /** Whether what runs here is part of a transaction of the client's. */
  boolean inTransaction() {
    return transaction != null
        || (!site.own() && session.isPinned() && session.inTextTransaction());
  }

  /** Plans a statement, if the principal may run its kind. */
  PreparedQuery prepare(String sql) {
    PreparedQuery query = backend().prepare(sql);
    try {
      Permissions.check(session.principal(), query.kind());
      return query;
    } catch (RuntimeException e) {
      query.close();
      throw e;
    }
  }

  /**
   * Pins the session to this connection, because what runs next changes what later statements see.
   * Moves to the session's connection if it has one.
   *
   * @return whether the connection is another one now, so that statements must be planned again
   */
  boolean pin(boolean forState) {
    if (session.pin(site, forState)) {
      site = new Site(site.connection(), false, site.transaction());
      return false;
    }
    cancellation.detach();
    site.leave();
    site = session.route(transaction);
    enter();
    session.pin(site, forState);
    return true;
  }

  /** Says that a table of the database may have come, gone or changed. */
  void definitionsChanged() {
    session.database().definitionsChanged();
  }

  /** Does what a statement of transaction control says. */
  void control(StatementKind kind) {
    if (kind == StatementKind.BEGINS) {
      beginText();
    } else {
      endText(kind == StatementKind.COMMITS);
    }
  }

  private void beginText() {
    if (transaction != null || session.inTextTransaction()) {
      throw new BackendException(Kind.INVALID_SQL, "a transaction is already open");
    }
    pin(false);
    try {
      backend().begin();
    } catch (RuntimeException e) {
      afterwards.add(() -> session.textTransaction(false));
      throw e;
    }
    session.textTransaction(true);
  }

  private void endText(boolean commit) {
    if (transaction != null) {
      afterwards.add(() -> session.drop(transaction));
    } else if (inTransaction()) {
      afterwards.add(() -> session.textTransaction(false));
    } else {
      throw new BackendException(Kind.INVALID_SQL, "no transaction is open");
    }
    if (commit) {
      backend().commit();
    } else {
      backend().rollback();
    }
  }

  /** Runs the work all or nothing: in a transaction of its own unless it already is in one. */
  <T> T atomically(Supplier<T> work) {
    if (inTransaction()) {
      return work.get();
    }
    backend().begin();
    try {
      T result = work.get();
      backend().commit();
      return result;
    } catch (RuntimeException e) {
      rollBack(e);
      throw e;
    }
  }

  private void rollBack(RuntimeException reason) {
    try {
      // A cancelled session refuses everything, the rollback too: from here on nobody cancels it.
      cancellation.detach();
      backend().rollback();
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
  }

  /** Keeps the connection, released, for the planned statement; only if it is this run's own. */
  Plan keep(PreparedQuery query) {
    kept = true;
    cancellation.detach();
    site.connection().release();
    return new Plan(site.connection(), query);
  }

  @Override
  public void close() {
    if (!kept) {
      cancellation.detach();
      site.leave();
    }
    afterwards.forEach(Runnable::run);
  }
}
