package dev.flightgate.server.types;

import static org.apache.arrow.vector.types.TimeUnit.NANOSECOND;

import dev.flightgate.server.types.ArrowSample.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * Every type of Arrow's, sent to both engines. An outcome is the type as the engine names it, of a
 * parameter and of a column that an ingest makes; with {@code = [values]} where they are not read
 * back as they were sent; or the status and the words of the refusal.
 */
final class ArrowSamples {

  private static final String NO_TIME =
      "Invalid value for NanoOfDay (valid values 0 - 86399999999999): 86400000000000";

  private static final String NO_MEMBER =
      "UNIMPLEMENTED: values of type Null within a struct or a list of fixed size cannot be bound: give them another type";

  /** One of each, as the guide lists them. */
  static final List<ArrowSample> TYPES =
      Stream.of(ValueSamples.ALL, TimeSamples.ALL, NestedSamples.ALL)
          .flatMap(List::stream)
          .toList();

  /** Values of which the engine has no such thing. */
  static final List<ArrowSample> EDGES =
      List.of(
          sample(
              field(new ArrowType.Time(TimeUnit.MICROSECOND, 64)),
              values(86_400_000_000L),
              duckDb(
                  "INVALID_ARGUMENT: a parameter is no time that DuckDB has: " + NO_TIME, "TIME"),
              sqlite("INVALID_ARGUMENT: \"v\", row 1 of a batch: " + NO_TIME)),
          sample(
              field(integer(64, false)),
              values(-1L),
              duckDb("UBIGINT"),
              sqlite(
                  "INVALID_ARGUMENT: \"v\", row 1 of a batch: 18446744073709551615 is larger than SQLite's largest integer")),
          sample(
              field(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
              values(-0.0, Double.NEGATIVE_INFINITY),
              duckDb("DOUBLE"),
              sqlite("REAL", "DOUBLE = [0.0, -Infinity, NULL]")),
          sample(
              field(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
              values(Double.NaN),
              duckDb("DOUBLE"),
              sqlite("INVALID_ARGUMENT: \"v\", row 1 of a batch: SQLite has no NaN; send NULL")),
          sample(
              field(new ArrowType.Duration(NANOSECOND)),
              values(-1L),
              duckDb(
                  "INVALID_ARGUMENT: DuckDB's intervals are exact to the microsecond, the value has 999999999 nanoseconds: round it",
                  "INVALID_ARGUMENT: column \"v\", row 1 of a batch: DuckDB's intervals are exact to the microsecond, the value has -1 nanoseconds: round it"),
              sqlite("INTEGER = [-1, NULL]", "BIGINT = [-1, NULL]")),
          sample(
              field(new ArrowType.FixedSizeList(0), Field.nullable("item", integer(32, true))),
              values(),
              duckDb(
                  "UNIMPLEMENTED: a parameter of lists of size 0 cannot be bound: send a List",
                  "UNIMPLEMENTED: column \"v\": DuckDB cannot take FixedSizeList(0)"),
              sqlite(
                  "UNIMPLEMENTED: a parameter of lists of size 0 cannot be bound: send a List",
                  "UNIMPLEMENTED: SQLite has no type for column \"v\": FixedSizeList(0)")),
          sample(
              field(ArrowType.Struct.INSTANCE, Field.nullable("n", ArrowType.Null.INSTANCE)),
              values(),
              duckDb(NO_MEMBER, "STRUCT(n \"NULL\")"),
              sqlite(NO_MEMBER, "UNIMPLEMENTED: SQLite has no type for column \"v\": Struct")),
          sample(
              field(new ArrowType.FixedSizeList(2), Field.nullable("n", ArrowType.Null.INSTANCE)),
              values(),
              duckDb(NO_MEMBER, "\"NULL\"[2]"),
              sqlite(
                  NO_MEMBER,
                  "UNIMPLEMENTED: SQLite has no type for column \"v\": FixedSizeList(2)")),
          sample(
              field(ArrowType.List.INSTANCE, Field.nullable("n", ArrowType.Null.INSTANCE)),
              values(Arrays.asList(null, null)),
              duckDb("VARCHAR[]", "\"NULL\"[]"),
              sqlite(
                  "UNIMPLEMENTED: SQLite has no value for List (\"v\")",
                  "UNIMPLEMENTED: SQLite has no type for column \"v\": List")),
          sample(
              field(new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO)),
              values(List.of(0, 0, 1L)),
              duckDb(
                  "INVALID_ARGUMENT: DuckDB's intervals are exact to the microsecond, the value has 1 nanoseconds: round it",
                  "INVALID_ARGUMENT: column \"v\", row 1 of a batch: DuckDB's intervals are exact to the microsecond, the value has 1 nanoseconds: round it"),
              sqlite(
                  "UNIMPLEMENTED: SQLite has no value for Interval(MONTH_DAY_NANO) (\"v\")",
                  "UNIMPLEMENTED: SQLite has no type for column \"v\": Interval(MONTH_DAY_NANO)")));

  private ArrowSamples() {}

  static ArrowSample sample(
      Field field, List<@Nullable Object> values, Outcome duckDb, Outcome sqlite) {
    return new ArrowSample(field, values, duckDb, sqlite);
  }

  static Outcome duckDb(String both) {
    return new Outcome(both, both);
  }

  static Outcome duckDb(String bound, String column) {
    return new Outcome(bound, column);
  }

  static Outcome sqlite(String both) {
    return new Outcome(both, both);
  }

  static Outcome sqlite(String bound, String column) {
    return new Outcome(bound, column);
  }

  static List<@Nullable Object> values(@Nullable Object... values) {
    return Arrays.asList(values);
  }

  static Field field(ArrowType type, Field... children) {
    return new Field("v", FieldType.nullable(type), List.of(children));
  }

  static Field required(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.notNullable(type), List.of(children));
  }

  static Field extension(String name, ArrowType type) {
    Map<String, String> metadata =
        Map.of("ARROW:extension:name", name, "ARROW:extension:metadata", "");
    return new Field("v", new FieldType(true, type, null, metadata), null);
  }

  static ArrowType integer(int bits, boolean signed) {
    return new ArrowType.Int(bits, signed);
  }

  static ArrowType decimal(int precision, int scale, int bits) {
    return new ArrowType.Decimal(precision, scale, bits);
  }
}
