package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FloatingPointVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.sqlite.core.DB;
import org.sqlite.core.SafeStmtPtr;

/**
 * An INSERT of a fixed number of rows, run with rows of Arrow vectors by one call of the {@link
 * NativeLibrary}; text and bytes are taken from the vectors' own memory. For integers, real
 * numbers, text and bytes; values are those that {@link ValueBinder} would bind. Used by one
 * thread.
 */
final class NativeInsert implements AutoCloseable {

  private static final int STEP_DONE = 101;

  private final SafeStmtPtr statement;
  private final VectorSchemaRoot root;
  private final int rows;
  private final int columns;
  private final ArrowBuf buffer;
  private final long cells;

  /**
   * An INSERT; the statement stays the caller's, and is closed after this.
   *
   * @param root refilled by the caller
   * @param rows how many the statement has placeholders for
   */
  NativeInsert(
      PreparedStatement statement, VectorSchemaRoot root, int rows, BufferAllocator allocator) {
    this.statement = ResultColumns.pointer(statement);
    this.root = root;
    this.rows = rows;
    this.columns = root.getFieldVectors().size();
    this.buffer = allocator.buffer((long) rows * columns * NativeLibrary.CELL_BYTES);
    this.cells = buffer.memoryAddress();
  }

  /** Whether all columns are of types that are bound here. */
  static boolean supports(VectorSchemaRoot root) {
    return root.getFieldVectors().stream().allMatch(NativeInsert::supports);
  }

  private static boolean supports(FieldVector vector) {
    return (vector instanceof BaseIntVector && !(vector instanceof UInt8Vector))
        || vector instanceof FloatingPointVector
        || vector instanceof VarCharVector
        || vector instanceof VarBinaryVector;
  }

  /**
   * Inserts rows; false if a text is no UTF-8, and then nothing was done.
   *
   * @param from the first of them
   * @throws BackendException INVALID_DATA for a value SQLite cannot hold
   */
  boolean run(int from) throws SQLException {
    for (int column = 0; column < columns; column++) {
      FieldVector vector = root.getVector(column);
      long cell = cells + (long) column * NativeLibrary.CELL_BYTES;
      for (int row = from; row < from + rows; row++) {
        if (vector.isNull(row)) {
          MemoryUtil.putInt(cell, SqliteTypes.NULL);
        } else if (!put(cell, vector, row)) {
          return false;
        }
        cell += (long) columns * NativeLibrary.CELL_BYTES;
      }
    }
    statement.safeRunConsume(this::run);
    return true;
  }

  private void run(DB engine, long pointer) throws SQLException {
    int code = NativeLibrary.run(pointer, rows * columns, cells);
    if (code != STEP_DONE) {
      engine.throwex(code);
    }
  }

  private boolean put(long cell, FieldVector vector, int row) {
    if (vector instanceof BaseIntVector integers) {
      put(cell, SqliteTypes.INTEGER, integers.getValueAsLong(row));
      return true;
    }
    if (vector instanceof FloatingPointVector reals) {
      double real = ValueBinder.real(vector, row, reals.getValueAsDouble(row));
      put(cell, SqliteTypes.REAL, Double.doubleToRawLongBits(real));
      return true;
    }
    BaseVariableWidthVector bytes = (BaseVariableWidthVector) vector;
    int start = bytes.getStartOffset(row);
    int length = bytes.getStartOffset(row + 1) - start;
    // SQLite takes the address 0 for NULL, and an empty vector may have no other.
    long address = length == 0 ? cells : bytes.getDataBuffer().memoryAddress() + start;
    boolean text = vector instanceof VarCharVector;
    put(cell, text ? SqliteTypes.TEXT : SqliteTypes.BLOB, address);
    MemoryUtil.putInt(cell + NativeLibrary.LENGTH_OFFSET, length);
    return !text || Utf8.isValid(address, length);
  }

  private static void put(long cell, int storageClass, long value) {
    MemoryUtil.putInt(cell, storageClass);
    MemoryUtil.putLong(cell + NativeLibrary.VALUE_OFFSET, value);
  }

  @Override
  public void close() {
    buffer.close();
  }
}
