package dev.flightgate.server.query;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.session.Session;
import dev.flightgate.server.session.SessionRegistry;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway does when it is called by SQL: administrators end what is anybody's, others what
 * is theirs. Thread-safe.
 */
final class SystemCalls {

  static final String CANCEL = "cancel";
  static final String END_SESSION = "end_session";
  static final Set<String> FUNCTIONS = Set.of(CANCEL, END_SESSION);

  private final StatementLog statements;
  private final SessionRegistry sessions;

  SystemCalls(StatementLog statements, SessionRegistry sessions) {
    this.statements = statements;
    this.sessions = sessions;
  }

  /** What a call of the function has done when it succeeds. */
  static String outcome(String function) {
    return function.equals(CANCEL) ? "cancelled" : "ended";
  }

  /**
   * The same batches, whose first column names what is acted on: each row's turn comes before its
   * batch is handed out. Owns the batches.
   *
   * @param function null for a statement that only reads
   */
  BatchStream acting(
      @Nullable String function, Session caller, CallOrigin origin, BatchStream batches) {
    if (function == null) {
      return batches;
    }
    return new Acting(batches, action(function, caller, origin));
  }

  private Consumer<String> action(String function, Session caller, CallOrigin origin) {
    return id -> act(function, caller, origin, id);
  }

  private void act(String function, Session caller, CallOrigin origin, String id) {
    boolean done = false;
    try {
      if (function.equals(CANCEL)) {
        cancel(caller.principal(), id);
      } else {
        end(caller, id);
      }
      done = true;
    } finally {
      statements.administered(new AdminAction(caller.principal(), origin, function, id, done));
    }
  }

  private void cancel(Principal principal, String id) {
    StatementRecord record =
        statements
            .find(id)
            .filter(found -> isFor(principal, found.principal().name()))
            .orElseThrow(() -> unknown("statement", id, principal, "flightgate.queries"));
    if (record.principal().name().equals(principal.name())) {
      record.cancelOnRequest();
    } else {
      record.cancel();
    }
  }

  private void end(Session caller, String id) {
    Principal principal = caller.principal();
    Session session =
        number(id)
            .flatMap(number -> sessions.find(number, null))
            .filter(found -> isFor(principal, found.principal().name()))
            .orElseThrow(() -> unknown("session", id, principal, "flightgate.sessions"));
    if (session == caller) {
      throw new BackendException(
          Kind.INVALID_SQL, "session " + id + " is the one that asks: end it by closing it");
    }
    boolean own = session.principal().name().equals(principal.name());
    cancelAll(session, own); // first, as closing it gives what it holds another reason
    sessions.end(
        session,
        own
            ? "the session was ended on request of its user: what it held is rolled back and closed"
            : "an administrator ended the session: what it held is rolled back and closed");
    cancelAll(session, own); // what had begun meanwhile
  }

  private void cancelAll(Session session, boolean own) {
    for (StatementRecord record : statements.running()) {
      if (record.session() == session) {
        if (own) {
          record.cancelOnRequest();
        } else {
          record.cancel();
        }
      }
    }
  }

  private static boolean isFor(Principal principal, String owner) {
    return SystemSchema.isAdministrator(principal) || principal.name().equals(owner);
  }

  private static Optional<Long> number(String id) {
    try {
      return Optional.of(Long.valueOf(id));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Does not tell what is another's from what is not there. */
  private static BackendException unknown(
      String what, String id, Principal principal, String table) {
    String whose = SystemSchema.isAdministrator(principal) ? "" : " of " + principal.name();
    return new BackendException(
        Kind.NOT_FOUND, "there is no " + what + " '" + id + "'" + whose + " now; see " + table);
  }

  private static final class Acting implements BatchStream {

    private final BatchStream batches;
    private final Consumer<String> action;

    Acting(BatchStream batches, Consumer<String> action) {
      this.batches = batches;
      this.action = action;
    }

    @Override
    public VectorSchemaRoot root() {
      return batches.root();
    }

    @Override
    public boolean next() {
      if (!batches.next()) {
        return false;
      }
      VectorSchemaRoot root = batches.root();
      for (int row = 0; row < root.getRowCount(); row++) {
        action.accept(String.valueOf(root.getVector(0).getObject(row)));
      }
      return true;
    }

    @Override
    public void close() {
      batches.close();
    }
  }
}
