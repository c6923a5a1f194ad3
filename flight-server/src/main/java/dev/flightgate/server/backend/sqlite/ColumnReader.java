package dev.flightgate.server.backend.sqlite;

import java.sql.SQLException;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.sqlite.core.DB;

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

  /**
   * The reader of a column.
   *
   * @param utf16 whether the database keeps text in UTF-16
   */
  static ColumnReader of(int index, FieldVector vector, Misfits misfits, boolean utf16) {
    if (vector instanceof VarCharVector texts) {
      return misfits.type().anyValue()
          ? new TextReaders.AnyText(index, texts, misfits, utf16)
          : new TextReaders.Utf8(index, texts, misfits, utf16);
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
      return new TextReaders.Binary(index, blobs, misfits, utf16);
    }
    if (vector instanceof DateDayVector dates) {
      return new TemporalReaders.Date32(index, dates, misfits);
    }
    if (vector instanceof TimeStampVector timestamps) {
      return new TemporalReaders.Timestamp(index, timestamps, misfits);
    }
    return new TemporalReaders.Time(index, vector, misfits);
  }

  /**
   * Reads the value of the current row.
   *
   * @param row where in the vector it goes
   * @param number the row in the result, counted from 1
   * @return the bytes it takes
   */
  final int read(DB engine, long statement, int row, long number) throws SQLException {
    int storageClass = engine.column_type(statement, index);
    if (storageClass == SqliteTypes.NULL) {
      vector.setNull(row);
      return Integer.BYTES;
    }
    int bytes = readValue(engine, statement, index, storageClass, row);
    if (bytes == MISFIT) {
      misfits.meet(engine, statement, index, number);
      vector.setNull(row);
      return Integer.BYTES;
    }
    return bytes;
  }

  /** Reads a value that is not NULL and answers the bytes it takes, or {@link #MISFIT}. */
  abstract int readValue(DB engine, long statement, int column, int storageClass, int row)
      throws SQLException;
}
