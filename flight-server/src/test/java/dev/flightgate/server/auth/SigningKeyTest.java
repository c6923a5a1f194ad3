package dev.flightgate.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flightgate.server.config.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key of bearer tokens: where it is kept, and whose tokens are taken. */
final class SigningKeyTest {

  private static final Principal ALICE = Principal.of("alice", Roles.WRITER);

  @TempDir Path folder;

  private static TokenIssuer issuer(SigningKey key, Roles roles) {
    return new TokenIssuer(key, Duration.ofHours(1), Clock.systemUTC(), roles);
  }

  private static TokenIssuer issuer(SigningKey key) {
    return issuer(key, Roles.BUILT_IN);
  }

  @Test
  void keptKey_isMadeOnceForItsOwnerOnly() throws Exception {
    Path state = folder.resolve("a").resolve("state");
    Path file = SigningKey.keptIn(state);
    String first = Files.readString(file);

    assertThat(SigningKey.keptIn(state)).isEqualTo(file).content().isEqualTo(first);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
        .isEqualTo("rwx------");
    assertThat(state).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void keptKey_madeBySeveralAtOnce_isOne() throws Exception {
    ExecutorService starters = Executors.newFixedThreadPool(8);
    try {
      List<Future<String>> names = new ArrayList<>();
      for (int starter = 0; starter < 8; starter++) {
        names.add(starters.submit(() -> SigningKey.read(SigningKey.keptIn(folder)).name()));
      }
      String name = SigningKey.read(SigningKey.keptIn(folder)).name();
      for (Future<String> other : names) {
        assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo(name);
      }
    } finally {
      starters.shutdownNow();
    }
  }

  @Test
  void key_thatCanBeGuessedOrIsMissing_isRefusedAndNotShown() throws Exception {
    Path guessable = Files.writeString(folder.resolve("short"), "secret\n");

    assertThatThrownBy(() -> SigningKey.read(guessable))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("auth.signing-key-file: ")
        .hasMessageContaining("at least 32 characters")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> SigningKey.read(folder.resolve("nowhere")))
        .hasMessageEndingWith(": no such file");
  }

  @Test
  void token_ofTheSameKey_isRecognised_andOfAnotherIsNot() throws Exception {
    Path file = SigningKey.keptIn(folder);
    String token = issuer(SigningKey.read(file)).issue(ALICE, "as she is");

    Identity identity =
        issuer(SigningKey.read(file)).recognise(token, alice -> "as she is").orElseThrow();
    assertThat(identity.principal()).isEqualTo(ALICE);
    assertThat(identity.sessionId()).isNotBlank();
    assertThat(issuer(SigningKey.random()).recognise(token, alice -> "as she is"))
        .isEqualTo(Optional.empty());
  }

  @Test
  void token_whoseUserHasChanged_isRefusedWithTheReason() {
    SigningKey key = SigningKey.random();
    String token = issuer(key).issue(ALICE, "as she was");

    assertThatThrownBy(() -> issuer(key).recognise(token, alice -> "as she is"))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage("the user has changed since the token was issued: log in again");
  }

  @Test
  void token_changedInAnyCharacter_isNotRecognised() throws Exception {
    TokenIssuer issuer = issuer(SigningKey.random());
    String token = issuer.issue(ALICE, "");
    for (int at = 0; at < token.length() - 1; at++) { // the last one has bits that say nothing
      char other = token.charAt(at) == 'A' ? 'B' : 'A';
      String forged = token.substring(0, at) + other + token.substring(at + 1);
      assertThat(issuer.recognise(forged, alice -> "")).as(forged).isEmpty();
    }
  }
}
