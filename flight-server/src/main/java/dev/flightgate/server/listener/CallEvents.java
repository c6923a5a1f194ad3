package dev.flightgate.server.listener;

import dev.flightgate.server.auth.Principal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One call for its door to tell of: the end is told once all who entered have left. Thread-safe.
 *
 * <p>Made with two who are in: the call's stream, which leaves by {@link #closed}, and whoever
 * handles the call, who leaves by {@link #leave}.
 */
public final class CallEvents {

  /** Of a call that nobody listens to. */
  public static final CallEvents NONE = new CallEvents(null);

  /** Null if nobody listens. */
  private final @Nullable Told told;

  private record Told(Listeners listeners, ConnectionEvents connection, ClientCall call) {}

  private final long beganNanos = System.nanoTime();

  // Guarded by this.
  private int open = 2;
  private boolean streamOpen = true;
  private CallEnd end = new CallEnd("UNKNOWN", "", Duration.ZERO);

  private CallEvents(@Nullable Told told) {
    this.told = told;
  }

  CallEvents(Listeners listeners, ConnectionEvents connection, ClientCall call) {
    this(new Told(listeners, connection, call));
  }

  /** The client showed who it is. */
  public void authenticated(Principal principal, LoginAttempt attempt) {
    if (told != null && enter()) {
      told.call.principal(principal);
      told.listeners.tell(
          "authenticated", listener -> listener.authenticated(told.call, principal, attempt));
      leave();
    }
  }

  /** The client did not. */
  public void authenticationFailed(LoginAttempt attempt, String reason) {
    if (told != null && enter()) {
      told.listeners.tell(
          "authenticationFailed",
          listener -> listener.authenticationFailed(told.call, attempt, reason));
      leave();
    }
  }

  /** The headers, or trailers without headers, are about to go out. */
  public void responding(ResponseHeaders headers) {
    if (told != null && enter()) {
      told.listeners.tell("responding", listener -> listener.responding(told.call, headers));
      leave();
    }
  }

  /** Whether anybody listens. */
  public boolean isTold() {
    return told != null;
  }

  /** Something works for the call until it leaves; false if the call is over. */
  public boolean enter() {
    if (told == null) {
      return true;
    }
    synchronized (this) {
      if (open == 0) {
        return false;
      }
      open++;
      return true;
    }
  }

  /** Does nothing once the call is over. */
  public void leave() {
    if (told != null && isLast()) {
      CallEnd how = end();
      told.listeners.forget(told.call);
      told.listeners.tell("callEnded", listener -> listener.callEnded(told.call, how));
      told.connection.leave();
    }
  }

  /** The stream is closed, for whatever reason. Idempotent. */
  public void closed(String status, String message) {
    synchronized (this) {
      if (!streamOpen) {
        return;
      }
      streamOpen = false;
      end = new CallEnd(status, message, Duration.ofNanos(System.nanoTime() - beganNanos));
    }
    leave();
  }

  private synchronized boolean isLast() {
    return open > 0 && --open == 0;
  }

  private synchronized CallEnd end() {
    return end;
  }
}
