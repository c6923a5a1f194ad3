package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.BackendContract;
import dev.flightgate.server.backend.BackendFactory;
import dev.flightgate.server.backend.ColumnSample;
import java.util.List;

/** DuckDB keeps the contract. */
final class DuckDbBackendContractTest extends BackendContract {

  @Override
  public BackendFactory factory() {
    return new DuckDbBackendFactory();
  }

  @Override
  public List<ColumnSample> columnSamples() {
    return DuckDbSamples.COLUMNS;
  }

  @Override
  public String endlessQuery() {
    return "SELECT count(*) AS n FROM range(10000000000) AS a, range(100) AS b"
        + " WHERE (a.range * b.range) % 7 = 9";
  }

  @Override
  public String manyRows(long rows) {
    return "SELECT i FROM range(1, " + (rows + 1) + ") AS r(i)";
  }
}
