package dev.flightgate.server.session;

import dev.flightgate.server.auth.Principal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which of a client's sessions, one in each database, its calls are for that name no database.
 * Thread-safe.
 */
final class ChosenSessions {

  private record Name(Principal principal, String id) {}

  // Guarded by this.
  private final Map<Name, Session> sessions = new HashMap<>();

  synchronized Optional<Session> find(Principal principal, String id) {
    return Optional.ofNullable(sessions.get(new Name(principal, id)));
  }

  /** Chooses the session in place of another one of its name. */
  synchronized void put(Session session) {
    Session before = sessions.put(new Name(session.principal(), session.id()), session);
    if (before != null) {
      before.chosen(false);
    }
    session.chosen(true);
  }

  /** Harmless if it is not chosen. */
  synchronized void remove(Session session) {
    if (sessions.remove(new Name(session.principal(), session.id()), session)) {
      session.chosen(false);
    }
  }
}
