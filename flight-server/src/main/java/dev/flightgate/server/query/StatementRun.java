package dev.flightgate.server.query;

import dev.flightgate.server.auth.Permissions;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.Metadata;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.session.Connection;
import dev.flightgate.server.session.HeldMemory;
import dev.flightgate.server.session.Plan;
import dev.flightgate.server.session.Session;
import dev.flightgate.server.session.Site;
import dev.flightgate.server.session.Transaction;
import dev.flightgate.server.sql.StatementShape;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A place where statements run: a connection, acquired, and attached to the call's cancellation.
 * Closing it releases the connection. One thread.
 */
final class StatementRun implements AutoCloseable {

  /** How long a statement waits for one before it on the same connection. */
  static final Duration WAIT = Duration.ofSeconds(10);

  private final Session session;
  private final @Nullable Transaction transaction;
  private final Cancellation cancellation;
  private final Duration wait;
  private Site site;
  private @Nullable Admission admission;
  // Given up and taken again by the engine's threads, one at a time.
  private volatile Admission.@Nullable Place place;
  private long definitions;
  private boolean kept;

  private StatementRun(
      Session session,
      @Nullable Transaction transaction,
      Cancellation cancellation,
      Duration wait,
      Site site) {
    this.session = session;
    this.transaction = transaction;
    this.cancellation = cancellation;
    this.wait = wait;
    this.site = site;
  }

  /**
   * Begins where the session routes the statement: waits for that connection, and then, not to keep
   * a place from others meanwhile, for a place.
   *
   * @param places null for work that needs none
   */
  static StatementRun begin(
      Session session,
      @Nullable Transaction transaction,
      Cancellation cancellation,
      Duration wait,
      @Nullable Admission places) {
    cancellation.check();
    StatementRun run =
        new StatementRun(session, transaction, cancellation, wait, session.route(transaction));
    run.enter();
    run.admit(places);
    return run;
  }

  /** Begins on the connection of a kept plan that the caller has acquired. */
  static StatementRun on(
      Plan plan, Session session, Cancellation cancellation, @Nullable Admission places) {
    StatementRun run = new StatementRun(session, null, cancellation, WAIT, Site.of(plan));
    cancellation.attach(plan.connection().backend());
    run.admit(places);
    return run;
  }

  private void enter() {
    boolean acquired = false;
    try {
      acquired = cancellation.interruptibly(() -> site.acquire(wait));
      while (!acquired && site.kind() == Site.Kind.SHARED) {
        // It stopped being shared while we waited.
        site = session.route(null);
        acquired = cancellation.interruptibly(() -> site.acquire(wait));
      }
    } finally {
      if (!acquired && site.kind() == Site.Kind.OWN) {
        site.connection().close();
      }
    }
    if (!acquired) {
      throw new BackendException(Kind.NOT_FOUND, "the session or transaction was closed");
    }
    cancellation.attach(site.connection().backend());
  }

  private void admit(@Nullable Admission places) {
    if (places != null) {
      admission = places;
      try {
        resume();
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }
    cancellation.begun();
  }

  /** Gives the place up, as long as the work waits for something that is not ours. */
  void giveWay() {
    Admission.Place given = place;
    place = null;
    if (given != null) {
      given.close();
    }
  }

  /**
   * Waits for a place again. Work goes on without one if it is in a transaction that keeps writers
   * waiting: they may have all the places, and it is the only one who can end their wait.
   *
   * @throws BackendException EXHAUSTED if too many wait, or for too long
   */
  void resume() {
    Admission places = admission;
    if (places != null && !backend().keepsWritersWaiting()) {
      place = cancellation.interruptibly(() -> places.enter(session.principal().name()));
    }
  }

  BackendSession backend() {
    return site.connection().backend();
  }

  /** What it runs on now. */
  Connection connection() {
    return site.connection();
  }

  /** Whether the connection is only this run's. */
  boolean isOwn() {
    return site.kind() == Site.Kind.OWN;
  }

  /** A share for rows that the session will hold; the caller owns it. */
  HeldMemory.Share holdMemory() {
    return session.holdMemory();
  }

  /** Whether the session will not be known to the client's next call. */
  boolean isProvisional() {
    return session.isProvisional();
  }

  /** Whether what runs here is part of a transaction of the client's. */
  boolean inTransaction() {
    return transaction != null || (site.kind() == Site.Kind.SHARED && session.inTextTransaction());
  }

  /** Whether the statement is about a savepoint. */
  boolean isSavepoint(String sql) {
    return StatementShape.of(sql, session.database().backend().info().dialect()).isSavepoint();
  }

  /** Plans a statement, if the principal may run its kind, and do so with all that it touches. */
  PreparedQuery prepare(String sql) {
    Permissions permissions = session.permissions();
    definitions = session.database().definitions();
    if (permissions.needReached()) {
      permissions.check(backend().reached(sql));
      if (permissions.needTables()) {
        permissions.check(backend().touched(sql));
      }
    }
    PreparedQuery query = backend().prepare(sql);
    try {
      permissions.check(query.kind());
      return query;
    } catch (RuntimeException e) {
      query.close();
      throw e;
    }
  }

  /** Whether it depends on the tables that a statement touches whether the principal may run it. */
  boolean checksTables() {
    return session.permissions().needTables();
  }

  /** Lets an ingest pass, if the principal may do so with all that it touches. */
  void check(IngestTarget target) {
    Permissions permissions = session.permissions();
    if (permissions.needReached()) {
      permissions.check(backend().touched(target));
    }
  }

  /** What the database contains, of which the principal sees what may be read. */
  Metadata metadata() {
    Permissions permissions = session.permissions();
    Metadata all = backend().metadata();
    return permissions.needTables() ? new PermittedMetadata(all, permissions) : all;
  }

  /**
   * Sees to it that later statements see the effect of the next one: the session shares this
   * connection from now on, or this moves to the one that it shares already.
   *
   * @return whether the connection is another one now, so that statements must be planned again
   */
  boolean pin() {
    boolean moved = false;
    while (site.kind() == Site.Kind.OWN || site.kind() == Site.Kind.PLAN) {
      if (site.kind() == Site.Kind.OWN && session.pin(site.connection())) {
        site = site.shared();
      } else {
        session.requireName();
        cancellation.detach();
        site.leave();
        site = session.route(transaction);
        enter();
        moved = true;
      }
    }
    return moved;
  }

  /** Says that a statement has left state that later ones must see. */
  void madeState() {
    if (transaction != null) {
      transaction.madeState();
    } else {
      session.madeState(site.connection());
    }
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
    if (transaction == null) {
      pin();
    }
    // Asked when the connection is ours: another statement may have begun one while we waited for
    // it.
    if (inTransaction()) {
      throw new BackendException(Kind.INVALID_SQL, "a transaction is already open");
    }
    backend().begin();
    session.textTransaction(true);
  }

  private void endText(boolean commit) {
    if (!inTransaction()) {
      if (commit) {
        throw new BackendException(Kind.INVALID_SQL, "no transaction is open");
      }
      return; // as in PostgreSQL: pools make sure of it before they lend a connection
    }
    end(commit);
    if (transaction == null) {
      session.textTransaction(false);
    }
  }

  /**
   * Commits or rolls back; the transaction is over afterwards, and is known to be, even on failure.
   */
  void end(boolean commit) {
    try {
      if (commit) {
        backend().commit();
      } else {
        backend().rollback();
      }
    } catch (RuntimeException e) {
      rollBack(e);
      if (transaction == null) {
        session.textTransaction(false);
      }
      throw e;
    } finally {
      if (transaction != null) {
        session.end(transaction);
      }
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

  /**
   * Keeps the connection, released, for the statement that was planned last; only if it is this
   * run's own.
   */
  Plan keep(PreparedQuery query) {
    kept = true;
    cancellation.detach();
    site.connection().release();
    return new Plan(site.connection(), query, definitions);
  }

  @Override
  public void close() {
    if (!kept) {
      cancellation.detach();
      if (site.kind() == Site.Kind.SHARED) {
        session.settle(site.connection());
      }
      site.leave();
    }
    giveWay();
  }
}
