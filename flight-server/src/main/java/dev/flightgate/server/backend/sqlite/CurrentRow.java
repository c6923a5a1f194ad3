package dev.flightgate.server.backend.sqlite;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.sqlite.core.DB;

/**
 * The row that a running statement stands on. Read through the driver, by a call or two through JNI
 * for each value, unless a subclass knows a shorter way. Used by the stream's thread while it holds
 * the driver's lock.
 */
abstract class CurrentRow implements AutoCloseable {

  /** How the rows of statements are read. Thread-safe. */
  interface Source {

    /**
     * The rows of a statement that has been run; closed by the caller before the statement.
     *
     * @param statement SQLite's own handle
     * @param columns how many the result has
     * @param allocator for what the row needs until it is closed
     */
    CurrentRow of(DB engine, long statement, int columns, BufferAllocator allocator);
  }

  private static final int STEP_ROW = 100;
  private static final int STEP_DONE = 101;

  private final DB engine;
  private final long statement;
  private final boolean utf16;

  /**
   * The row of a statement.
   *
   * @param statement SQLite's own handle
   * @param utf16 whether the database keeps text in UTF-16
   */
  CurrentRow(DB engine, long statement, boolean utf16) {
    this.engine = engine;
    this.statement = statement;
    this.utf16 = utf16;
  }

  /**
   * Decides how rows are read.
   *
   * @param nativeCode whether native code is to be used where it can be
   * @param utf16 whether the database keeps text in UTF-16, which only the driver reads
   */
  static Source source(boolean nativeCode, boolean utf16) {
    return nativeCode && !utf16
        ? NativeRow::new
        : (engine, statement, columns, allocator) -> new DriverRow(engine, statement, utf16);
  }

  /** Goes to the next row; false after the last one. */
  final boolean next() throws SQLException {
    int code = step();
    if (code != STEP_ROW && code != STEP_DONE) {
      engine.throwex(code);
    }
    return code == STEP_ROW;
  }

  /** Makes the row that the statement stands on already the one that is read. */
  void stay() {}

  /** What {@code sqlite3_step} answers. */
  int step() throws SQLException {
    return engine.step(statement);
  }

  /** The storage class of a value, which is to be asked before the value is read. */
  int storageClass(int column) throws SQLException {
    return engine.column_type(statement, column);
  }

  /** A value as an integer. */
  long integer(int column) throws SQLException {
    return engine.column_long(statement, column);
  }

  /** A value as a real number. */
  double real(int column) throws SQLException {
    return engine.column_double(statement, column);
  }

  /** A value as a string: what is no UTF-8 is replaced. */
  final String text(int column) throws SQLException {
    return engine.column_text(statement, column);
  }

  /** The bytes of a blob, or those that SQLite holds of a text. */
  final byte[] bytes(int column) throws SQLException {
    return engine.column_blob(statement, column);
  }

  /** The bytes of a text in UTF-8, which need not be valid. */
  final byte[] utf8(int column) throws SQLException {
    return utf16 ? text(column).getBytes(StandardCharsets.UTF_8) : bytes(column);
  }

  /**
   * Copies a text into a vector if it is valid: SQLite keeps whatever bytes it was given as text,
   * and Arrow's readers trust them.
   *
   * @return the bytes it takes, or {@link ColumnReader#MISFIT}
   */
  int copyText(int column, BytesColumn to, int row) throws SQLException {
    byte[] text = utf8(column);
    long address = to.room(text.length);
    MemoryUtil.copyToMemory(text, 0, address, text.length);
    return Utf8.isValid(address, text.length) ? to.put(row, text.length) : ColumnReader.MISFIT;
  }

  /**
   * Copies a blob or a text's bytes into a vector.
   *
   * @return the bytes it takes
   */
  int copyBytes(int column, int storageClass, BytesColumn to, int row) throws SQLException {
    byte[] bytes = storageClass == SqliteTypes.TEXT ? utf8(column) : bytes(column);
    return put(bytes, to, row);
  }

  /** Copies bytes that are valid as they are. */
  static int put(byte[] bytes, BytesColumn to, int row) {
    MemoryUtil.copyToMemory(bytes, 0, to.room(bytes.length), bytes.length);
    return to.put(row, bytes.length);
  }

  @Override
  public void close() {}

  /** A row of which every value is read through the driver. */
  private static final class DriverRow extends CurrentRow {

    DriverRow(DB engine, long statement, boolean utf16) {
      super(engine, statement, utf16);
    }
  }
}
