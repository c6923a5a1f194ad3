package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendContract;
import dev.flightgate.server.backend.BackendFactory;
import dev.flightgate.server.backend.ColumnSample;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** The SQLite backend keeps the contract. */
class SqliteBackendContractTest extends BackendContract {

  @Override
  public BackendFactory factory() {
    return new SqliteBackendFactory();
  }

  @Override
  public List<ColumnSample> columnSamples() {
    ArrowType utf8 = ArrowType.Utf8.INSTANCE;
    return List.of(
        new ColumnSample("i", "INTEGER", SqliteTypes.INT64, "42", "42"),
        new ColumnSample(
            "b", "BIGINT", SqliteTypes.INT64, "9223372036854775807", "9223372036854775807"),
        new ColumnSample("r", "REAL", SqliteTypes.FLOAT64, "0.1", "0.1"),
        new ColumnSample("d", "DOUBLE PRECISION", SqliteTypes.FLOAT64, "-1e300", "-1.0E300"),
        new ColumnSample("n", "NUMERIC", SqliteTypes.FLOAT64, "7", "7.0"),
        new ColumnSample("t", "TEXT", utf8, "'é😀'", "é😀"),
        new ColumnSample("v", "VARCHAR(10)", utf8, "''", ""),
        new ColumnSample("x", "BLOB", ArrowType.Binary.INSTANCE, "X'00FF'", "00ff"),
        new ColumnSample("o", "BOOLEAN", ArrowType.Bool.INSTANCE, "1", "true"),
        new ColumnSample("de", "DECIMAL(10,2)", new ArrowType.Decimal(10, 2, 128), "1.5", "1.50"),
        new ColumnSample(
            "dx",
            "DECIMAL_TEXT(38,10)",
            new ArrowType.Decimal(38, 10, 128),
            "'1234567890123456789012345678.0123456789'",
            "1234567890123456789012345678.0123456789"),
        new ColumnSample(
            "da", "DATE", new ArrowType.Date(DateUnit.DAY), "'2024-02-29'", "2024-02-29"),
        new ColumnSample(
            "ts",
            "TIMESTAMP",
            new ArrowType.Timestamp(TimeUnit.MICROSECOND, null),
            "'2024-02-29 12:34:56.789012'",
            "2024-02-29T12:34:56.789012"));
  }

  @Override
  public String endlessQuery() {
    return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
  }

  @Override
  public String manyRows(long rows) {
    return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
        + rows
        + ") SELECT i FROM n";
  }
}
