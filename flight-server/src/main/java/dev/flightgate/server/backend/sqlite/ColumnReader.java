package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.sqlite.ColumnReader.Misfits;
import dev.flightgate.server.backend.sqlite.SqliteTypes.ColumnType;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HexFormat;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.jspecify.annotations.Nullable;

/**
 * Reads one column of the current row into its vector; one subclass for each Arrow type that {@link
 * SqliteTypes} knows. Used by the stream's thread.
 *
 * <p>Each value's storage class is asked first: one more call into SQLite, as costly as reading the
 * value, and the only way not to mistake a misfit for a number.
 */
abstract class ColumnReader {

  /** What {@link #readValue} answers for a misfit. */
  static final int MISFIT = -1;

  private final int index;
  private final FieldVector vector;
  private final Misfits misfits;

  ColumnReader(int index, FieldVector vector, Misfits misfits) {
    this.index = index;
    this.vector = vector;
    this.misfits = misfits;
  }

  /** The reader of a column. */
  static ColumnReader of(int index, FieldVector vector, Misfits misfits) {
    if (vector instanceof VarCharVector texts) {
      return misfits.type().anyValue()
          ? new TextReaders.AnyText(index, texts, misfits)
          : new TextReaders.Text(index, texts, misfits);
    }
    if (vector instanceof BigIntVector integers) {
      return new NumberReaders.Int64(index, integers, misfits);
    }
    if (vector instanceof Float8Vector reals) {
      return new NumberReaders.Float64(index, reals, misfits);
    }
    if (vector instanceof DecimalVector decimals) {
      return new NumberReaders.Decimal128(index, decimals, misfits);
    }
    if (vector instanceof BitVector booleans) {
      return new NumberReaders.Bool(index, booleans, misfits);
    }
    if (vector instanceof VarBinaryVector blobs) {
      return new TextReaders.Binary(index, blobs, misfits);
    }
    if (vector instanceof DateDayVector dates) {
      return new TemporalReaders.Date32(index, dates, misfits);
    }
    if (vector instanceof TimeStampVector timestamps) {
      return new TemporalReaders.Timestamp(index, timestamps, misfits);
    }
    return new TemporalReaders.Time(index, vector, misfits);
  }

  /** Begins a batch, whose memory was just allocated. */
  void begin() {}

  /** Ends a batch of so many rows. */
  void end(int rows) {}

  /** Makes a row null. */
  void setNull(int row) {
    vector.setNull(row);
  }

  /**
   * Reads the value of the current row.
   *
   * @param row where in the vector it goes
   * @param number the row in the result, counted from 1
   * @return the bytes it takes
   */
  final int read(CurrentRow values, int row, long number) throws SQLException {
    int storageClass = values.storageClass(index);
    if (storageClass == SqliteTypes.NULL) {
      setNull(row);
      return Integer.BYTES;
    }
    int bytes = readValue(values, index, storageClass, row);
    if (bytes == MISFIT) {
      misfits.meet(values, index, number);
      setNull(row);
      return Integer.BYTES;
    }
    return bytes;
  }

  /** Reads a value that is not NULL and answers the bytes it takes, or {@link #MISFIT}. */
  abstract int readValue(CurrentRow values, int column, int storageClass, int row)
      throws SQLException;

  /**
   * What becomes of the misfits of one column of one stream.
   *
   * @param policy whether they fail the stream or are sent as NULL
   * @param column the column's name in the result
   * @param table the table it comes from, or null
   * @param type what its values should be
   */
  record Misfits(
      SqliteSettings.Misfit policy, String column, @Nullable String table, ColumnType type) {

    private static final int SHOWN_MAX = 40;

    /**
     * Passes over a misfit, or fails.
     *
     * @param row the row in the result, counted from 1
     * @throws BackendException INVALID_DATA naming table, column, row and value
     */
    void meet(CurrentRow values, int index, long row) throws SQLException {
      if (policy == SqliteSettings.Misfit.NULL) {
        return;
      }
      throw new BackendException(
          Kind.INVALID_DATA,
          (table == null ? "" : "table \"" + table + "\", ")
              + "column \""
              + column
              + "\", row "
              + row
              + ": the value "
              + value(values, index)
              + " does not fit the type "
              + type.name()
              + "; correct it, cast the column, or set "
              + SqliteSettings.MISFIT
              + " to null or text");
    }

    private static String value(CurrentRow values, int index) throws SQLException {
      return switch (values.storageClass(index)) {
        case SqliteTypes.INTEGER -> "" + values.integer(index);
        case SqliteTypes.REAL -> "" + values.real(index);
        case SqliteTypes.TEXT -> {
          String text = values.text(index);
          yield "'" + shortened(text.replace("'", "''")) + "'";
        }
        case SqliteTypes.BLOB -> shortened(hex(values.bytes(index)));
        default -> "NULL";
      };
    }

    private static String shortened(String text) {
      return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "…";
    }

    /** A blob as SQL. */
    static String hex(byte[] blob) {
      return "X'" + HexFormat.of().withUpperCase().formatHex(blob) + "'";
    }

    /** A blob as SQL, in UTF-8. */
    static byte[] hexBytes(byte[] blob) {
      return hex(blob).getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** The readers of text and bytes. */
  static final class TextReaders {

    private TextReaders() {}

    /** What the three have in common: where values go. */
    private abstract static class Bytes extends ColumnReader {

      final BytesColumn to;

      Bytes(int index, BaseVariableWidthVector vector, Misfits misfits) {
        super(index, vector, misfits);
        this.to = new BytesColumn(vector);
      }

      @Override
      final void begin() {
        to.begin();
      }

      @Override
      final void end(int rows) {
        to.end(rows);
      }

      @Override
      final void setNull(int row) {
        to.putNull(row);
      }
    }

    /** Text. */
    static final class Text extends Bytes {

      Text(int index, VarCharVector vector, Misfits misfits) {
        super(index, vector, misfits);
      }

      @Override
      int readValue(CurrentRow values, int column, int storageClass, int row) throws SQLException {
        return storageClass == SqliteTypes.TEXT ? values.copyText(column, to, row) : MISFIT;
      }
    }

    /** Any value as text: numbers as SQLite writes them, blobs as {@code X'…'}. */
    static final class AnyText extends Bytes {

      AnyText(int index, VarCharVector vector, Misfits misfits) {
        super(index, vector, misfits);
      }

      @Override
      int readValue(CurrentRow values, int column, int storageClass, int row) throws SQLException {
        if (storageClass == SqliteTypes.TEXT) {
          int bytes = values.copyText(column, to, row);
          return bytes == MISFIT
              ? CurrentRow.put(Misfits.hexBytes(values.utf8(column)), to, row)
              : bytes;
        }
        byte[] text =
            storageClass == SqliteTypes.BLOB
                ? Misfits.hexBytes(values.bytes(column))
                : values.text(column).getBytes(StandardCharsets.UTF_8);
        return CurrentRow.put(text, to, row);
      }
    }

    /** Bytes, and text as its UTF-8 bytes. */
    static final class Binary extends Bytes {

      Binary(int index, VarBinaryVector vector, Misfits misfits) {
        super(index, vector, misfits);
      }

      @Override
      int readValue(CurrentRow values, int column, int storageClass, int row) throws SQLException {
        return storageClass == SqliteTypes.BLOB || storageClass == SqliteTypes.TEXT
            ? values.copyBytes(column, storageClass, to, row)
            : MISFIT;
      }
    }
  }
}
