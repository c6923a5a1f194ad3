package dev.flightgate.server.listener;

import java.util.Map;

/** One connection for its door to tell of. Thread-safe. */
public final class ConnectionEvents {

  private final Listeners listeners;
  private final ClientConnection connection;

  // Guarded by this: the transport and each call, until nobody can tell of them any more.
  private int open = 1;

  ConnectionEvents(Listeners listeners, ClientConnection connection) {
    this.listeners = listeners;
    this.connection = connection;
  }

  /**
   * A call has come. {@link CallEvents#NONE} if the connection is over already.
   *
   * @param headers without secrets
   */
  public CallEvents call(String requestId, String method, Map<String, String> headers) {
    if (!enter()) {
      return CallEvents.NONE;
    }
    ClientCall call = new ClientCall(connection, requestId, method, headers);
    CallEvents events = new CallEvents(listeners, this, call);
    listeners.begin(events, call);
    return events;
  }

  /** The transport has lost or closed the connection; to be said once. */
  public void closed() {
    leave();
  }

  private synchronized boolean enter() {
    if (open == 0) {
      return false;
    }
    open++;
    return true;
  }

  void leave() {
    synchronized (this) {
      if (--open > 0) {
        return;
      }
    }
    listeners.tell("disconnected", listener -> listener.disconnected(connection));
  }
}
