package dev.flightgate.server.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which statements are about the gateway itself. */
class SystemTextTest {

  private static Optional<SystemText> read(String sql) {
    return SystemText.of(
        sql, SqlDialect.POSTGRESQL, Set.of("sessions", "queries"), Set.of("cancel"));
  }

  @ParameterizedTest
  @EnumSource(SqlDialect.class)
  void aTable_inAnyQuotesAndCase_isFound(SqlDialect dialect) {
    String sql =
        "SELECT s.id, \"Flightgate\".\"Queries\".sql FROM FLIGHTGATE . main . Sessions s"
            + " JOIN flightgate.queries USING (id)";

    assertThat(SystemText.of(sql, dialect, Set.of("sessions", "queries"), Set.of()))
        .hasValue(new SystemText(sql, Set.of("sessions", "queries"), null, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "SELECT 'flightgate.sessions'",
        "SELECT 1 -- flightgate.sessions",
        "SELECT flightgate FROM t",
        "SELECT flightgate.sessions FROM visits flightgate",
        "SELECT flightgate.sessions FROM visits AS flightgate",
        "SELECT * FROM flightgate.orders",
        "SELECT * FROM flightgate.orders, flightgate.sessions",
        "SELECT * FROM other.flightgate.sessions",
        "SELECT * FROM flightgate",
        "CREATE SCHEMA flightgate"
      })
  void aStatement_aboutSomethingElse_isNone(String sql) {
    assertThat(read(sql)).isEmpty();
  }

  @Test
  void aCall_isReadWithItsArgument() {
    assertThat(read("call flightgate.cancel('7')"))
        .hasValue(new SystemText("call flightgate.cancel('7')", Set.of(), "cancel", "'7'"));
    assertThat(read("SELECT flightgate.main.CANCEL( ? )"))
        .hasValue(new SystemText("SELECT flightgate.main.CANCEL( ? )", Set.of(), "cancel", " ? "));
    String nested = "call flightgate.cancel((select max(id) from flightgate.queries))";
    assertThat(read(nested))
        .hasValue(
            new SystemText(
                nested, Set.of("queries"), "cancel", "(select max(id) from flightgate.queries)"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select flightgate.cancel('7'), 1",
        "select flightgate.cancel('7') + flightgate.cancel('8')",
        "select 1, flightgate.cancel('7')",
        "select flightgate.cancel(id) from flightgate.queries",
        "call flightgate.cancel"
      })
  void aCall_asPartOfMore_isNone(String sql) {
    assertThat(read(sql)).isEmpty();
  }
}
