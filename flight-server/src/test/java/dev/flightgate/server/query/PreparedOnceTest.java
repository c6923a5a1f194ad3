package dev.flightgate.server.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.session.HeldResult;
import dev.flightgate.server.session.PreparedStatement;
import org.junit.jupiter.api.Test;

/** How often a prepared statement is planned. */
class PreparedOnceTest extends QueryFixture {

  private PreparedStatement prepare(String sql) {
    try (Cancellation call = queries.begin()) {
      return queries.prepare(session, sql, null, call);
    }
  }

  private void fetch(PreparedStatement statement) {
    HeldResult result;
    try (Cancellation call = queries.begin()) {
      result = queries.plan(statement, call);
    }
    try (ResultStream stream = queries.open(result, queries.begin())) {
      assertThat(stream.start()).isTrue();
      while (stream.next()) {
        assertThat(stream.root().getRowCount()).isPositive();
      }
    }
  }

  @Test
  void aQuery_executedOften_isPlannedOnce() {
    PreparedStatement statement = prepare("select count(*) as n from t");
    int plans = backend.plans();
    fetch(statement);
    fetch(statement);
    fetch(statement);
    assertThat(backend.plans()).isEqualTo(plans);
  }

  @Test
  void anUpdate_executedOften_isPlannedOnce() {
    PreparedStatement statement = prepare("insert into t values (1)");
    int plans = backend.plans();
    for (int i = 0; i < 3; i++) {
      try (Cancellation call = queries.begin()) {
        assertThat(queries.update(statement, null, call)).isEqualTo(1);
      }
    }
    assertThat(backend.plans()).isEqualTo(plans);
  }

  @Test
  void aDefinitionInBetween_isOnePlanMore() {
    PreparedStatement statement = prepare("select count(*) as n from t");
    update("create table other(i integer)");
    int plans = backend.plans();
    fetch(statement);
    fetch(statement);
    assertThat(backend.plans()).isEqualTo(plans + 1);
  }
}
