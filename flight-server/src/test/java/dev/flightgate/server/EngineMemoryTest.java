package dev.flightgate.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.BackendFactory;
import dev.flightgate.server.backend.duckdb.DuckDbBackendFactory;
import dev.flightgate.server.backend.sqlite.SqliteBackendFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the machine's memory is shared out. */
class EngineMemoryTest {

  private static final long GIB = 1L << 30;
  private static final BackendFactory DUCKDB = new DuckDbBackendFactory();
  private static final BackendFactory SQLITE = new SqliteBackendFactory();

  @Test
  void oneEngine_takesFourFifthsOfWhatTheJvmLeaves() {
    assertThat(new EngineMemory(20 * GIB, 10 * GIB).share(List.of(DUCKDB, SQLITE)))
        .isEqualTo(8 * GIB);
  }

  @Test
  void severalDatabases_haveEqualShares() {
    assertThat(new EngineMemory(20 * GIB, 10 * GIB).share(List.of(DUCKDB, DUCKDB)))
        .isEqualTo(4 * GIB);
  }

  @Test
  void aJvm_thatMayTakeAll_leavesEnginesAFifthAllTheSame() {
    assertThat(new EngineMemory(20 * GIB, 30 * GIB).share(List.of(DUCKDB))).isEqualTo(4 * GIB);
  }

  @Test
  void aJvm_thatDoesNotKnowItsMachine_leavesItToTheEngine() {
    assertThat(new EngineMemory(0, 4 * GIB).share(List.of(DUCKDB))).isZero();
  }

  @Test
  void thisMachine_hasMoreThanItsJvmTakes_orIsKnownAtLeast() {
    assertThat(EngineMemory.ofThisMachine().share(List.of(DUCKDB))).isPositive();
  }
}
