package dev.flightgate.server.types;

import static dev.flightgate.server.types.ArrowSamples.duckDb;
import static dev.flightgate.server.types.ArrowSamples.field;
import static dev.flightgate.server.types.ArrowSamples.sample;
import static dev.flightgate.server.types.ArrowSamples.sqlite;
import static dev.flightgate.server.types.ArrowSamples.values;
import static org.apache.arrow.vector.types.TimeUnit.MICROSECOND;
import static org.apache.arrow.vector.types.TimeUnit.MILLISECOND;
import static org.apache.arrow.vector.types.TimeUnit.NANOSECOND;
import static org.apache.arrow.vector.types.TimeUnit.SECOND;

import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Dates, times and spans of time, sent to both engines. */
final class TimeSamples {

  static final List<ArrowSample> ALL =
      List.of(
          sample(
              field(new ArrowType.Date(DateUnit.DAY)),
              values(-1L, -141_425L),
              duckDb("DATE"),
              sqlite("TEXT", "DATE")),
          sample(
              field(new ArrowType.Date(DateUnit.MILLISECOND)),
              values(-86_400_000L),
              duckDb("DATE = [1969-12-31, NULL]"),
              sqlite("TEXT = [1969-12-31, NULL]", "DATE = [1969-12-31, NULL]")),
          sample(
              field(new ArrowType.Time(SECOND, 32)),
              values(86_399L),
              duckDb("TIME"),
              sqlite("TEXT = [23:59:59, NULL]", "TIME(0)")),
          sample(
              field(new ArrowType.Time(MILLISECOND, 32)),
              values(86_399_999L),
              duckDb("TIME"),
              sqlite("TEXT = [23:59:59.999, NULL]", "TIME(3)")),
          sample(
              field(new ArrowType.Time(MICROSECOND, 64)),
              values(86_399_999_999L),
              duckDb("TIME"),
              sqlite("TEXT = [23:59:59.999999, NULL]", "TIME")),
          sample(
              field(new ArrowType.Time(NANOSECOND, 64)),
              values(86_399_999_999_999L),
              duckDb("TIME_NS"),
              sqlite("TEXT", "TIME(9)")),
          sample(
              field(new ArrowType.Timestamp(SECOND, null)),
              values(-1L),
              duckDb("TIMESTAMP_S"),
              sqlite("TEXT = [1969-12-31 23:59:59, NULL]", "TIMESTAMP(0)")),
          sample(
              field(new ArrowType.Timestamp(MILLISECOND, null)),
              values(-1L),
              duckDb("TIMESTAMP_MS"),
              sqlite("TEXT = [1969-12-31 23:59:59.999, NULL]", "TIMESTAMP(3)")),
          sample(
              field(new ArrowType.Timestamp(MICROSECOND, null)),
              values(-1L),
              duckDb("TIMESTAMP"),
              sqlite("TEXT = [1969-12-31 23:59:59.999999, NULL]", "TIMESTAMP")),
          sample(
              field(new ArrowType.Timestamp(NANOSECOND, null)),
              values(-1L),
              duckDb("TIMESTAMP_NS"),
              sqlite("TEXT = [1969-12-31 23:59:59.999999999, NULL]", "TIMESTAMP(9)")),
          sample(
              field(new ArrowType.Timestamp(SECOND, "UTC")),
              values(-1L),
              duckDb("TIMESTAMP WITH TIME ZONE"),
              sqlite("TEXT = [1969-12-31 23:59:59, NULL]", "TIMESTAMPTZ(0)")),
          sample(
              field(new ArrowType.Timestamp(MILLISECOND, "UTC")),
              values(-1L),
              duckDb("TIMESTAMP WITH TIME ZONE"),
              sqlite("TEXT = [1969-12-31 23:59:59.999, NULL]", "TIMESTAMPTZ(3)")),
          sample(
              field(new ArrowType.Timestamp(MICROSECOND, "UTC")),
              values(-1L),
              duckDb("TIMESTAMP WITH TIME ZONE"),
              sqlite("TEXT = [1969-12-31 23:59:59.999999, NULL]", "TIMESTAMPTZ")),
          sample(
              field(new ArrowType.Timestamp(NANOSECOND, "UTC")),
              values(-1L),
              duckDb("TIMESTAMPTZ_NS"),
              sqlite("TEXT = [1969-12-31 23:59:59.999999999, NULL]", "TIMESTAMPTZ(9)")),
          sample(
              field(new ArrowType.Timestamp(MICROSECOND, "Europe/Berlin")),
              values(-1L),
              duckDb("TIMESTAMP WITH TIME ZONE"),
              sqlite("TEXT = [1969-12-31 23:59:59.999999, NULL]", "TIMESTAMPTZ")),
          sample(
              field(new ArrowType.Duration(SECOND)),
              values(-1L),
              duckDb("INTERVAL = [0 months 0 days -1000000000 ns, NULL]"),
              sqlite("INTEGER = [-1, NULL]", "BIGINT = [-1, NULL]")),
          sample(
              field(new ArrowType.Duration(MILLISECOND)),
              values(-1L),
              duckDb("INTERVAL = [0 months 0 days -1000000 ns, NULL]"),
              sqlite("INTEGER = [-1, NULL]", "BIGINT = [-1, NULL]")),
          sample(
              field(new ArrowType.Duration(MICROSECOND)),
              values(-1L),
              duckDb("INTERVAL = [0 months 0 days -1000 ns, NULL]"),
              sqlite("INTEGER = [-1, NULL]", "BIGINT = [-1, NULL]")),
          sample(
              field(new ArrowType.Duration(NANOSECOND)),
              values(-1_000L),
              duckDb("INTERVAL = [0 months 0 days -1000 ns, NULL]"),
              sqlite("INTEGER = [-1000, NULL]", "BIGINT = [-1000, NULL]")),
          sample(
              field(new ArrowType.Interval(IntervalUnit.YEAR_MONTH)),
              values(List.of(-14, 0, 0)),
              duckDb("INTERVAL = [-14 months 0 days 0 ns, NULL]"),
              sqlite(
                  "UNIMPLEMENTED: SQLite has no value for Interval(YEAR_MONTH) (\"v\")",
                  "UNIMPLEMENTED: SQLite has no type for column \"v\": Interval(YEAR_MONTH)")),
          sample(
              field(new ArrowType.Interval(IntervalUnit.DAY_TIME)),
              values(List.of(0, 3, -1_500_000_000L)),
              duckDb(
                  "INTERVAL = [0 months 3 days -1500000000 ns, NULL]",
                  "UNIMPLEMENTED: column \"v\": DuckDB cannot take Interval(DAY_TIME)"),
              sqlite(
                  "UNIMPLEMENTED: SQLite has no value for Interval(DAY_TIME) (\"v\")",
                  "UNIMPLEMENTED: SQLite has no type for column \"v\": Interval(DAY_TIME)")),
          sample(
              field(new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO)),
              values(List.of(-14, 3, -1_000L)),
              duckDb("INTERVAL"),
              sqlite(
                  "UNIMPLEMENTED: SQLite has no value for Interval(MONTH_DAY_NANO) (\"v\")",
                  "UNIMPLEMENTED: SQLite has no type for column \"v\": Interval(MONTH_DAY_NANO)")));

  private TimeSamples() {}
}
