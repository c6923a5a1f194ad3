package dev.flightgate.server.backend.duckdb;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * Which Arrow type stands for which of DuckDB's; the only class that knows.
 *
 * <p>Most types leave DuckDB as they are. The others are cast by DuckDB itself, inside the query,
 * wherever they stand in a nested type:
 *
 * <ul>
 *   <li>ENUM, BIT, BIGNUM, TIME WITH TIME ZONE, UNION, VARIANT, TYPE and types this class does not
 *       know become Utf8, written as DuckDB writes them;
 *   <li>UHUGEINT becomes Decimal(38, 0), and a value that does not fit is an error;
 *   <li>HUGEINT is Decimal(38, 0) without a cast, and the stream refuses what does not fit;
 *   <li>UUID and JSON are Utf8, GEOMETRY is Binary (WKB), TIMESTAMP WITH TIME ZONE is a timestamp
 *       of the zone UTC, TUPLE a struct.
 * </ul>
 *
 * <p>Every field is nullable but the keys of a map, since a query's result may hold NULL anywhere.
 */
final class DuckDbTypes {

  /** What DuckDB says where it cannot tell a type before parameters are bound. */
  static final String UNKNOWN = "UNKNOWN";

  /** The key of a field's metadata under which DuckDB's name of its type stands. */
  static final String TYPE_NAME = "ARROW:FLIGHT:SQL:TYPE_NAME";

  private static final String PRECISION = "ARROW:FLIGHT:SQL:PRECISION";
  private static final String SCALE = "ARROW:FLIGHT:SQL:SCALE";
  private static final Set<String> AS_IT_IS =
      Set.of(
          ("BOOLEAN,TINYINT,SMALLINT,INTEGER,BIGINT,HUGEINT,UTINYINT,USMALLINT,UINTEGER,UBIGINT,"
                  + "FLOAT,DOUBLE,DECIMAL,VARCHAR,JSON,UUID,BLOB,GEOMETRY,DATE,TIME,TIME_NS,"
                  + "TIMESTAMP,TIMESTAMP_S,TIMESTAMP_MS,TIMESTAMP_NS,TIMESTAMP WITH TIME ZONE,"
                  + "TIMESTAMPTZ_NS,INTERVAL,NULL")
              .split(","));
  private static final ArrowType HUGE = new ArrowType.Decimal(38, 0, 128);
  private static final int TEXT_BYTES = 32;
  private static final int LIST_LENGTH = 4;

  private DuckDbTypes() {}

  /** A type; one that cannot be read is a type without parts, which is delivered as text. */
  static DuckDbType read(String typeName) {
    try {
      return DuckDbType.parse(typeName);
    } catch (IllegalArgumentException unheardOf) {
      return DuckDbType.of(typeName);
    }
  }

  /** The field of a result's column. */
  static Field field(String name, String typeName) {
    return field(name, typeName, true);
  }

  /** The field of a column that may be NOT NULL. */
  static Field field(String name, String typeName, boolean nullable) {
    DuckDbType type = read(typeName);
    Map<String, String> metadata = new HashMap<>();
    metadata.put(TYPE_NAME, typeName.equals("\"NULL\"") ? "NULL" : typeName);
    Field plain = field(name, type, nullable);
    if (plain.getType() instanceof ArrowType.Decimal decimal) {
      metadata.put(PRECISION, Integer.toString(decimal.getPrecision()));
      metadata.put(SCALE, Integer.toString(decimal.getScale()));
    }
    return new Field(
        name, new FieldType(nullable, plain.getType(), null, metadata), plain.getChildren());
  }

  private static Field field(String name, DuckDbType declared, boolean nullable) {
    DuckDbType type = delivered(declared);
    List<Field> children =
        switch (type.base()) {
          case "LIST", "ARRAY" -> List.of(field("item", type.members().get(0).type(), true));
          case "STRUCT" ->
              type.members().stream().map(m -> field(m.name(), m.type(), true)).toList();
          case "TUPLE" -> tupleFields(type.members());
          case "MAP" -> List.of(entries(type));
          default -> List.of();
        };
    return new Field(name, new FieldType(nullable, arrowType(type), null), children);
  }

  private static List<Field> tupleFields(List<DuckDbType.Member> members) {
    Field[] fields = new Field[members.size()];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = field("element" + (i + 1), members.get(i).type(), true);
    }
    return List.of(fields);
  }

  private static Field entries(DuckDbType map) {
    return new Field(
        "entries",
        FieldType.notNullable(ArrowType.Struct.INSTANCE),
        List.of(
            field("key", map.members().get(0).type(), false),
            field("value", map.members().get(1).type(), true)));
  }

  private static ArrowType arrowType(DuckDbType type) {
    return switch (type.base()) {
      case "BOOLEAN" -> ArrowType.Bool.INSTANCE;
      case "TINYINT" -> new ArrowType.Int(8, true);
      case "SMALLINT" -> new ArrowType.Int(16, true);
      case "INTEGER" -> new ArrowType.Int(32, true);
      case "BIGINT" -> new ArrowType.Int(64, true);
      case "UTINYINT" -> new ArrowType.Int(8, false);
      case "USMALLINT" -> new ArrowType.Int(16, false);
      case "UINTEGER" -> new ArrowType.Int(32, false);
      case "UBIGINT" -> new ArrowType.Int(64, false);
      case "HUGEINT" -> HUGE;
      case "FLOAT" -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case "DOUBLE" -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case "DECIMAL" -> new ArrowType.Decimal(type.number(0, 18), type.number(1, 3), 128);
      case "BLOB", "GEOMETRY" -> ArrowType.Binary.INSTANCE;
      case "DATE" -> new ArrowType.Date(DateUnit.DAY);
      case "TIME" -> new ArrowType.Time(TimeUnit.MICROSECOND, 64);
      case "TIME_NS" -> new ArrowType.Time(TimeUnit.NANOSECOND, 64);
      case "TIMESTAMP" -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
      case "TIMESTAMP_S" -> new ArrowType.Timestamp(TimeUnit.SECOND, null);
      case "TIMESTAMP_MS" -> new ArrowType.Timestamp(TimeUnit.MILLISECOND, null);
      case "TIMESTAMP_NS" -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, null);
      case "TIMESTAMP WITH TIME ZONE" -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
      case "TIMESTAMPTZ_NS" -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC");
      case "INTERVAL" -> new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO);
      case "NULL" -> ArrowType.Null.INSTANCE;
      case "LIST" -> ArrowType.List.INSTANCE;
      case "ARRAY" -> new ArrowType.FixedSizeList(type.number(0, 0));
      case "STRUCT", "TUPLE" -> ArrowType.Struct.INSTANCE;
      case "MAP" -> new ArrowType.Map(false);
      default -> ArrowType.Utf8.INSTANCE;
    };
  }

  /** The type that DuckDB has to cast to, in SQL; null where it delivers the type itself. */
  static @Nullable String castFor(String typeName) {
    DuckDbType type = read(typeName);
    DuckDbType delivered = delivered(type);
    return delivered.equals(type) ? null : delivered.sql();
  }

  private static DuckDbType delivered(DuckDbType type) {
    boolean sized = type.base().equals("ARRAY") || type.base().equals("DECIMAL");
    if (sized && !type.arguments().stream().allMatch(DuckDbTypes::isNumber)) {
      return DuckDbType.of("VARCHAR"); // BIGINT[ANY], which DuckDB makes of Arrow's lists of size 0
    }
    if (AS_IT_IS.contains(type.base())) {
      return type;
    }
    return switch (type.base()) {
      case "UHUGEINT" -> new DuckDbType("DECIMAL", List.of(), List.of("38", "0"));
      case "LIST", "ARRAY", "STRUCT", "TUPLE", "MAP" ->
          new DuckDbType(
              type.base(),
              type.members().stream()
                  .map(m -> new DuckDbType.Member(m.name(), delivered(m.type())))
                  .toList(),
              type.arguments());
      default -> DuckDbType.of("VARCHAR");
    };
  }

  private static boolean isNumber(String argument) {
    return argument.matches("[0-9]{1,9}");
  }

  /** The type that leaves DuckDB, once it has cast what it has to. */
  static DuckDbType delivered(String typeName) {
    return delivered(read(typeName));
  }

  /** Whether values of a delivered type must be checked: DuckDB's range is wider than Arrow's. */
  static boolean holdsHugeint(DuckDbType delivered) {
    return delivered.base().equals("HUGEINT")
        || delivered.members().stream().anyMatch(m -> holdsHugeint(m.type()));
  }

  /** Whether vectors of one field can be read as vectors of the other: all but names and zones. */
  static boolean sameLayout(Field one, Field other) {
    if (one.getDictionary() != null
        || other.getDictionary() != null
        || one.getChildren().size() != other.getChildren().size()
        || !withoutZone(one.getType()).equals(withoutZone(other.getType()))) {
      return false;
    }
    for (int i = 0; i < one.getChildren().size(); i++) {
      if (!sameLayout(one.getChildren().get(i), other.getChildren().get(i))) {
        return false;
      }
    }
    return true;
  }

  private static ArrowType withoutZone(ArrowType type) {
    return type instanceof ArrowType.Timestamp timestamp && timestamp.getTimezone() != null
        ? new ArrowType.Timestamp(timestamp.getUnit(), "UTC")
        : type;
  }

  /** A guess at the bytes that a row's value takes, for the choice of a batch size. */
  static long rowBytes(Field field) {
    long children = field.getChildren().stream().mapToLong(DuckDbTypes::rowBytes).sum();
    ArrowType type = field.getType();
    if (type instanceof ArrowType.FixedSizeList list) {
      return children * list.getListSize();
    }
    if (type instanceof ArrowType.List || type instanceof ArrowType.Map) {
      return 4 + children * LIST_LENGTH;
    }
    if (type instanceof ArrowType.Utf8 || type instanceof ArrowType.Binary) {
      return TEXT_BYTES;
    }
    if (type instanceof ArrowType.Int number) {
      return number.getBitWidth() / 8;
    }
    if (type instanceof ArrowType.Decimal || type instanceof ArrowType.Interval) {
      return 16;
    }
    return type instanceof ArrowType.Struct ? children : 8;
  }
}
