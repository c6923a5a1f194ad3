package dev.flightgate.server.backend.sqlite;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.sqlite.core.DB;

/**
 * The readers of text and bytes. Text is fetched as the bytes that SQLite holds, which are UTF-8
 * unless the database was made with another encoding, and checked: SQLite keeps whatever bytes it
 * was given as text, and Arrow's readers trust them.
 */
final class TextReaders {

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
