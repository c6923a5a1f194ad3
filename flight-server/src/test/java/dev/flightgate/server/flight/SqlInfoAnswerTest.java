package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.auth.Roles;
import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendInfo;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.Capability;
import dev.flightgate.server.backend.NullOrdering;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.config.GatewayConfig.SessionConfig;
import dev.flightgate.server.flight.SqlInfoValue.Bits;
import dev.flightgate.server.session.Database;
import dev.flightgate.server.sql.SqlDialect;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.junit.jupiter.api.Test;

/** What is said of engines that differ from those that there are. */
class SqlInfoAnswerTest {

  private record Engine(BackendInfo info) implements Backend {

    static Engine with(NullOrdering nulls, Capability... capabilities) {
      return new Engine(
          new BackendInfo(
              "other",
              "Other",
              "1",
              SqlDialect.POSTGRESQL,
              Set.of(capabilities),
              nulls,
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              List.of()));
    }

    @Override
    public BackendSession openSession(SessionContext context) {
      throw new IllegalStateException("not a real engine");
    }

    @Override
    public void close() {}
  }

  private static Map<SqlInfo, SqlInfoValue> answer(Engine engine, SessionConfig sessions) {
    return SqlInfoAnswer.of(
        new Database("other", engine, false), Principal.of("alice", Roles.ADMIN), sessions);
  }

  private static SessionConfig sessions() {
    return RunningGateway.builder().config().sessions();
  }

  @Test
  void catalogs_ofAnEngineWithoutThem_areSupportedNowhere() {
    assertThat(answer(Engine.with(NullOrdering.HIGH), sessions()))
        .containsEntry(SqlInfo.SQL_CATALOGS_SUPPORTED_ACTIONS, new Bits(0));
    assertThat(answer(Engine.with(NullOrdering.HIGH, Capability.CATALOGS), sessions()))
        .containsEntry(SqlInfo.SQL_CATALOGS_SUPPORTED_ACTIONS, new Bits(0b111));
  }

  @Test
  void nullOrdering_isTheEngines() {
    Map.of(
            NullOrdering.HIGH, 0,
            NullOrdering.LOW, 1,
            NullOrdering.AT_START, 2,
            NullOrdering.AT_END, 3)
        .forEach(
            (ordering, number) ->
                assertThat(answer(Engine.with(ordering), sessions()))
                    .containsEntry(SqlInfo.SQL_NULL_ORDERING, new Bits(number)));
  }

  @Test
  void timeouts_beyondWhatAnInt32Holds_areTheLongestThereIs() {
    SessionConfig patient =
        RunningGateway.builder()
            .set("sessions.idle-timeout", Duration.ofDays(1_000))
            .set("sessions.transaction-idle-timeout", Duration.ofNanos(1))
            .config()
            .sessions();
    assertThat(answer(Engine.with(NullOrdering.LOW), patient))
        .containsEntry(SqlInfo.FLIGHT_SQL_SERVER_STATEMENT_TIMEOUT, new Bits(Integer.MAX_VALUE))
        .containsEntry(SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION_TIMEOUT, new Bits(1));
  }
}
