package dev.flightgate.server.backend.sqlite;

import java.sql.SQLException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.sqlite.core.DB;

/**
 * A row read by one call of the {@link NativeLibrary}, on the very statement that the driver runs:
 * same connection, transaction, handlers and errors. Only for databases that keep text in UTF-8.
 */
final class NativeRow extends CurrentRow {

  private final long statement;
  private final int columns;
  private final ArrowBuf buffer;
  private final long cells;

  NativeRow(DB engine, long statement, int columns, BufferAllocator allocator) {
    super(engine, statement, false);
    this.statement = statement;
    this.columns = columns;
    this.buffer = allocator.buffer((long) columns * NativeLibrary.CELL_BYTES);
    this.cells = buffer.memoryAddress();
  }

  @Override
  int step() {
    return NativeLibrary.row(statement, 1, columns, cells);
  }

  @Override
  void stay() {
    NativeLibrary.row(statement, 0, columns, cells);
  }

  private long cell(int column) {
    return cells + (long) column * NativeLibrary.CELL_BYTES;
  }

  @Override
  int storageClass(int column) {
    return MemoryUtil.getInt(cell(column));
  }

  @Override
  long integer(int column) {
    return MemoryUtil.getLong(cell(column) + NativeLibrary.VALUE_OFFSET);
  }

  @Override
  double real(int column) {
    return Double.longBitsToDouble(integer(column));
  }

  private int length(int column) {
    return MemoryUtil.getInt(cell(column) + NativeLibrary.LENGTH_OFFSET);
  }

  @Override
  int copyText(int column, BytesColumn to, int row) throws SQLException {
    long text = integer(column);
    int length = length(column);
    if (text == 0) {
      return super.copyText(column, to, row);
    }
    if (!Utf8.isValid(text, length)) {
      return ColumnReader.MISFIT;
    }
    MemoryUtil.copyMemory(text, to.room(length), length);
    return to.put(row, length);
  }

  @Override
  int copyBytes(int column, int storageClass, BytesColumn to, int row) throws SQLException {
    long bytes = integer(column);
    int length = length(column);
    if (bytes == 0) { // nothing in it, or no memory to unfold a zeroblob: the driver tells which
      return super.copyBytes(column, storageClass, to, row);
    }
    MemoryUtil.copyMemory(bytes, to.room(length), length);
    return to.put(row, length);
  }

  @Override
  public void close() {
    buffer.close();
  }
}
