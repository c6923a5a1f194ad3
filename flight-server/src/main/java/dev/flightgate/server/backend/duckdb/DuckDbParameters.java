package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.Parameters;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ArrowTypeID;
import org.apache.arrow.vector.types.pojo.Field;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/**
 * Binds Arrow values to placeholders. What the driver cannot bind, or not exactly (intervals,
 * nanoseconds), is bound as text and cast by DuckDB; see {@link #castFor}. The driver does not keep
 * the order of a map's entries.
 */
final class DuckDbParameters {

  private static final int DIGITS_MAX = 38;

  private DuckDbParameters() {}

  /** The type that a value bound as text must be cast to; null where it is bound as it is. */
  static @Nullable String castFor(Field field) {
    ArrowType type = field.getType();
    boolean text =
        type instanceof ArrowType.Interval
            || type instanceof ArrowType.Duration
            || (type instanceof ArrowType.Time time && time.getUnit() == TimeUnit.NANOSECOND)
            || (type instanceof ArrowType.Timestamp timestamp
                && timestamp.getUnit() == TimeUnit.NANOSECOND);
    return text ? typeOf(field) : null;
  }

  /** The type of DuckDB's that holds the values of an Arrow type, in SQL. */
  static String typeOf(Field field) {
    ArrowType type = field.getType();
    return switch (type.getTypeID()) {
      case Null, Utf8, LargeUtf8, Utf8View, NONE, RunEndEncoded -> "VARCHAR";
      case Bool -> "BOOLEAN";
      case Int -> intType((ArrowType.Int) type);
      case FloatingPoint -> floatType((ArrowType.FloatingPoint) type);
      case Decimal -> decimalType((ArrowType.Decimal) type);
      case Binary, LargeBinary, BinaryView, FixedSizeBinary -> "BLOB";
      case Date -> "DATE";
      case Time -> ((ArrowType.Time) type).getUnit() == TimeUnit.NANOSECOND ? "TIME_NS" : "TIME";
      case Timestamp -> timestampType((ArrowType.Timestamp) type);
      case Interval, Duration -> "INTERVAL";
      case List, LargeList, ListView, LargeListView -> typeOf(child(field, 0)) + "[]";
      case FixedSizeList ->
          typeOf(child(field, 0)) + "[" + ((ArrowType.FixedSizeList) type).getListSize() + "]";
      case Struct -> "STRUCT(" + members(field) + ")";
      case Map ->
          "MAP("
              + typeOf(child(child(field, 0), 0))
              + ", "
              + typeOf(child(child(field, 0), 1))
              + ")";
      case Union -> throw unsupported(field);
    };
  }

  private static String intType(ArrowType.Int type) {
    String signed =
        switch (type.getBitWidth()) {
          case 8 -> "TINYINT";
          case 16 -> "SMALLINT";
          case 32 -> "INTEGER";
          default -> "BIGINT";
        };
    return type.getIsSigned() ? signed : "U" + signed;
  }

  private static String floatType(ArrowType.FloatingPoint type) {
    return switch (type.getPrecision()) {
      case HALF, SINGLE -> "FLOAT";
      case DOUBLE -> "DOUBLE";
    };
  }

  private static String decimalType(ArrowType.Decimal type) {
    int scale = Math.max(0, type.getScale());
    int precision = Math.min(DIGITS_MAX, type.getPrecision() + Math.max(0, -type.getScale()));
    return "DECIMAL(" + Math.max(precision, scale) + ", " + scale + ")";
  }

  private static String timestampType(ArrowType.Timestamp type) {
    if (type.getTimezone() != null) {
      return type.getUnit() == TimeUnit.NANOSECOND ? "TIMESTAMPTZ_NS" : "TIMESTAMPTZ";
    }
    return switch (type.getUnit()) {
      case SECOND -> "TIMESTAMP_S";
      case MILLISECOND -> "TIMESTAMP_MS";
      case MICROSECOND -> "TIMESTAMP";
      case NANOSECOND -> "TIMESTAMP_NS";
    };
  }

  private static String members(Field field) {
    return String.join(
        ", ",
        field.getChildren().stream()
            .map(child -> DuckDbType.quoted(child.getName()) + " " + typeOf(child))
            .toList());
  }

  private static Field child(Field field, int index) {
    return field.getChildren().get(index);
  }

  private static BackendException unsupported(Field field) {
    return new BackendException(
        Kind.UNSUPPORTED,
        "a parameter of type " + field.getType() + " cannot be bound; cast it before it is sent");
  }

  /**
   * Binds one row.
   *
   * @throws BackendException INVALID_DATA if a value is wider than any type of DuckDB's
   */
  static void bind(
      DuckDBConnection connection,
      DuckDBPreparedStatement statement,
      Parameters parameters,
      int row)
      throws SQLException {
    for (int i = 0; i < parameters.columnCount(); i++) {
      statement.setObject(i + 1, value(connection, parameters.column(i), row));
    }
  }

  private static @Nullable Object value(DuckDBConnection connection, FieldVector vector, int row)
      throws SQLException {
    if (vector.isNull(row)) {
      return null;
    }
    ArrowTypeID type = vector.getField().getType().getTypeID();
    return switch (type) {
      case List, LargeList, FixedSizeList -> list(connection, vector, row);
      case Struct -> struct(connection, (StructVector) vector, row);
      case Map -> map(connection, vector, row);
      case Decimal -> decimal((BigDecimal) vector.getObject(row));
      case Bool -> ((BitVector) vector).get(row) == 1;
      case Union, ListView, LargeListView, RunEndEncoded -> throw unsupported(vector.getField());
      default -> ScalarValues.of(vector, row);
    };
  }

  /**
   * The driver binds NULL for a decimal that is too long, without a word: so it is checked here.
   */
  private static BigDecimal decimal(BigDecimal value) {
    BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
    if (plain.precision() > DIGITS_MAX) {
      throw new BackendException(
          Kind.INVALID_DATA,
          "DuckDB's decimals have "
              + DIGITS_MAX
              + " digits at most, the value has "
              + plain.precision()
              + ": "
              + plain);
    }
    return plain;
  }

  private static Object list(DuckDBConnection connection, FieldVector vector, int row)
      throws SQLException {
    BaseListVector lists = (BaseListVector) vector;
    FieldVector elements = vector.getChildrenFromFields().get(0);
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = lists.getElementStartIndex(row); i < lists.getElementEndIndex(row); i++) {
      values.add(value(connection, nestable(elements), i));
    }
    return connection.createArrayOf(typeOf(elements.getField()), values.toArray());
  }

  private static Object struct(DuckDBConnection connection, StructVector vector, int row)
      throws SQLException {
    List<@Nullable Object> values = new ArrayList<>();
    for (FieldVector member : vector.getChildrenFromFields()) {
      values.add(value(connection, nestable(member), row));
    }
    return connection.createStruct(typeOf(vector.getField()), values.toArray());
  }

  private static Object map(DuckDBConnection connection, FieldVector vector, int row)
      throws SQLException {
    BaseListVector lists = (BaseListVector) vector;
    FieldVector entries = vector.getChildrenFromFields().get(0);
    FieldVector keys = nestable(entries.getChildrenFromFields().get(0));
    FieldVector values = nestable(entries.getChildrenFromFields().get(1));
    Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = lists.getElementStartIndex(row); i < lists.getElementEndIndex(row); i++) {
      map.put(value(connection, keys, i), value(connection, values, i));
    }
    return connection.createMap(typeOf(vector.getField()), map);
  }

  private static FieldVector nestable(FieldVector vector) {
    if (castFor(vector.getField()) != null) {
      throw unsupported(vector.getField());
    }
    return vector;
  }
}
