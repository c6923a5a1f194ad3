package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.sqlite.ColumnReader.Misfits;
import dev.flightgate.server.backend.sqlite.SqliteBackend.SqliteSettings;
import dev.flightgate.server.backend.sqlite.SqliteTypes.ColumnType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HexFormat;
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
    void meet(DB engine, long statement, int index, long row) throws SQLException {
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
              + value(engine, statement, index)
              + " does not fit the type "
              + type.name()
              + "; correct it, cast the column, or set "
              + SqliteSettings.MISFIT
              + " to null or text");
    }

    private static String value(DB engine, long statement, int index) throws SQLException {
      return switch (engine.column_type(statement, index)) {
        case SqliteTypes.INTEGER -> "" + engine.column_long(statement, index);
        case SqliteTypes.REAL -> "" + engine.column_double(statement, index);
        case SqliteTypes.TEXT -> {
          String text = engine.column_text(statement, index);
          yield "'" + shortened(text.replace("'", "''")) + "'";
        }
        case SqliteTypes.BLOB -> shortened(hex(engine.column_blob(statement, index)));
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

  /**
   * The readers of text and bytes. Text is fetched as the bytes that SQLite holds, which are UTF-8
   * unless the database was made with another encoding, and checked: SQLite keeps whatever bytes it
   * was given as text, and Arrow's readers trust them.
   */
  static final class TextReaders {

    private TextReaders() {}

    /** Text. */
    static final class Utf8 extends ColumnReader {

      private final VarCharVector vector;
      private final boolean utf16;

      Utf8(int index, VarCharVector vector, Misfits misfits, boolean utf16) {
        super(index, vector, misfits);
        this.vector = vector;
        this.utf16 = utf16;
      }

      @Override
      int readValue(DB engine, long statement, int column, int storageClass, int row)
          throws SQLException {
        if (storageClass != SqliteTypes.TEXT) {
          return MISFIT;
        }
        byte[] text = text(engine, statement, column, utf16);
        if (!isUtf8(text)) {
          return MISFIT;
        }
        vector.setSafe(row, text);
        return Integer.BYTES + text.length;
      }
    }

    /** Any value as text: numbers as SQLite writes them, blobs as {@code X'…'}. */
    static final class AnyText extends ColumnReader {

      private final VarCharVector vector;
      private final boolean utf16;

      AnyText(int index, VarCharVector vector, Misfits misfits, boolean utf16) {
        super(index, vector, misfits);
        this.vector = vector;
        this.utf16 = utf16;
      }

      @Override
      int readValue(DB engine, long statement, int column, int storageClass, int row)
          throws SQLException {
        byte[] text;
        if (storageClass == SqliteTypes.BLOB) {
          text = Misfits.hexBytes(engine.column_blob(statement, column));
        } else {
          text = text(engine, statement, column, utf16 || storageClass != SqliteTypes.TEXT);
          text = isUtf8(text) ? text : Misfits.hexBytes(text);
        }
        vector.setSafe(row, text);
        return Integer.BYTES + text.length;
      }
    }

    /** Bytes, and text as its UTF-8 bytes. */
    static final class Binary extends ColumnReader {

      private final VarBinaryVector vector;
      private final boolean utf16;

      Binary(int index, VarBinaryVector vector, Misfits misfits, boolean utf16) {
        super(index, vector, misfits);
        this.vector = vector;
        this.utf16 = utf16;
      }

      @Override
      int readValue(DB engine, long statement, int column, int storageClass, int row)
          throws SQLException {
        if (storageClass != SqliteTypes.BLOB && storageClass != SqliteTypes.TEXT) {
          return MISFIT;
        }
        byte[] bytes = text(engine, statement, column, utf16 && storageClass == SqliteTypes.TEXT);
        vector.setSafe(row, bytes);
        return Integer.BYTES + bytes.length;
      }
    }

    private static byte[] text(DB engine, long statement, int column, boolean converted)
        throws SQLException {
      return converted
          ? engine.column_text(statement, column).getBytes(StandardCharsets.UTF_8)
          : engine.column_blob(statement, column);
    }

    private static boolean isUtf8(byte[] text) {
      for (byte b : text) {
        if (b < 0) {
          return decodes(text);
        }
      }
      return true;
    }

    private static boolean decodes(byte[] text) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
        return true;
      } catch (CharacterCodingException e) {
        return false;
      }
    }
  }
}
