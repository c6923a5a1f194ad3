package dev.flightgate.server.backend.sqlite;

import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;

/**
 * Writes a column of texts or blobs into its vector's own memory, one value for each row of a batch
 * in their order. Used by the stream's thread.
 *
 * <p>Between {@link #begin} and {@link #end} the vector's own methods know nothing of the values.
 */
final class BytesColumn {

  private final BaseVariableWidthVector vector;
  private long offsets;
  private long data;
  private long validity;
  private long dataCapacity;
  private int capacity;
  private int end;

  BytesColumn(BaseVariableWidthVector vector) {
    this.vector = vector;
  }

  /** Begins a batch in memory that was newly allocated, and is zero where it says what is null. */
  void begin() {
    look();
    end = 0;
    MemoryUtil.putInt(offsets, 0);
  }

  private void look() {
    offsets = vector.getOffsetBuffer().memoryAddress();
    data = vector.getDataBuffer().memoryAddress();
    validity = vector.getValidityBuffer().memoryAddress();
    dataCapacity = vector.getDataBuffer().capacity();
    capacity = vector.getValueCapacity();
  }

  /** The address at which the next value's bytes go; there is room for them. */
  long room(int length) {
    if (length > dataCapacity - end) {
      vector.reallocDataBuffer((long) end + length);
      look();
    }
    return data + end;
  }

  /**
   * Makes the bytes at {@link #room} the value of a row.
   *
   * @return the bytes it takes
   */
  int put(int row, int length) {
    putOffset(row, end + length);
    long bits = validity + (row >> 3);
    MemoryUtil.putByte(bits, (byte) (MemoryUtil.getByte(bits) | 1 << (row & 7)));
    return Integer.BYTES + length;
  }

  /** Makes a row null. */
  void putNull(int row) {
    putOffset(row, end);
  }

  private void putOffset(int row, int newEnd) {
    if (row >= capacity) {
      while (row >= vector.getValueCapacity()) {
        vector.reallocValidityAndOffsetBuffers();
      }
      look();
    }
    end = newEnd;
    MemoryUtil.putInt(offsets + (row + 1L) * Integer.BYTES, end);
  }

  /** Ends a batch of so many rows. */
  void end(int rows) {
    vector.setLastSet(rows - 1);
  }
}
