package dev.flightgate.server.sql;

import static dev.flightgate.server.sql.SqlDialect.POSTGRESQL;
import static dev.flightgate.server.sql.SqlDialect.SQLITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlTokensTest {

  /** Tokens as "kind initial:text", so that a table can hold them. */
  private static String printed(String sql, SqlDialect dialect) {
    return SqlTokens.of(sql, dialect).stream()
        .map(token -> token.kind().name().charAt(0) + ":" + token.text())
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT 1                   | W:SELECT N:1",
        "SELECT 1/*a/*b*/c*/2       | W:SELECT N:1 N:2",
        "'it''s' E'a\\'b' e'\\\\'   | S:'it''s' S:E'a\\'b' S:e'\\\\'",
        "'a\\' b                    | S:'a\\' W:b",
        "x'ab' B'01' name'x'        | S:x'ab' S:B'01' W:name S:'x'",
        "$$a;b$$ $t$a$$b$t$ $é$x$é$ | S:$$a;b$$ S:$t$a$$b$t$ S:$é$x$é$",
        "a$b$ c$$                   | W:a$b$ W:c$$",
        "\"a\"\"b\".\"c\"           | Q:\"a\"\"b\" S:. Q:\"c\"",
        "? ?2 $1 $name              | P:? P:?2 P:$1 P:$name",
        "x[1:n] y::int :n @z        | W:x S:[ N:1 S:: W:n S:] W:y S:: S:: W:int S:: W:n S:@ W:z",
        "1_000 1.5e-3 .5 1. 1e 2from| N:1_000 N:1.5e-3 N:.5 N:1. N:1 W:e N:2 W:from",
        "a->>'b'                    | W:a S:- S:> S:> S:'b'",
        "`a`                        | S:` W:a S:`",
        "'open                      | S:'open",
        "$q$ open                   | S:$q$ open",
        "E'open\\                   | S:E'open\\",
        "1 /* open                  | N:1",
      })
  void of_postgresql(String sql, String expected) {
    assertThat(printed(sql, POSTGRESQL)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "1/*a/*b*/2                 | N:1 N:2",
        "`a``b` [a b] \"c\"\"d\"    | Q:`a``b` Q:[a b] Q:\"c\"\"d\"",
        "'a\\' b                    | S:'a\\' W:b",
        "E'a' X'ab'                 | W:E S:'a' S:X'ab'",
        "? ?1 :n @n $n $a::b $a(x)  | P:? P:?1 P::n P:@n P:$n P:$a::b P:$a(x)",
        ": $ @ $(                   | S:: S:$ S:@ S:$ S:(",
        "$$a$$                      | P:$$a$$",
        "0x1F 1_0.5E+3              | N:0x1F N:1_0.5E+3",
        "[open                      | Q:[open",
      })
  void of_sqlite(String sql, String expected) {
    assertThat(printed(sql, SQLITE)).isEqualTo(expected);
  }

  @Test
  void of_lineComment_endsAtTheLineEndOfTheDialect() {
    assertThat(printed("1--x\r2\n3", POSTGRESQL)).isEqualTo("N:1 N:2 N:3");
    assertThat(printed("1--x\r2\n3", SQLITE)).isEqualTo("N:1 N:3");
  }

  @Test
  void of_unicodeSpace_isSpaceInPostgresqlAndALetterInSqlite() {
    assertThat(printed("a\u00a0b", POSTGRESQL)).isEqualTo("W:a W:b");
    assertThat(printed("a\u00a0b", SQLITE)).isEqualTo("W:a\u00a0b");
  }

  @Test
  void depth_parentheses_countsThoseAround() {
    String depths =
        SqlTokens.of("a ( b ( c ) ) d ) e ; ( f ; g", POSTGRESQL).stream()
            .map(token -> token.text() + token.depth())
            .collect(Collectors.joining(" "));
    assertThat(depths).isEqualTo("a0 (0 b1 (1 c2 )1 )0 d0 )0 e0 ;0 (0 f1 ;0 g0");
  }

  @Test
  void offsets_everyToken_pointIntoTheText() {
    String sql = "SELECT /* x */ 'a;b', \"c\" -- end";
    assertThat(SqlTokens.of(sql, POSTGRESQL))
        .allSatisfy(
            token -> assertThat(sql.substring(token.start(), token.end())).isEqualTo(token.text()));
  }
}
