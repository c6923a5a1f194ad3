package dev.flightgate.server.query;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendInfo;
import dev.flightgate.server.backend.Capability;
import dev.flightgate.server.session.Handle;
import dev.flightgate.server.session.HeldSavepoint;
import dev.flightgate.server.session.Session;
import dev.flightgate.server.session.SessionRegistry;
import dev.flightgate.server.session.Transaction;
import java.util.function.Function;

/** Savepoints of transactions that have a handle. Thread-safe. */
public final class Savepoints {

  private final SessionRegistry sessions;

  Savepoints(SessionRegistry sessions) {
    this.sessions = sessions;
  }

  /**
   * Sets a savepoint in the transaction.
   *
   * @param name any text
   */
  public HeldSavepoint begin(Handle handle, Principal principal, String name, Cancellation call) {
    Transaction transaction = sessions.find(handle, principal, Transaction.class, "transaction id");
    BackendInfo info = transaction.session().database().backend().info();
    if (!info.can(Capability.SAVEPOINTS)) {
      throw new BackendException(
          Kind.UNSUPPORTED,
          info.productName()
              + " has no savepoints: it can only commit or roll back the whole transaction");
    }
    return in(transaction, call, run -> transaction.session().savepoint(transaction, name));
  }

  /** Releases a savepoint, or rolls back to it and keeps it. */
  public void end(Handle handle, Principal principal, boolean release, Cancellation call) {
    HeldSavepoint savepoint = sessions.find(handle, principal, HeldSavepoint.class, "savepoint id");
    Session session = savepoint.session();
    in(
        savepoint.transaction(),
        call,
        run -> {
          if (release) {
            run.backend().release(savepoint.savepoint());
          } else {
            run.backend().rollbackTo(savepoint.savepoint());
            run.definitionsChanged();
          }
          session.end(savepoint, release);
          return true;
        });
  }

  private static <T> T in(
      Transaction transaction, Cancellation call, Function<StatementRun, T> work) {
    try (StatementRun run =
        StatementRun.begin(transaction.session(), transaction, call, StatementRun.WAIT, null)) {
      return work.apply(run);
    } catch (RuntimeException e) {
      throw call.explain(e);
    }
  }
}
