package dev.flightgate.server.auth.configured;

import dev.flightgate.server.auth.AuthenticationException;
import dev.flightgate.server.auth.AuthenticationException.Reason;
import dev.flightgate.server.auth.Principal;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Those who may log in with a password. A failed login takes as long whether the user is known or
 * not, and however the user's password is kept: each kind of hash that is in use is computed once.
 * Thread-safe; checking may wait for its turn, as hashes take the processor and memory.
 */
final class Users {

  private static final String WRONG = "wrong user or password";
  private static final String NO_PASSWORD = Digests.sha256("");
  private static final long WAIT_SECONDS = 10;

  /**
   * One user. Those of the same content are equal.
   *
   * @param digest SHA-256 of a password that is kept in the clear; null for the others
   * @param hash the text of the password's hash; null for the others, and for who has no password
   */
  record User(String name, Principal principal, @Nullable String digest, @Nullable String hash) {

    /** What tokens issued to the user stand on. */
    String standing() {
      return "user " + digest + " " + hash + " " + principal.grants();
    }

    @Override
    public String toString() {
      return "User[" + name + ", " + principal.grants() + "]";
    }
  }

  /**
   * The users at one moment.
   *
   * @param hashes those of the users, read
   * @param decoys one hash of each cost in use
   */
  record All(
      Map<String, User> byName,
      Map<String, PasswordHash> hashes,
      Map<String, PasswordHash> decoys) {

    static All of(Collection<User> users) {
      Map<String, User> byName =
          users.stream().collect(Collectors.toMap(User::name, Function.identity()));
      Map<String, PasswordHash> hashes = new TreeMap<>();
      Map<String, PasswordHash> decoys = new TreeMap<>();
      for (User user : users) {
        if (user.hash() != null) {
          PasswordHash hash = PasswordHash.parse(user.hash());
          hashes.put(user.name(), hash);
          decoys.computeIfAbsent(hash.cost(), cost -> hash.decoy());
        }
      }
      return new All(byName, hashes, decoys);
    }
  }

  private final Supplier<All> all;
  private final VerifiedPasswords verified;

  /** As many as there are processors: more would only take more memory. */
  private final Semaphore turns = new Semaphore(Runtime.getRuntime().availableProcessors(), true);

  /**
   * @param all the users as they are now
   */
  Users(Supplier<All> all, VerifiedPasswords verified) {
    this.all = all;
    this.verified = verified;
  }

  /** The user of that name. */
  Optional<User> find(String name) {
    return Optional.ofNullable(all.get().byName().get(name));
  }

  /**
   * Whose name and password these are.
   *
   * @throws AuthenticationException if they are nobody's, or too many others log in now
   */
  Principal authenticate(String name, String password) throws AuthenticationException {
    All now = all.get();
    User user = now.byName().get(name);
    PasswordHash hash = now.hashes().get(name);
    String digest = user == null || user.digest() == null ? NO_PASSWORD : user.digest();
    boolean same = Digests.areEqual(digest, Digests.sha256(password));
    if (user != null
        && ((same && user.digest() != null) || (hash != null && verified.has(user, password)))) {
      return user.principal();
    }
    if (!now.decoys().isEmpty()) {
      takeTurn();
      try {
        if (user != null && hash != null && isRight(user, hash, password)) {
          return user.principal();
        }
        refuseSlowly(now, hash, password);
      } finally {
        turns.release();
      }
    }
    throw new AuthenticationException(WRONG);
  }

  private boolean isRight(User user, PasswordHash hash, String password) {
    if (verified.has(user, password)) {
      return true; // another call of the user's came first
    }
    boolean right = hash.matches(password);
    if (right) {
      verified.add(user, password);
    }
    return right;
  }

  /** Computes what was not computed yet. */
  private static void refuseSlowly(All now, @Nullable PasswordHash computed, String password) {
    now.decoys()
        .forEach(
            (cost, decoy) -> {
              boolean matches =
                  (computed == null || !computed.cost().equals(cost)) && decoy.matches(password);
              if (matches) {
                throw new IllegalStateException("a decoy is no password's hash");
              }
            });
  }

  private void takeTurn() throws AuthenticationException {
    boolean turn;
    try {
      turn = turns.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      turn = false;
    }
    if (!turn) {
      throw new AuthenticationException(
          "too many logins at the same time, try again later", Reason.UNAVAILABLE);
    }
  }
}
