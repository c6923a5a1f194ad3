package dev.flightgate.server.types;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Arrow types by the names that the guide calls them: {@code list<timestamp[us, UTC]>}. */
final class ArrowNames {

  private ArrowNames() {}

  static String of(Field field) {
    String plain = of(field.getType(), field.getChildren());
    return field.getDictionary() == null ? plain : "dictionary<" + plain + ">";
  }

  private static String of(ArrowType type, List<Field> children) {
    String inside =
        children.stream()
            .map(child -> type instanceof ArrowType.Struct ? named(child) : of(child))
            .collect(Collectors.joining(", ", "<", ">"));
    return switch (type.getTypeID()) {
      case Null -> "null";
      case Bool -> "bool";
      case Int -> integer((ArrowType.Int) type);
      case FloatingPoint ->
          switch (((ArrowType.FloatingPoint) type).getPrecision()) {
            case HALF -> "float16";
            case SINGLE -> "float32";
            case DOUBLE -> "float64";
          };
      case Decimal -> decimal((ArrowType.Decimal) type);
      case Utf8 -> "utf8";
      case LargeUtf8 -> "large_utf8";
      case Utf8View -> "utf8_view";
      case Binary -> "binary";
      case LargeBinary -> "large_binary";
      case BinaryView -> "binary_view";
      case FixedSizeBinary ->
          "fixed_size_binary[" + ((ArrowType.FixedSizeBinary) type).getByteWidth() + "]";
      case Date ->
          switch (((ArrowType.Date) type).getUnit()) {
            case DAY -> "date32";
            case MILLISECOND -> "date64";
          };
      case Time ->
          "time"
              + ((ArrowType.Time) type).getBitWidth()
              + in(((ArrowType.Time) type).getUnit(), null);
      case Timestamp -> {
        ArrowType.Timestamp timestamp = (ArrowType.Timestamp) type;
        yield "timestamp" + in(timestamp.getUnit(), timestamp.getTimezone());
      }
      case Duration -> "duration" + in(((ArrowType.Duration) type).getUnit(), null);
      case Interval ->
          switch (((ArrowType.Interval) type).getUnit()) {
            case YEAR_MONTH -> "interval[months]";
            case DAY_TIME -> "interval[days, ms]";
            case MONTH_DAY_NANO -> "interval[months, days, ns]";
          };
      case List -> "list" + inside;
      case LargeList -> "large_list" + inside;
      case ListView -> "list_view" + inside;
      case LargeListView -> "large_list_view" + inside;
      case FixedSizeList ->
          "fixed_size_list" + inside + "[" + ((ArrowType.FixedSizeList) type).getListSize() + "]";
      case Struct -> "struct" + inside;
      case Map -> {
        List<Field> entry = children.get(0).getChildren();
        yield "map<" + of(entry.get(0)) + ", " + of(entry.get(1)) + ">";
      }
      case Union ->
          ((ArrowType.Union) type).getMode().name().toLowerCase(java.util.Locale.ROOT)
              + "_union"
              + inside;
      case RunEndEncoded -> "run_end_encoded" + inside;
      case NONE -> "none";
    };
  }

  private static String named(Field field) {
    return field.getName() + ": " + of(field);
  }

  private static String integer(ArrowType.Int type) {
    return (type.getIsSigned() ? "int" : "uint") + type.getBitWidth();
  }

  private static String decimal(ArrowType.Decimal type) {
    return "decimal"
        + type.getBitWidth()
        + "("
        + type.getPrecision()
        + ", "
        + type.getScale()
        + ")";
  }

  private static String in(TimeUnit unit, @org.jspecify.annotations.Nullable String zone) {
    String name =
        switch (unit) {
          case SECOND -> "s";
          case MILLISECOND -> "ms";
          case MICROSECOND -> "us";
          case NANOSECOND -> "ns";
        };
    return "[" + name + (zone == null ? "" : ", " + zone) + "]";
  }
}
