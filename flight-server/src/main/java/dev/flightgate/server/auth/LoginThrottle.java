package dev.flightgate.server.auth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes guessing passwords slow: after a number of failures each further one bars the way for 1, 2,
 * 4, … seconds, a minute at most. Counted are the failures of a user at a peer, of a peer, and of a
 * user; those of tokens, which say no user, by themselves. Failures are forgotten with time, and
 * those of a user when the user logs in.
 *
 * <p>A user who has logged in from a peer before is not barred there by failures of others, nor by
 * failures elsewhere. Nobody waits here: who is barred is refused at once. Memory is bounded; the
 * oldest counts go first. Thread-safe.
 */
public final class LoginThrottle {

  private static final int REMEMBERED_MAX = 10_000;
  private static final int NAME_CHARACTERS_MAX = 64;
  private static final int DOUBLINGS_MAX = 6;
  private static final Duration BARRED_MAX = Duration.ofSeconds(60);

  /** What failures are counted by. */
  private enum Kind {
    USER_AT_PEER(10, Duration.ofSeconds(60)),
    PEER(100, Duration.ofSeconds(6)),
    USER(100, Duration.ofSeconds(6)),
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

  private record Key(Kind kind, String user, String network) {}

  private static final class Failures {
    private int count;
    private Instant counted = Instant.MIN;
    private Instant barredUntil = Instant.MIN;
  }

  private final Clock clock;
  private final Map<Kind, Map<Key, Failures>> failures = new EnumMap<>(Kind.class);
  private final Map<Key, Boolean> trusted = newest();

  /** Has seen no failures yet. */
  public LoginThrottle(Clock clock) {
    this.clock = clock;
    for (Kind kind : Kind.values()) {
      failures.put(kind, newest());
    }
  }

  /**
   * Lets an attempt pass, or not; to be called before the credential is looked at.
   *
   * @throws AuthenticationException if there were too many failures
   */
  synchronized void check(Credential credential) throws AuthenticationException {
    Instant now = clock.instant();
    Duration longest = Duration.ZERO;
    for (Key key : barring(credential)) {
      Failures known = of(key.kind()).get(key);
      if (known != null && now.isBefore(known.barredUntil)) {
        Duration left = Duration.between(now, known.barredUntil);
        longest = left.compareTo(longest) > 0 ? left : longest;
      }
    }
    // A clock that was set back must not bar anybody for longer than was meant.
    if (!longest.isZero() && longest.compareTo(BARRED_MAX) <= 0) {
      long seconds = longest.plusSeconds(1).minusNanos(1).toSeconds();
      throw new AuthenticationException("too many failed logins, try again in " + seconds + " s");
    }
  }

  /** Says that the credential was wrong. */
  synchronized void failed(Credential credential) {
    Instant now = clock.instant();
    for (Key key : keys(credential)) {
      count(key.kind(), of(key.kind()).computeIfAbsent(key, k -> new Failures()), now);
    }
  }

  /** Says that the credential was right. */
  synchronized void succeeded(Credential credential) {
    if (credential instanceof Credential.Password password) {
      Key userAtPeer = key(Kind.USER_AT_PEER, password);
      of(Kind.USER_AT_PEER).remove(userAtPeer);
      of(Kind.USER).remove(key(Kind.USER, password));
      trusted.put(userAtPeer, true);
    }
  }

  private static void count(Kind kind, Failures failures, Instant now) {
    if (failures.count > 0 && now.isAfter(failures.counted)) {
      long forgotten = Duration.between(failures.counted, now).dividedBy(kind.forgottenAfter);
      failures.count = (int) Math.max(0, failures.count - forgotten);
    }
    failures.count = Math.min(failures.count + 1, kind.free + 1 + DOUBLINGS_MAX);
    failures.counted = now;
    int doublings = failures.count - kind.free - 1;
    if (doublings >= 0) {
      Duration barred = Duration.ofSeconds(1L << doublings);
      failures.barredUntil = now.plus(barred.compareTo(BARRED_MAX) > 0 ? BARRED_MAX : barred);
    }
  }

  /** What may bar the credential. */
  private List<Key> barring(Credential credential) {
    List<Key> keys = keys(credential);
    // The most telling comes first.
    return trusted.containsKey(keys.get(0)) ? keys.subList(0, 1) : keys;
  }

  private static List<Key> keys(Credential credential) {
    if (credential instanceof Credential.Password password) {
      return List.of(
          key(Kind.USER_AT_PEER, password), key(Kind.PEER, password), key(Kind.USER, password));
    }
    return List.of(new Key(Kind.TOKENS_OF_PEER, "", credential.peer().network()));
  }

  private static Key key(Kind kind, Credential.Password password) {
    String user = password.user();
    String name = user.substring(0, Math.min(user.length(), NAME_CHARACTERS_MAX));
    String network = password.peer().network();
    return switch (kind) {
      case USER_AT_PEER -> new Key(kind, name, network);
      case USER -> new Key(kind, name, "");
      case PEER, TOKENS_OF_PEER -> new Key(kind, "", network);
    };
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
