package dev.flightgate.server.auth;

import dev.flightgate.server.auth.AuthenticationException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Makes guessing passwords slow: after a number of failures each further one bars the way for 1, 2,
 * 4, … seconds, a minute at most. Counted are the failures of a user at a peer, of a peer, and of a
 * user; those of tokens, which say no user, by themselves. Failures are forgotten with time, and
 * those of a user when the user logs in.
 *
 * <p>A user who has logged in from a peer before is not barred there by failures of others, nor by
 * failures elsewhere; a token that was good there is not barred either. Who is barred is refused at
 * once. Guesses made at the same time gain nothing: only so many passwords are looked at together
 * as failures are still free, and the others wait for how those end. Memory is bounded; the oldest
 * counts go first. Thread-safe.
 */
public final class LoginThrottle {

  private static final int REMEMBERED_MAX = 10_000;
  private static final int NAME_CHARACTERS_MAX = 64;
  private static final int DOUBLINGS_MAX = 6;
  private static final Duration BARRED_MAX = Duration.ofSeconds(60);
  private static final Duration WAIT_MAX = Duration.ofSeconds(20);

  /** What failures are counted by. */
  enum Kind {
    USER_AT_PEER(10, Duration.ofSeconds(60)),
    PEER(100, Duration.ofSeconds(6)),
    USER(100, Duration.ofSeconds(6)),
    TOKEN_AT_PEER(100, Duration.ofSeconds(6)),
    TOKENS_OF_PEER(100, Duration.ofSeconds(6));

    private final int free;
    private final Duration forgottenAfter;

    /**
     * @param free how many failures have no consequence
     * @param forgottenAfter after how long one failure less counts
     */
    Kind(int free, Duration forgottenAfter) {
      this.free = free;
      this.forgottenAfter = forgottenAfter;
    }
  }

  record Key(Kind kind, String user, String network) {}

  private static final class Failures {
    private int count;
    private Instant counted = Instant.MIN;
    private Instant barredUntil = Instant.MIN;

    /** How many are not forgotten yet. */
    private int countAt(Instant now, Kind kind) {
      if (count == 0 || !now.isAfter(counted)) {
        return count;
      }
      long forgotten = Duration.between(counted, now).dividedBy(kind.forgottenAfter);
      return (int) Math.max(0, count - forgotten);
    }
  }

  private final Clock clock;
  private final Map<Kind, Map<Key, Failures>> failures = new EnumMap<>(Kind.class);
  private final Map<Key, Boolean> trusted = newest();
  private final Map<Key, Integer> underWay = new HashMap<>();

  /** Has seen no failures yet. */
  public LoginThrottle(Clock clock) {
    this.clock = clock;
    for (Kind kind : Kind.values()) {
      failures.put(kind, newest());
    }
  }

  /**
   * A credential that is looked at. Closed afterwards; by one thread.
   *
   * @param password whether others wait for how it ends
   */
  record Attempt(LoginThrottle throttle, List<Key> keys, boolean password)
      implements AutoCloseable {

    /** Says that the credential was wrong. */
    void failed() {
      throttle.failed(keys);
    }

    /** Says that the credential was right. */
    void succeeded() {
      throttle.succeeded(keys);
    }

    @Override
    public void close() {
      if (password) {
        throttle.end(keys);
      }
    }
  }

  /**
   * Lets an attempt pass, or not; to be called before the credential is looked at. With a password
   * it may wait, for attempts of the same user or peer.
   *
   * @throws AuthenticationException if there were too many failures
   */
  Attempt begin(Credential credential) throws AuthenticationException {
    List<Key> keys = keys(credential);
    boolean password = credential instanceof Credential.Password;
    if (password) {
      beginOneOfFew(keys);
    } else {
      check(keys);
    }
    return new Attempt(this, keys, password);
  }

  private synchronized void beginOneOfFew(List<Key> keys) throws AuthenticationException {
    long deadline = System.nanoTime() + WAIT_MAX.toNanos();
    check(keys);
    while (!hasRoom(keys)) {
      if (!awaitEnd(deadline - System.nanoTime())) {
        throw new AuthenticationException(
            "too many logins at the same time, try again later", Reason.UNAVAILABLE);
      }
      check(keys);
    }
    keys.forEach(key -> underWay.merge(key, 1, Integer::sum));
  }

  /** Waits for an attempt to end, or the time to pass; false when there is no time left. */
  private synchronized boolean awaitEnd(long nanos) {
    try {
      TimeUnit.NANOSECONDS.timedWait(this, nanos);
      return nanos > 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether, if all that is under way failed, one more would still be free or the only one. */
  private boolean hasRoom(List<Key> keys) {
    for (Key key : barring(keys)) {
      Failures known = of(key.kind()).get(key);
      int free = key.kind().free - (known == null ? 0 : known.countAt(clock.instant(), key.kind()));
      if (underWay.getOrDefault(key, 0) >= Math.max(1, free)) {
        return false;
      }
    }
    return true;
  }

  private synchronized void end(List<Key> keys) {
    keys.forEach(
        key -> underWay.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1));
    notifyAll();
  }

  private synchronized void check(List<Key> keys) throws AuthenticationException {
    Instant now = clock.instant();
    Duration longest = Duration.ZERO;
    for (Key key : barring(keys)) {
      Failures known = of(key.kind()).get(key);
      if (known != null && now.isBefore(known.barredUntil)) {
        Duration left = Duration.between(now, known.barredUntil);
        longest = left.compareTo(longest) > 0 ? left : longest;
      }
    }
    // A clock that was set back must not bar anybody for longer than was meant.
    if (!longest.isZero() && longest.compareTo(BARRED_MAX) <= 0) {
      long seconds = longest.plusSeconds(1).minusNanos(1).toSeconds();
      throw new AuthenticationException(
          "too many failed logins, try again in " + seconds + " s", Reason.REFUSED);
    }
  }

  private synchronized void failed(List<Key> keys) {
    Instant now = clock.instant();
    for (Key key : keys) {
      count(key.kind(), of(key.kind()).computeIfAbsent(key, k -> new Failures()), now);
    }
  }

  private synchronized void succeeded(List<Key> keys) {
    for (Key key : keys) {
      if (key.kind() != Kind.PEER && key.kind() != Kind.TOKENS_OF_PEER) {
        of(key.kind()).remove(key);
      }
    }
    if (!keys.isEmpty()) {
      trusted.put(keys.get(0), true);
    }
  }

  private static void count(Kind kind, Failures failures, Instant now) {
    failures.count = Math.min(failures.countAt(now, kind) + 1, kind.free + 1 + DOUBLINGS_MAX);
    failures.counted = now;
    int doublings = failures.count - kind.free - 1;
    if (doublings >= 0) {
      Duration barred = Duration.ofSeconds(1L << doublings);
      failures.barredUntil = now.plus(barred.compareTo(BARRED_MAX) > 0 ? BARRED_MAX : barred);
    }
  }

  /** What may bar a credential with these keys. */
  private List<Key> barring(List<Key> keys) {
    // The most telling comes first.
    return !keys.isEmpty() && trusted.containsKey(keys.get(0)) ? keys.subList(0, 1) : keys;
  }

  /** What the failures of a credential are counted by; certificates cannot be guessed. */
  private static List<Key> keys(Credential credential) {
    String network = credential.peer().network();
    if (credential instanceof Credential.Password password) {
      String user = password.user();
      String name = user.substring(0, Math.min(user.length(), NAME_CHARACTERS_MAX));
      return List.of(
          new Key(Kind.USER_AT_PEER, name, network),
          new Key(Kind.PEER, "", network),
          new Key(Kind.USER, name, ""));
    }
    if (credential instanceof Credential.Token token) {
      return List.of(
          new Key(Kind.TOKEN_AT_PEER, digest(token.token()), network),
          new Key(Kind.TOKENS_OF_PEER, "", network));
    }
    return List.of();
  }

  private static String digest(String token) {
    try {
      byte[] bytes =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private Map<Key, Failures> of(Kind kind) {
    return failures.computeIfAbsent(kind, k -> newest());
  }

  /** Keeps the entries used last. */
  private static <V> Map<Key, V> newest() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<Key, V> eldest) {
        return size() > REMEMBERED_MAX;
      }
    };
  }

  /** How many counts and successes are remembered; for tests of the bound. */
  synchronized int remembered() {
    return trusted.size() + failures.values().stream().mapToInt(Map::size).sum();
  }
}
