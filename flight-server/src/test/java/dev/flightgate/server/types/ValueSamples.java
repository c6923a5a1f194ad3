package dev.flightgate.server.types;

import static dev.flightgate.server.types.ArrowSamples.decimal;
import static dev.flightgate.server.types.ArrowSamples.duckDb;
import static dev.flightgate.server.types.ArrowSamples.field;
import static dev.flightgate.server.types.ArrowSamples.integer;
import static dev.flightgate.server.types.ArrowSamples.sample;
import static dev.flightgate.server.types.ArrowSamples.sqlite;
import static dev.flightgate.server.types.ArrowSamples.values;

import java.math.BigDecimal;
import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Numbers, truth values, text and bytes, sent to both engines. */
final class ValueSamples {

  static final List<ArrowSample> ALL =
      List.of(
          sample(
              field(ArrowType.Null.INSTANCE), values(), duckDb("VARCHAR", "NULL"), sqlite("TEXT")),
          sample(
              field(ArrowType.Bool.INSTANCE),
              values(true, false),
              duckDb("BOOLEAN"),
              sqlite("INTEGER = [1, 0, NULL]", "BOOLEAN")),
          sample(
              field(integer(8, true)),
              values(-128L, 127L),
              duckDb("TINYINT"),
              sqlite("INTEGER", "BIGINT")),
          sample(
              field(integer(8, false)),
              values(0L, -1L),
              duckDb("UTINYINT"),
              sqlite("INTEGER", "BIGINT")),
          sample(
              field(integer(16, true)),
              values(-32_768L, 32_767L),
              duckDb("SMALLINT"),
              sqlite("INTEGER", "BIGINT")),
          sample(
              field(integer(16, false)),
              values(0L, -1L),
              duckDb("USMALLINT"),
              sqlite("INTEGER", "BIGINT")),
          sample(
              field(integer(32, true)),
              values(-2_147_483_648L, 2_147_483_647L),
              duckDb("INTEGER"),
              sqlite("INTEGER", "BIGINT")),
          sample(
              field(integer(32, false)),
              values(0L, -1L),
              duckDb("UINTEGER"),
              sqlite("INTEGER", "BIGINT")),
          sample(
              field(integer(64, true)),
              values(Long.MIN_VALUE, Long.MAX_VALUE),
              duckDb("BIGINT"),
              sqlite("INTEGER", "BIGINT")),
          sample(
              field(integer(64, false)),
              values(0L, Long.MAX_VALUE),
              duckDb("UBIGINT"),
              sqlite("INTEGER", "BIGINT")),
          sample(
              field(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)),
              values(1.5, -2.0),
              duckDb(
                  "FLOAT = [1.5, -2.0, NULL]",
                  "UNIMPLEMENTED: column \"v\": DuckDB cannot take FloatingPoint(HALF)"),
              sqlite("REAL = [1.5, -2.0, NULL]", "DOUBLE = [1.5, -2.0, NULL]")),
          sample(
              field(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
              values(1.5, -2.0),
              duckDb("FLOAT"),
              sqlite("REAL", "DOUBLE")),
          sample(
              field(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
              values(1.5, -2.0),
              duckDb("DOUBLE"),
              sqlite("REAL", "DOUBLE")),
          sample(
              field(decimal(10, 2, 128)),
              values(new BigDecimal("-0.01")),
              duckDb("DECIMAL(10,2)"),
              sqlite("REAL", "DECIMAL(10,2)")),
          sample(
              field(decimal(38, 0, 128)),
              values(new BigDecimal("9".repeat(38))),
              duckDb("DECIMAL(38,0)"),
              sqlite("TEXT", "DECIMAL_TEXT(38,0)")),
          sample(
              field(decimal(5, -2, 128)),
              values(new BigDecimal("12300").setScale(-2)),
              duckDb(
                  "DECIMAL(7,0)",
                  "UNIMPLEMENTED: column \"v\": DuckDB cannot take Decimal(5, -2, 128)"),
              sqlite("INTEGER")),
          sample(
              field(decimal(10, 2, 256)),
              values(new BigDecimal("-0.01")),
              duckDb(
                  "DECIMAL(10,2)",
                  "UNIMPLEMENTED: column \"v\": DuckDB cannot take Decimal(10, 2, 256)"),
              sqlite("REAL", "DECIMAL(10,2)")),
          sample(
              field(decimal(76, 0, 256)),
              values(new BigDecimal("9".repeat(76))),
              duckDb(
                  "INVALID_ARGUMENT: DuckDB's decimals have 38 digits at most, the value has 76: "
                      + "9".repeat(76),
                  "UNIMPLEMENTED: column \"v\": DuckDB cannot take Decimal(76, 0, 256)"),
              sqlite(
                  "TEXT",
                  "UNIMPLEMENTED: SQLite has no type for column \"v\": Decimal(76, 0, 256)")),
          sample(
              field(ArrowType.Utf8.INSTANCE),
              values("", "é😀 longer than twelve"),
              duckDb("VARCHAR"),
              sqlite("TEXT")),
          sample(
              field(ArrowType.LargeUtf8.INSTANCE),
              values("", "é😀 longer than twelve"),
              duckDb("VARCHAR"),
              sqlite("TEXT")),
          sample(
              field(ArrowType.Utf8View.INSTANCE),
              values("", "é😀 longer than twelve"),
              duckDb("VARCHAR"),
              sqlite("TEXT")),
          sample(
              field(ArrowType.Binary.INSTANCE),
              values(new byte[0], new byte[] {0, -1}),
              duckDb("BLOB"),
              sqlite("BLOB")),
          sample(
              field(ArrowType.LargeBinary.INSTANCE),
              values(new byte[0], new byte[] {0, -1}),
              duckDb("BLOB"),
              sqlite("BLOB")),
          sample(
              field(ArrowType.BinaryView.INSTANCE),
              values(new byte[0], new byte[] {0, -1}),
              duckDb("BLOB"),
              sqlite("BLOB")),
          sample(
              field(new ArrowType.FixedSizeBinary(2)),
              values(new byte[] {0, -1}),
              duckDb("BLOB"),
              sqlite("BLOB")));

  private ValueSamples() {}
}
