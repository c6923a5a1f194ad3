package dev.flightgate.server.session;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.config.GatewayConfig.SessionConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that sessions hold between calls, bound parameters and kept results: so many of one
 * user, and so many in all. Thread-safe.
 */
public final class HeldMemory {

  private enum Limit {
    USER,
    ALL
  }

  private final long max;
  private final long perUserMax;
  private final Predicate<@Nullable Principal> dropOne;

  // Guarded by this.
  private final Map<Principal, Long> users = new HashMap<>();
  private long all;

  /**
   * @param dropOne drops something of that user, or of anybody, that nobody waits for; false if
   *     there is nothing
   */
  HeldMemory(SessionConfig config, Predicate<@Nullable Principal> dropOne) {
    this.max = config.bytesMax();
    this.perUserMax = config.perUserBytesMax();
    this.dropOne = dropOne;
  }

  /**
   * A share for something to be held.
   *
   * @param replaced the bytes of what it will take the place of
   */
  Share open(Principal user, long replaced) {
    return new Share(user, replaced);
  }

  private synchronized @Nullable Limit add(Principal user, long bytes, long replaced) {
    long own = users.getOrDefault(user, 0L);
    if (bytes > 0 && own + bytes - replaced > perUserMax) {
      return Limit.USER;
    }
    if (bytes > 0 && all + bytes - replaced > max) {
      return Limit.ALL;
    }
    all += bytes;
    if (own + bytes == 0) {
      users.remove(user);
    } else {
      users.put(user, own + bytes);
    }
    return null;
  }

  /** The bytes of one thing that is held. One thread at a time. */
  public final class Share implements AutoCloseable {

    private final Principal user;
    private final long replaced;
    private long bytes;

    private Share(Principal user, long replaced) {
      this.user = user;
      this.replaced = replaced;
    }

    /** How many it has. */
    public long bytes() {
      return bytes;
    }

    /**
     * Adds so many bytes, if need be at the cost of results that were fetched already.
     *
     * @throws BackendException EXHAUSTED if that is more than may be held
     */
    public void grow(long more) {
      for (Limit full = add(user, more, replaced); full != null; full = add(user, more, replaced)) {
        if (!dropOne.test(full == Limit.USER ? user : null)) {
          throw exhausted(full);
        }
      }
      bytes += more;
    }

    /** Gives all of them back. Idempotent. */
    @Override
    public void close() {
      add(user, -bytes, 0);
      bytes = 0;
    }

    private BackendException exhausted(Limit full) {
      String advice =
          ": close prepared statements with parameters, or fetch results that are waiting";
      return new BackendException(
          Kind.EXHAUSTED,
          switch (full) {
            case USER ->
                "the bound parameters and kept results of user "
                    + user.name()
                    + " would take more than "
                    + perUserMax
                    + " bytes (setting sessions.per-user-bytes-max)"
                    + advice;
            case ALL ->
                "the bound parameters and kept results of all users would take more than "
                    + max
                    + " bytes (setting sessions.bytes-max)"
                    + advice
                    + ", or try again later";
          });
    }
  }
}
