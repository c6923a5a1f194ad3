package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.sqlite.ColumnReader.Misfits;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.util.Locale;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.Float8Vector;
import org.jspecify.annotations.Nullable;

/** The readers of numbers and truth values. */
final class NumberReaders {

  private NumberReaders() {}

  /** Values of eight bytes, written into the vector's own memory. */
  private abstract static class Wide extends ColumnReader {

    private final BaseFixedWidthVector vector;
    private long data;
    private long validity;
    private int capacity;

    Wide(int index, BaseFixedWidthVector vector, Misfits misfits) {
      super(index, vector, misfits);
      this.vector = vector;
    }

    @Override
    final void begin() {
      data = vector.getDataBuffer().memoryAddress();
      validity = vector.getValidityBuffer().memoryAddress();
      capacity = vector.getValueCapacity();
    }

    @Override
    final void setNull(int row) {
      requireRoom(row); // by growing the vector otherwise, its memory would move
    }

    final int put(int row, long value) {
      requireRoom(row);
      MemoryUtil.putLong(data + (long) row * Long.BYTES, value);
      long bits = validity + (row >> 3);
      MemoryUtil.putByte(bits, (byte) (MemoryUtil.getByte(bits) | 1 << (row & 7)));
      return Long.BYTES;
    }

    private void requireRoom(int row) {
      if (row >= capacity) {
        while (row >= vector.getValueCapacity()) {
          vector.reAlloc();
        }
        begin();
      }
    }
  }

  /** Integers. */
  static final class Int64 extends Wide {

    Int64(int index, BigIntVector vector, Misfits misfits) {
      super(index, vector, misfits);
    }

    @Override
    int readValue(CurrentRow values, int column, int storageClass, int row) throws SQLException {
      if (storageClass == SqliteTypes.INTEGER) {
        return put(row, values.integer(column));
      }
      if (storageClass != SqliteTypes.REAL) {
        return MISFIT;
      }
      double real = values.real(column);
      return real != Math.rint(real) || real < -0x1p63 || real >= 0x1p63
          ? MISFIT
          : put(row, (long) real);
    }
  }

  /** Real numbers. */
  static final class Float64 extends Wide {

    Float64(int index, Float8Vector vector, Misfits misfits) {
      super(index, vector, misfits);
    }

    @Override
    int readValue(CurrentRow values, int column, int storageClass, int row) throws SQLException {
      if (storageClass == SqliteTypes.REAL) {
        return put(row, Double.doubleToRawLongBits(values.real(column)));
      }
      if (storageClass != SqliteTypes.INTEGER) {
        return MISFIT;
      }
      long integer = values.integer(column);
      double real = (double) integer;
      return (long) real != integer || real == 0x1p63
          ? MISFIT
          : put(row, Double.doubleToRawLongBits(real));
    }
  }

  /** Truth values: 0, 1, 'true', 'false'. */
  static final class Bool extends ColumnReader {

    private final BitVector vector;

    Bool(int index, BitVector vector, Misfits misfits) {
      super(index, vector, misfits);
      this.vector = vector;
    }

    @Override
    int readValue(CurrentRow values, int column, int storageClass, int row) throws SQLException {
      int value = MISFIT;
      if (storageClass == SqliteTypes.INTEGER) {
        long integer = values.integer(column);
        value = integer == 0 || integer == 1 ? (int) integer : MISFIT;
      } else if (storageClass == SqliteTypes.TEXT) {
        String text = values.text(column).toLowerCase(Locale.ROOT);
        value = text.equals("true") ? 1 : text.equals("false") ? 0 : MISFIT;
      }
      if (value == MISFIT) {
        return MISFIT;
      }
      vector.setSafe(row, value);
      return 1;
    }
  }

  /** Decimals from integers, text, and real numbers that stand for one to 15 digits. */
  static final class Decimal128 extends ColumnReader {

    private static final int EXACT_POWER_MAX = 22;
    private static final double EXACT_INTEGER_MAX = 1e15;
    private static final MathContext REAL_DIGITS =
        new MathContext(SqliteTypes.REAL_DIGITS, RoundingMode.HALF_EVEN);

    private final DecimalVector vector;
    private final int precision;
    private final int scale;
    private final double power;

    Decimal128(int index, DecimalVector vector, Misfits misfits) {
      super(index, vector, misfits);
      this.vector = vector;
      this.precision = vector.getPrecision();
      this.scale = vector.getScale();
      this.power = Math.pow(10, scale);
    }

    @Override
    int readValue(CurrentRow values, int column, int storageClass, int row) throws SQLException {
      return switch (storageClass) {
        case SqliteTypes.INTEGER -> set(row, BigDecimal.valueOf(values.integer(column)));
        case SqliteTypes.REAL -> setReal(row, values.real(column));
        case SqliteTypes.TEXT -> set(row, parse(values.text(column)));
        default -> MISFIT;
      };
    }

    /**
     * The quick way: both the digits and the power of ten are exact doubles, so their quotient is
     * the double nearest to the decimal, and equal to the value if that stands for the decimal.
     */
    private int setReal(int row, double real) {
      double digits = Math.rint(real * power);
      if (scale <= EXACT_POWER_MAX
          && precision >= SqliteTypes.REAL_DIGITS
          && Math.abs(digits) < EXACT_INTEGER_MAX
          && digits / power == real) {
        vector.setSafe(row, (long) digits);
        return DecimalVector.TYPE_WIDTH;
      }
      return Double.isFinite(real) ? set(row, new BigDecimal(real).round(REAL_DIGITS)) : MISFIT;
    }

    private int set(int row, @Nullable BigDecimal value) {
      if (value == null) {
        return MISFIT;
      }
      BigDecimal stripped = value.stripTrailingZeros();
      // Zero counts as one digit before the point, and fits where there is none.
      if (stripped.signum() != 0
          && (stripped.scale() > scale
              || stripped.precision() - stripped.scale() > precision - scale)) {
        return MISFIT;
      }
      vector.setSafe(row, stripped.setScale(scale, RoundingMode.UNNECESSARY));
      return DecimalVector.TYPE_WIDTH;
    }

    private static @Nullable BigDecimal parse(String text) {
      try {
        return new BigDecimal(text.strip());
      } catch (NumberFormatException e) {
        return null;
      }
    }
  }
}
