package dev.flightgate.server.query;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What the log lines of a thread say of the call it works for: SLF4J's MDC of the keys {@link
 * #REQUEST} and {@link #USER}. Taken along when the work goes to another thread.
 *
 * @param request the call's name; null outside of calls
 * @param user who calls; null until that is known
 */
public record LogContext(@Nullable String request, @Nullable String user) {

  /** Of the call's name. */
  public static final String REQUEST = "request";

  /** Of the name of who calls. */
  public static final String USER = "user";

  private static final Scope UNCHANGED = () -> {};

  /** Has the thread's lines say what they said before; closed on the same thread. */
  @FunctionalInterface
  public interface Scope extends AutoCloseable {
    @Override
    void close();
  }

  /** What this thread's lines say now. */
  public static LogContext current() {
    return new LogContext(MDC.get(REQUEST), MDC.get(USER));
  }

  /** Has this thread's lines say this until the scope is closed. */
  public Scope enter() {
    LogContext before = current();
    if (before.equals(this)) {
      return UNCHANGED;
    }
    apply();
    return before::apply;
  }

  private void apply() {
    put(REQUEST, request);
    put(USER, user);
  }

  private static void put(String key, @Nullable String value) {
    if (value == null) {
      MDC.remove(key);
    } else {
      MDC.put(key, value);
    }
  }
}
