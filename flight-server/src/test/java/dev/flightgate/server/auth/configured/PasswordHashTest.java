package dev.flightgate.server.auth.configured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes of passwords as others write them. */
final class PasswordHashTest {

  /** From the tests of the reference implementations: phc-winner-argon2, crypt_blowfish. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          password | $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4
          password | $argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc
          U*U      | $2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW
          U*U*     | $2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK
          U*U*     | $2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK
          """)
  void hash_ofOthers_matchesItsPasswordOnly(String password, String text) {
    PasswordHash hash = PasswordHash.parse(text);

    assertThat(hash.matches(password)).isTrue();
    assertThat(hash.matches(password + "x")).isFalse();
    assertThat(hash.matches("")).isFalse();
    assertThat(hash.text()).isEqualTo(text);
    assertThat(hash.decoy().cost()).isEqualTo(hash.cost());
    assertThat(hash.decoy().matches(password)).isFalse();
    assertThat(PasswordHash.parse(hash.decoy().text()).cost()).isEqualTo(hash.cost());
  }

  @Test
  void hash_ofOurs_isArgon2idWithASaltOfItsOwn() {
    PasswordHash hash = PasswordHash.of("pässword");

    assertThat(hash.text()).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    assertThat(PasswordHash.parse(hash.text()).matches("pässword")).isTrue();
    assertThat(PasswordHash.of("pässword").text()).isNotEqualTo(hash.text());
    assertThat(hash.toString()).isEqualTo("argon2id m=19456,t=2,p=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "password",
        "$1$abcdefgh$0123456789012345678901",
        "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=4,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi",
        "$argon2id$v=19$m=256,t=9999,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$2b$31$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK",
        "$2x$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"
      })
  void text_thatIsNoSuchHash_isRefusedWithoutShowingIt(String text) {
    assertThatThrownBy(() -> PasswordHash.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("nf65", "VGOzA", "0123456");
  }
}
