package dev.flightgate.server.auth.configured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flightgate.server.auth.AuthenticationException;
import dev.flightgate.server.auth.AuthenticationException.Reason;
import dev.flightgate.server.auth.Credential;
import dev.flightgate.server.auth.Peer;
import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.auth.Roles;
import dev.flightgate.server.config.ConfigException;
import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import dev.flightgate.server.config.GatewayConfig.Secret;
import dev.flightgate.server.config.GatewayConfig.TokenConfig;
import dev.flightgate.server.config.GatewayConfig.UserConfig;
import dev.flightgate.server.config.UsersFile;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users, whether their password is kept in the clear or hashed, and tokens. */
final class ConfiguredAuthenticatorTest {

  /** Of "U*U*". */
  private static final String BCRYPT =
      "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK";

  private static final Peer PEER = Peer.of(new InetSocketAddress("10.0.0.1", 4711));

  @TempDir Path folder;

  private static UserConfig plain(String name, String... roles) {
    return new UserConfig(name, new Secret(name + " secret"), null, false, List.of(roles));
  }

  private static UserConfig hashed(String name, String hash, String... roles) {
    return new UserConfig(name, null, new Secret(hash), false, List.of(roles));
  }

  private static ConfiguredAuthenticator of(
      List<UserConfig> users, List<TokenConfig> tokens, @Nullable Path usersFile) {
    return new ConfiguredAuthenticator(
        new AuthConfig(
            false,
            users,
            tokens,
            Duration.ofHours(1),
            List.of(),
            usersFile,
            null,
            List.of(),
            List.of()),
        Roles.BUILT_IN);
  }

  private static Principal login(
      ConfiguredAuthenticator authenticator, String user, String password)
      throws AuthenticationException {
    return authenticator.authenticate(new Credential.Password(user, password, PEER));
  }

  private static void isRefused(
      ConfiguredAuthenticator authenticator, Credential credential, Reason reason, String message) {
    assertThatThrownBy(() -> authenticator.authenticate(credential))
        .isInstanceOfSatisfying(
            AuthenticationException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessage(message);
  }

  private static void isWrong(ConfiguredAuthenticator authenticator, String user, String password) {
    isRefused(
        authenticator,
        new Credential.Password(user, password, PEER),
        Reason.WRONG,
        "wrong user or password");
  }

  @Test
  void users_comeInByTheirPasswordsHoweverTheseAreKept() throws Exception {
    ConfiguredAuthenticator users =
        of(
            List.of(plain("ann", "admin"), hashed("bob", BCRYPT, "reader"), hashed("eve", BCRYPT)),
            List.of(),
            null);

    assertThat(login(users, "ann", "ann secret")).isEqualTo(Principal.of("ann", "admin"));
    assertThat(login(users, "bob", "U*U*")).isEqualTo(Principal.of("bob", "reader"));
    assertThat(login(users, "bob", "U*U*")).isEqualTo(Principal.of("bob", "reader"));
    assertThat(login(users, "eve", "U*U*")).isEqualTo(Principal.of("eve", "writer"));
    isWrong(users, "ann", "U*U*");
    isWrong(users, "bob", BCRYPT);
    isWrong(users, "bob", "");
    isWrong(users, "nobody", "U*U*");
    isWrong(users, "", "");
  }

  @Test
  void userWithoutAPassword_comesInByNone() {
    ConfiguredAuthenticator users =
        of(List.of(new UserConfig("cert", null, null, false, List.of())), List.of(), null);

    isWrong(users, "cert", "");
    isWrong(users, "cert", "null");
  }

  @Test
  void aWrongPassword_takesAsLongForEveryUserAndForNobody() {
    ConfiguredAuthenticator users =
        of(
            List.of(
                plain("plain"),
                hashed("bcrypt", BCRYPT),
                hashed("argon", PasswordHash.of("x").text())),
            List.of(),
            null);
    long plain = medianOfWrong(users, "plain");
    for (String user : List.of("bcrypt", "argon", "nobody")) {
      assertThat(medianOfWrong(users, user)).as(user).isBetween(plain / 3, plain * 3);
    }
    assertThat(plain).isGreaterThan(Duration.ofMillis(2).toNanos());
  }

  /** Of this thread, which does the work: others of the machine do not count. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long medianOfWrong(ConfiguredAuthenticator users, String user) {
    long[] taken = new long[5];
    for (int i = 0; i < taken.length; i++) {
      long begin = cpuNanos();
      isWrong(users, user, "wrong");
      taken[i] = cpuNanos() - begin;
    }
    Arrays.sort(taken);
    return taken[taken.length / 2];
  }

  @Test
  void aRightPassword_isSlowOnceAndThenRemembered() throws Exception {
    ConfiguredAuthenticator users =
        of(List.of(hashed("ann", PasswordHash.of("right").text())), List.of(), null);
    login(users, "ann", "right");

    long begin = cpuNanos();
    for (int call = 0; call < 1_000; call++) {
      login(users, "ann", "right");
    }
    // A thousand hashes would be ten seconds and more.
    assertThat(Duration.ofNanos(cpuNanos() - begin)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void tokens_inTheClearOrAsDigest_areGoodUntilTheyExpire() throws Exception {
    Instant past = Instant.parse("2020-01-01T00:00:00Z");
    Instant future = Instant.parse("2920-01-01T00:00:00Z");
    String digest = Digests.sha256("the second token");
    ConfiguredAuthenticator tokens =
        of(
            List.of(),
            List.of(
                new TokenConfig(new Secret("the first token"), "ci", true),
                new TokenConfig(
                    null,
                    digest.toUpperCase(java.util.Locale.ROOT),
                    "ops",
                    false,
                    future,
                    List.of("admin")),
                new TokenConfig(
                    new Secret("the third token"), null, "old", false, past, List.of())),
            null);

    assertThat(tokens.authenticate(new Credential.Token("the first token", PEER)))
        .isEqualTo(Principal.of("ci", "reader"));
    assertThat(tokens.authenticate(new Credential.Token("the second token", PEER)))
        .isEqualTo(Principal.of("ops", "admin"));
    isRefused(
        tokens,
        new Credential.Token("the third token", PEER),
        Reason.REFUSED,
        "the token has expired: ask for another one");
    for (String wrong : List.of("", "the fourth token", digest)) {
      isRefused(
          tokens,
          new Credential.Token(wrong, PEER),
          Reason.WRONG,
          "the token is not valid: log in again");
    }
    assertThat(tokens.blocks(new Credential.Token("a.b.c", PEER))).isFalse();
    assertThat(tokens.blocks(new Credential.Password("a", "b", PEER))).isTrue();
  }

  @Test
  void usersFile_thatChanges_isReadAgain_andABrokenOneChangesNothing() throws Exception {
    Path file = folder.resolve("users.yaml");
    UsersFile.write(file, List.of(hashed("bob", BCRYPT, "reader")));
    ConfiguredAuthenticator users = of(List.of(plain("ann")), List.of(), file);
    assertThat(login(users, "bob", "U*U*")).isEqualTo(Principal.of("bob", "reader"));
    String standing = users.standing(Principal.of("bob", "reader"));

    UsersFile.write(file, List.of(hashed("bob", BCRYPT, "writer"), hashed("eve", BCRYPT)));
    users.refresh();
    assertThat(login(users, "bob", "U*U*")).isEqualTo(Principal.of("bob", "writer"));
    assertThat(login(users, "eve", "U*U*").name()).isEqualTo("eve");
    assertThat(users.standing(Principal.of("bob", "reader"))).isNotEqualTo(standing);

    for (String broken :
        List.of(
            "users: [",
            "users: [{name: eve}, {name: eve}]",
            "users: [{name: ann, password: x}]",
            "users: [{name: eve, password-hash: abc}]",
            "users: [{name: eve, password: x, roles: [king]}]")) {
      Files.writeString(file, broken);
      users.refresh();
      assertThat(login(users, "bob", "U*U*").name()).as(broken).isEqualTo("bob");
    }
    Files.delete(file);
    users.refresh();
    assertThat(login(users, "bob", "U*U*").name()).isEqualTo("bob");

    Files.writeString(file, "users: [{name: eve, password: changed}]");
    users.refresh();
    isWrong(users, "bob", "U*U*");
    isWrong(users, "eve", "U*U*");
    assertThat(login(users, "eve", "changed").name()).isEqualTo("eve");
    assertThat(login(users, "ann", "ann secret").name()).isEqualTo("ann");
  }

  @Test
  void settings_thatCannotBeUsed_areRefusedWithTheirPlace() throws Exception {
    Path file = Files.writeString(folder.resolve("users.yaml"), "users: [{name: ann, pass: x}]");
    assertThatThrownBy(() -> of(List.of(hashed("ann", "abc")), List.of(), null))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("auth.users[0].password-hash: must be a hash that begins with");
    assertThatThrownBy(() -> of(List.of(plain("ann", "king")), List.of(), null))
        .hasMessageStartingWith("auth.users[0].roles: there is no role \"king\"; there are: admin");
    assertThatThrownBy(() -> of(List.of(), List.of(), file))
        .hasMessageStartingWith(file + ": users[0].pass: unknown setting");
    assertThatThrownBy(() -> of(List.of(), List.of(), folder.resolve("nowhere")))
        .hasMessage("auth.users-file: cannot read " + folder.resolve("nowhere") + ": no such file");
    TokenConfig token = new TokenConfig(new Secret("t"), null, "u", false, null, List.of("king"));
    assertThatThrownBy(() -> of(List.of(), List.of(token), null))
        .hasMessageStartingWith("auth.tokens[0].roles: there is no role \"king\"");
  }
}
