package dev.flightgate.server.auth.configured;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.auth.Roles;
import dev.flightgate.server.auth.configured.Users.User;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How long a password that was right spares the next call its hash. */
final class VerifiedPasswordsTest {

  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5);
  private final VerifiedPasswords verified = new VerifiedPasswords(nanoTime::get);
  private final User alice = user("alice", "one hash");

  private static User user(String name, String hash) {
    return new User(name, Principal.of(name, Roles.READER), null, hash);
  }

  @Test
  void password_isRememberedForItsUserAndForAMinute() {
    assertThat(verified.has(alice, "secret")).isFalse();
    verified.add(alice, "secret");

    assertThat(verified.has(alice, "secret")).isTrue();
    assertThat(verified.has(alice, "other")).isFalse();
    assertThat(verified.has(user("bob", "one hash"), "secret")).isFalse();
    nanoTime.addAndGet(VerifiedPasswords.KEPT.toNanos() - 1);
    assertThat(verified.has(alice, "secret")).isTrue();
    nanoTime.incrementAndGet();
    assertThat(verified.has(alice, "secret")).isFalse();
    assertThat(verified.size()).isZero();
  }

  @Test
  void password_ofAUserWhoChanged_isForgotten() {
    verified.add(alice, "secret");
    assertThat(verified.has(user("alice", "one hash"), "secret")).isTrue();

    assertThat(verified.has(user("alice", "another hash"), "secret")).isFalse();
    assertThat(verified.has(alice, "secret")).isFalse();
  }

  @Test
  void passwords_areRememberedUpToABound() {
    for (int user = 0; user < 3 * VerifiedPasswords.MAX; user++) {
      verified.add(user("user" + user, "hash"), "secret");
    }
    assertThat(verified.size()).isEqualTo(VerifiedPasswords.MAX);
  }
}
