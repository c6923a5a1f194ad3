package dev.flightgate.server.property;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** The type that a column is read back with, after a column of some type was sent. */
final class ReadTypes {

  private ReadTypes() {}

  /** A field's types and names as text, as nothing else is to be compared. */
  static String of(Field field) {
    return describe(
        field.getName(), field.getType(), field.getChildren().stream().map(ReadTypes::of).toList());
  }

  static String expected(Engine engine, Field sent) {
    ArrowType type =
        switch (engine) {
          case DUCKDB -> duckDb(sent.getType());
          case SQLITE -> sqlite(sent.getType());
        };
    List<String> children = new ArrayList<>();
    for (Field child : sent.getChildren()) {
      children.add(expected(engine, child));
    }
    return describe(sent.getName(), type, children);
  }

  private static String describe(String name, ArrowType type, List<String> children) {
    return name + ": " + type + children;
  }

  private static ArrowType duckDb(ArrowType sent) {
    return switch (sent.getTypeID()) {
      case LargeUtf8 -> ArrowType.Utf8.INSTANCE;
      case LargeBinary, FixedSizeBinary -> ArrowType.Binary.INSTANCE;
      case LargeList -> ArrowType.List.INSTANCE;
      case Date -> new ArrowType.Date(DateUnit.DAY);
      case Time ->
          new ArrowType.Time(
              ((ArrowType.Time) sent).getUnit() == TimeUnit.NANOSECOND
                  ? TimeUnit.NANOSECOND
                  : TimeUnit.MICROSECOND,
              64);
      case Timestamp -> {
        ArrowType.Timestamp timestamp = (ArrowType.Timestamp) sent;
        boolean micros =
            timestamp.getTimezone() != null && timestamp.getUnit() != TimeUnit.NANOSECOND;
        yield micros ? new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC") : sent;
      }
      case Duration, Interval -> new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO);
      default -> sent;
    };
  }

  private static ArrowType sqlite(ArrowType sent) {
    return switch (sent.getTypeID()) {
      case Null, LargeUtf8 -> ArrowType.Utf8.INSTANCE;
      case Int -> new ArrowType.Int(64, true);
      case FloatingPoint -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case LargeBinary, FixedSizeBinary -> ArrowType.Binary.INSTANCE;
      case Date -> new ArrowType.Date(DateUnit.DAY);
      default -> sent;
    };
  }
}
