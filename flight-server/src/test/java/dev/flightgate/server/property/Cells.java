package dev.flightgate.server.property;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * One value of any vector. Written raw: a Boolean, a Long in the type's own unit, a Double, a
 * BigDecimal, a String, bytes, a list of months, days and nanoseconds, or a list of members. Read
 * in a form in which types that mean the same are equal: points and spans of time in nanoseconds,
 * dates in days, bytes in hexadecimal. Public for the tests of types, which write such values too.
 */
public final class Cells {

  private Cells() {}

  /** Writes a value; null leaves the cell NULL. */
  public static void write(FieldVector vector, int row, @Nullable Object value) {
    if (value == null) {
      vector.setNull(row);
    } else if (vector instanceof StructVector struct) {
      struct.setIndexDefined(row);
      List<?> members = (List<?>) value;
      for (int i = 0; i < members.size(); i++) {
        write((FieldVector) struct.getChildByOrdinal(i), row, members.get(i));
      }
    } else if (vector instanceof ListVector list) {
      List<?> members = (List<?>) value;
      writeAll(list.getDataVector(), list.startNewValue(row), members);
      list.endValue(row, members.size());
    } else if (vector instanceof LargeListVector list) {
      List<?> members = (List<?>) value;
      writeAll(list.getDataVector(), (int) list.startNewValue(row), members);
      list.endValue(row, members.size());
    } else if (vector instanceof FixedSizeListVector list) {
      writeAll(list.getDataVector(), list.startNewValue(row), (List<?>) value);
    } else {
      writeFlat(vector, row, value);
    }
  }

  private static void writeAll(FieldVector vector, int from, List<?> values) {
    for (int i = 0; i < values.size(); i++) {
      write(vector, from + i, values.get(i));
    }
  }

  private static void writeFlat(FieldVector vector, int row, Object value) {
    byte[] bytes =
        value instanceof String text
            ? text.getBytes(StandardCharsets.UTF_8)
            : value instanceof byte[] given ? given : new byte[0];
    if (vector instanceof BaseVariableWidthVector variable) {
      variable.setSafe(row, bytes);
    } else if (vector instanceof BaseLargeVariableWidthVector variable) {
      variable.setSafe(row, bytes);
    } else if (vector instanceof BaseVariableWidthViewVector views) {
      views.setSafe(row, bytes);
    } else if (vector instanceof FixedSizeBinaryVector fixed) {
      fixed.setSafe(row, bytes);
    } else if (vector instanceof BitVector bits) {
      bits.setSafe(row, (Boolean) value ? 1 : 0);
    } else if (vector instanceof DecimalVector decimals) {
      decimals.setSafe(row, (BigDecimal) value);
    } else if (vector instanceof Decimal256Vector decimals) {
      decimals.setSafe(row, (BigDecimal) value);
    } else if (vector instanceof Float2Vector halves) {
      halves.setSafeWithPossibleTruncate(row, ((Double) value).floatValue());
    } else {
      writeNumber((BaseFixedWidthVector) vector, row, value);
    }
  }

  private static void writeNumber(BaseFixedWidthVector vector, int row, Object value) {
    while (vector.getValueCapacity() <= row) {
      vector.reAlloc();
    }
    BitVectorHelper.setBit(vector.getValidityBuffer(), row);
    ArrowBuf data = vector.getDataBuffer();
    int width = vector.getTypeWidth();
    long at = (long) row * width;
    if (value instanceof Double real) {
      if (width == Float.BYTES) {
        data.setFloat(at, real.floatValue());
      } else {
        data.setDouble(at, real);
      }
    } else if (value instanceof Long number) {
      switch (width) {
        case 1 -> data.setByte(at, number.intValue());
        case 2 -> data.setShort(at, number.intValue());
        case 4 -> data.setInt(at, number.intValue());
        default -> data.setLong(at, number);
      }
    } else {
      writeInterval(data, at, width, (List<?>) value);
    }
  }

  private static void writeInterval(ArrowBuf data, long at, int width, List<?> value) {
    int months = ((Number) value.get(0)).intValue();
    int days = ((Number) value.get(1)).intValue();
    long nanos = ((Number) value.get(2)).longValue();
    switch (width) {
      case 4 -> data.setInt(at, months);
      case 8 -> {
        data.setInt(at, days);
        data.setInt(at + 4, (int) (nanos / 1_000_000));
      }
      default -> {
        data.setInt(at, months);
        data.setInt(at + 4, days);
        data.setLong(at + 8, nanos);
      }
    }
  }

  /** Reads a value in the form that is compared. */
  static @Nullable Object read(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return null;
    }
    if (vector instanceof StructVector struct) {
      List<@Nullable Object> members = new ArrayList<>();
      struct.getChildrenFromFields().forEach(child -> members.add(read(child, row)));
      return members;
    }
    if (vector instanceof ListVector list) {
      return readAll(
          list.getDataVector(), list.getElementStartIndex(row), list.getElementEndIndex(row));
    }
    if (vector instanceof LargeListVector list) {
      return readAll(
          list.getDataVector(),
          (int) list.getElementStartIndex(row),
          (int) list.getElementEndIndex(row));
    }
    if (vector instanceof FixedSizeListVector list) {
      int size = list.getListSize();
      return readAll(list.getDataVector(), row * size, (row + 1) * size);
    }
    return readFlat(vector, row);
  }

  private static List<@Nullable Object> readAll(FieldVector vector, int from, int to) {
    List<@Nullable Object> values = new ArrayList<>();
    IntStream.range(from, to).forEach(row -> values.add(read(vector, row)));
    return values;
  }

  private static Object readFlat(FieldVector vector, int row) {
    ArrowType type = vector.getField().getType();
    return switch (type.getTypeID()) {
      case Utf8, LargeUtf8, Decimal, Bool -> {
        Object value = vector.getObject(row);
        yield type instanceof ArrowType.Utf8 || type instanceof ArrowType.LargeUtf8
            ? value.toString()
            : value;
      }
      case Binary, LargeBinary, FixedSizeBinary ->
          "0x" + HexFormat.of().formatHex((byte[]) vector.getObject(row));
      case FloatingPoint -> ((Number) vector.getObject(row)).doubleValue();
      case Int -> raw((BaseFixedWidthVector) vector, row);
      case Date -> {
        long raw = raw((BaseFixedWidthVector) vector, row);
        boolean days = ((ArrowType.Date) type).getUnit() == DateUnit.DAY;
        yield days ? raw : Math.floorDiv(raw, 86_400_000L);
      }
      case Time -> nanos((BaseFixedWidthVector) vector, row, ((ArrowType.Time) type).getUnit());
      case Timestamp ->
          nanos((BaseFixedWidthVector) vector, row, ((ArrowType.Timestamp) type).getUnit());
      case Duration ->
          List.of(
              0L,
              0L,
              nanos((BaseFixedWidthVector) vector, row, ((ArrowType.Duration) type).getUnit()));
      case Interval -> interval((BaseFixedWidthVector) vector, row);
      default -> throw new IllegalArgumentException("no such column was sent: " + type);
    };
  }

  private static long raw(BaseFixedWidthVector vector, int row) {
    ArrowBuf data = vector.getDataBuffer();
    int width = vector.getTypeWidth();
    long at = (long) row * width;
    boolean signed =
        !(vector.getField().getType() instanceof ArrowType.Int type) || type.getIsSigned();
    return switch (width) {
      case 1 -> signed ? data.getByte(at) : data.getByte(at) & 0xffL;
      case 2 -> signed ? data.getShort(at) : data.getShort(at) & 0xffffL;
      case 4 -> signed ? data.getInt(at) : data.getInt(at) & 0xffffffffL;
      default -> data.getLong(at);
    };
  }

  private static BigInteger nanos(BaseFixedWidthVector vector, int row, TimeUnit unit) {
    long scale =
        switch (unit) {
          case SECOND -> 1_000_000_000;
          case MILLISECOND -> 1_000_000;
          case MICROSECOND -> 1_000;
          case NANOSECOND -> 1;
        };
    return BigInteger.valueOf(raw(vector, row)).multiply(BigInteger.valueOf(scale));
  }

  private static List<Object> interval(BaseFixedWidthVector vector, int row) {
    ArrowBuf data = vector.getDataBuffer();
    long at = (long) row * vector.getTypeWidth();
    return switch (vector.getTypeWidth()) {
      case 4 -> List.of((long) data.getInt(at), 0L, BigInteger.ZERO);
      case 8 ->
          List.of(
              0L,
              (long) data.getInt(at),
              BigInteger.valueOf(data.getInt(at + 4)).multiply(BigInteger.valueOf(1_000_000)));
      default ->
          List.of(
              (long) data.getInt(at),
              (long) data.getInt(at + 4),
              BigInteger.valueOf(data.getLong(at + 8)));
    };
  }
}
