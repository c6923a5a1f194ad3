package dev.flightgate.server.flight;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The executor of one call that shows a password: its first task, in which it logs in, is for a
 * thread for logins, and what comes after that for call threads. Thread-safe.
 */
final class LoginFirst implements Executor {

  private final Executor loginPool;
  private final Executor callPool;
  private final AtomicBoolean begun = new AtomicBoolean();

  LoginFirst(Executor loginPool, Executor callPool) {
    this.loginPool = loginPool;
    this.callPool = callPool;
  }

  @Override
  public void execute(Runnable task) {
    (begun.getAndSet(true) ? callPool : loginPool).execute(task);
  }
}
