package dev.flightgate.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flightgate.server.auth.configured.ConfiguredAuthenticator;
import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import dev.flightgate.server.config.GatewayConfig.Secret;
import dev.flightgate.server.config.GatewayConfig.TokenConfig;
import dev.flightgate.server.config.GatewayConfig.UserConfig;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How often a password may be guessed. */
class LoginThrottleTest {

  private static final String WRONG = "wrong user or password";
  private static final String HERE = "10.0.0.1";
  private static final String THERE = "10.0.0.2";

  private final SettableClock clock = new SettableClock();
  private final LoginThrottle throttle = new LoginThrottle(clock);
  private final TokenIssuer tokens = new TokenIssuer(Duration.ofHours(1), clock, Roles.BUILT_IN);
  private final Login login =
      new Login(
          new ConfiguredAuthenticator(
              new AuthConfig(
                  false,
                  List.of(user("alice"), user("bob")),
                  List.of(new TokenConfig(new Secret("the static token"), "alice", false)),
                  Duration.ofHours(1),
                  List.of()),
              Roles.BUILT_IN),
          tokens,
          throttle);

  private static UserConfig user(String name) {
    return new UserConfig(name, new Secret(name + " secret"), false);
  }

  private static Peer peer(String address) {
    return Peer.of(new InetSocketAddress(address, 4711));
  }

  private void succeeds(String user, String address) throws AuthenticationException {
    Credential right = new Credential.Password(user, user + " secret", peer(address));
    assertThat(login.authenticate(right).principal().name()).isEqualTo(user);
  }

  private void fails(String user, String address, String message) {
    Credential wrong = new Credential.Password(user, "a guess", peer(address));
    assertThatThrownBy(() -> login.authenticate(wrong))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage(message);
  }

  private void isBarred(String user, String address, int seconds) {
    Credential right = new Credential.Password(user, user + " secret", peer(address));
    assertThatThrownBy(() -> login.authenticate(right))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage("too many failed logins, try again in " + seconds + " s");
  }

  private void fail(int times, String user, String address) {
    for (int attempt = 0; attempt < times; attempt++) {
      fails(user, address, WRONG);
    }
  }

  @Test
  void failures_tenOfThem_haveNoConsequence() throws Exception {
    fail(10, "alice", HERE);

    succeeds("alice", HERE);
  }

  @Test
  void failures_moreThanTen_barForTwiceAsLongEachTimeUpToAMinute() throws Exception {
    fail(10, "alice", HERE);
    for (int seconds : List.of(1, 2, 4, 8, 16, 32, 60)) {
      fails("alice", HERE, WRONG);
      isBarred("alice", HERE, seconds);
      clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
      isBarred("alice", HERE, 1);
      clock.advance(Duration.ofMillis(1));
    }

    fails("alice", HERE, WRONG);
    isBarred("alice", HERE, 60);
    clock.advance(Duration.ofSeconds(60));
    succeeds("alice", HERE);
  }

  @Test
  void attempts_whileBarred_areNotLookedAtAndNotCounted() throws Exception {
    fail(11, "alice", HERE);
    for (int attempt = 0; attempt < 1_000; attempt++) {
      isBarred("alice", HERE, 1);
    }

    clock.advance(Duration.ofSeconds(1));
    succeeds("alice", HERE);
  }

  @Test
  void aSuccess_startsTheCountAnew() throws Exception {
    for (int round = 0; round < 5; round++) {
      fail(10, "alice", HERE);
      succeeds("alice", HERE);
    }
  }

  @Test
  void aBarredUser_barsNoOtherUserAndNoOtherPeer() throws Exception {
    fail(11, "alice", HERE);

    isBarred("alice", HERE, 1);
    succeeds("bob", HERE);
    succeeds("alice", THERE);
  }

  @Test
  void failures_areForgottenWithTime() throws Exception {
    fail(11, "alice", HERE);
    clock.advance(Duration.ofMinutes(11));

    fail(10, "alice", HERE);
    succeeds("alice", HERE);
  }

  @Test
  void aPeer_thatTriesManyUsers_isBarredButNotWhoLoggedInThereBefore() throws Exception {
    succeeds("bob", HERE);
    for (int user = 0; user < 101; user++) {
      fails("user" + user, HERE, WRONG);
    }

    isBarred("alice", HERE, 1);
    succeeds("alice", THERE);
    succeeds("bob", HERE);
  }

  @Test
  void aUser_whoIsTriedFromManyPeers_isBarredButNotWhereTheyLoggedInBefore() throws Exception {
    succeeds("alice", HERE);
    for (int peer = 0; peer < 101; peer++) {
      fails("alice", "10.1.0." + peer, WRONG);
    }

    isBarred("alice", THERE, 1);
    succeeds("bob", THERE);
    succeeds("alice", HERE);
  }

  @Test
  void addressesOfOneIpv6Network_areOnePeer() throws Exception {
    for (int host = 0; host < 11; host++) {
      fails("alice", "2001:db8:0:1::" + host, WRONG);
    }

    isBarred("alice", "2001:db8:0:1:ffff::1", 1);
    succeeds("alice", "2001:db8:0:2::1");
  }

  @Test
  void tokens_guessedOften_barTokensOnly() throws Exception {
    Credential right = new Credential.Token("the static token", peer(HERE));
    for (int guess = 0; guess < 101; guess++) {
      Credential wrong = new Credential.Token("guess " + guess, peer(HERE));
      assertThatThrownBy(() -> login.authenticate(wrong)).hasMessageContaining("not valid");
    }

    assertThatThrownBy(() -> login.authenticate(right)).hasMessageContaining("too many failed");
    succeeds("alice", HERE);
    Principal alice = Principal.of("alice", Roles.WRITER);
    Credential issued = new Credential.Token(login.issueToken(alice), peer(HERE));
    assertThat(login.authenticate(issued).principal()).isEqualTo(alice);
    clock.advance(Duration.ofSeconds(1));
    assertThat(login.authenticate(right).principal()).isEqualTo(alice);
  }

  @Test
  void expiredTokens_areNoGuesses() {
    String token = login.issueToken(Principal.of("alice", Roles.ADMIN));
    clock.advance(Duration.ofHours(2));
    for (int call = 0; call < 1_000; call++) {
      assertThatThrownBy(() -> login.authenticate(new Credential.Token(token, peer(HERE))))
          .hasMessageContaining("expired");
    }
  }

  @Test
  void aClock_thatIsSetBack_barsNobodyForLonger() throws Exception {
    fail(11, "alice", HERE);
    clock.advance(Duration.ofHours(-1));

    succeeds("alice", HERE);
  }

  @Test
  void memory_isBoundedWhateverIsTried() throws Exception {
    for (int attempt = 0; attempt < 60_000; attempt++) {
      Peer peer = peer("10." + attempt / 65_536 + "." + attempt / 256 % 256 + "." + attempt % 256);
      Credential one = new Credential.Password(attempt + "x".repeat(100), "p", peer);
      attempt(one, false);
      attempt(new Credential.Password("user" + attempt, "p", peer), true);
      attempt(new Credential.Token("t", peer), false);
    }

    assertThat(throttle.remembered()).isLessThanOrEqualTo(60_000);
  }

  private void attempt(Credential credential, boolean right) throws AuthenticationException {
    try (LoginThrottle.Attempt attempt = throttle.begin(credential)) {
      if (right) {
        attempt.succeeded();
      } else {
        attempt.failed();
      }
    }
  }

  @Test
  void guesses_atTheSameTime_areLookedAtNoMoreOftenThanOneAfterTheOther() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    CyclicBarrier together = new CyclicBarrier(12); // one more than may ever come
    Login slow =
        new Login(
            credential -> {
              looks.incrementAndGet();
              arrive(together);
              throw new AuthenticationException(WRONG);
            },
            tokens,
            new LoginThrottle(clock));
    ExecutorService guessers = Executors.newFixedThreadPool(40);
    try {
      List<Future<String>> guesses = new ArrayList<>();
      for (int guess = 0; guess < 200; guess++) {
        Credential wrong = new Credential.Password("alice", "guess " + guess, peer(HERE));
        guesses.add(guessers.submit(() -> refusal(slow, wrong)));
      }
      for (Future<String> guess : guesses) {
        assertThat(guess.get(30, TimeUnit.SECONDS))
            .isIn(WRONG, "too many failed logins, try again in 1 s");
      }
      assertThat(looks).hasValue(11);
    } finally {
      guessers.shutdownNow();
    }
  }

  private static void arrive(CyclicBarrier together) {
    try {
      together.await(300, TimeUnit.MILLISECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      // Fewer came than would have broken the rule.
    }
  }

  private static String refusal(Login login, Credential credential) {
    try {
      return login.authenticate(credential).principal().name();
    } catch (AuthenticationException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void aTokenThatWasGoodHere_isNotBarredByGuessesOfOthers() throws Exception {
    Credential right = new Credential.Token("the static token", peer(HERE));
    login.authenticate(right);
    for (int guess = 0; guess < 101; guess++) {
      Credential wrong = new Credential.Token("guess " + guess, peer(HERE));
      assertThatThrownBy(() -> login.authenticate(wrong)).hasMessageContaining("not valid");
    }

    assertThat(login.authenticate(right).principal().name()).isEqualTo("alice");
  }

  @Test
  void aCheckThatFailsForReasonsOfItsOwn_isNoGuessAndSaysToTryAgain() {
    Login broken =
        new Login(
            credential -> {
              throw new IllegalStateException("the directory is down");
            },
            tokens,
            new LoginThrottle(clock));
    for (int attempt = 0; attempt < 20; attempt++) {
      Credential right = new Credential.Password("alice", "alice secret", peer(HERE));
      assertThatThrownBy(() -> broken.authenticate(right))
          .isInstanceOf(AuthenticationException.class)
          .hasMessage("the login cannot be checked now, try again later");
    }
  }

  private static final class SettableClock extends Clock {

    private Instant now = Instant.parse("2030-01-01T00:00:00Z");

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
