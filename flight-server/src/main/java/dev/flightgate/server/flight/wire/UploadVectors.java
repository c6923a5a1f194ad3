package dev.flightgate.server.flight.wire;

import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * Whether the offsets in an uploaded column stay within it, and its texts are UTF-8. An engine
 * reads such memory without a question: a wrong offset would end the process. The buffers' lengths
 * are right, which {@link BatchShape} sees to. Stateless.
 */
public final class UploadVectors {

  private static final long NOT_ASCII = 0x8080808080808080L;
  private static final int INLINE_VIEW = 12;
  private static final int BLOCK_BYTES = 128;

  private UploadVectors() {}

  /**
   * Looks at all values of a column.
   *
   * @throws MalformedRequestException at the first that is none
   */
  public static void check(FieldVector vector) throws MalformedRequestException {
    int count = vector.getValueCount();
    if (vector instanceof BaseVariableWidthVector texts) {
      long data = texts.getDataBuffer().capacity();
      texts(vector, new Offsets(vector, count, Integer.BYTES).ascend(count, data));
    } else if (vector instanceof BaseLargeVariableWidthVector texts) {
      long data = texts.getDataBuffer().capacity();
      texts(vector, new Offsets(vector, count, Long.BYTES).ascend(count, data));
    } else if (vector instanceof BaseVariableWidthViewVector views) {
      views(views);
    } else if (vector instanceof ListVector list) {
      new Offsets(vector, count, Integer.BYTES).ascend(count, list.getDataVector().getValueCount());
    } else if (vector instanceof LargeListVector list) {
      new Offsets(vector, count, Long.BYTES).ascend(count, list.getDataVector().getValueCount());
    } else if (vector instanceof FixedSizeListVector list) {
      long least = (long) count * list.getListSize();
      if (list.getDataVector().getValueCount() < least) {
        throw wrong(vector, "its lists are too short");
      }
    }
    for (FieldVector child : vector.getChildrenFromFields()) {
      check(child);
    }
  }

  private static MalformedRequestException wrong(FieldVector vector, String why) {
    return new MalformedRequestException("column \"" + vector.getName() + "\": " + why);
  }

  /** The offsets of a column's values, checked as a whole: a read of an ArrowBuf checks each. */
  private record Offsets(FieldVector vector, ByteBuffer bytes, int width) {

    Offsets(FieldVector vector, int count, int width) {
      this(vector, view(vector.getOffsetBuffer(), 0, count == 0 ? 0 : (count + 1L) * width), width);
    }

    long at(int row) {
      return width == Integer.BYTES
          ? bytes.getInt(row * Integer.BYTES)
          : bytes.getLong(row * Long.BYTES);
    }

    Offsets ascend(int count, long max) throws MalformedRequestException {
      if (count == 0) {
        return this;
      }
      if (width == Integer.BYTES ? !ascend(bytes.asIntBuffer()) : !ascend(bytes.asLongBuffer())) {
        throw wrong(vector, "its offsets descend");
      }
      if (at(count) > max) {
        throw wrong(vector, "an offset lies behind its data");
      }
      return this;
    }

    private static boolean ascend(IntBuffer offsets) {
      int before = 0;
      boolean ascend = true;
      for (int row = 0; row < offsets.limit(); row++) {
        int next = offsets.get(row);
        ascend &= next >= before;
        before = next;
      }
      return ascend;
    }

    private static boolean ascend(LongBuffer offsets) {
      long before = 0;
      boolean ascend = true;
      for (int row = 0; row < offsets.limit(); row++) {
        long next = offsets.get(row);
        ascend &= next >= before;
        before = next;
      }
      return ascend;
    }
  }

  private static ByteBuffer view(ArrowBuf buffer, long from, long length) {
    return buffer.nioBuffer(from, Math.toIntExact(length)).slice().order(ByteOrder.nativeOrder());
  }

  private static void texts(FieldVector vector, Offsets offsets) throws MalformedRequestException {
    ArrowType type = vector.getField().getType();
    int count = vector.getValueCount();
    boolean text = type instanceof ArrowType.Utf8 || type instanceof ArrowType.LargeUtf8;
    if (!text || count == 0) {
      return;
    }
    long first = offsets.at(0);
    ByteBuffer data = view(vector.getDataBuffer(), first, offsets.at(count) - first);
    if (isAscii(data) || (isUtf8(data) && areWhole(data, offsets, count))) {
      return;
    }
    // What stands in the place of a NULL may be anything.
    for (int row = 0; row < count; row++) {
      int from = (int) (offsets.at(row) - first);
      int to = (int) (offsets.at(row + 1) - first);
      if (!vector.isNull(row) && !isUtf8(data.slice(from, to - from))) {
        throw notUtf8(vector);
      }
    }
  }

  private static boolean isAscii(ByteBuffer data) {
    int at = 0;
    int end = data.limit();
    for (; at + BLOCK_BYTES <= end; at += BLOCK_BYTES) {
      long bits = 0;
      for (int i = 0; i < BLOCK_BYTES; i += Long.BYTES) {
        bits |= data.getLong(at + i);
      }
      if ((bits & NOT_ASCII) != 0) {
        return false;
      }
    }
    int rest = 0;
    for (; at < end; at++) {
      rest |= data.get(at);
    }
    return rest >= 0;
  }

  private static boolean isUtf8(ByteBuffer data) {
    return UnsafeByteOperations.unsafeWrap(data).isValidUtf8();
  }

  /** Whether no value begins within a character of UTF-8. */
  private static boolean areWhole(ByteBuffer data, Offsets offsets, int count) {
    long first = offsets.at(0);
    for (int row = 0; row < count; row++) {
      int at = (int) (offsets.at(row) - first);
      if (at < data.limit() && (data.get(at) & 0xC0) == 0x80) {
        return false;
      }
    }
    return true;
  }

  private static MalformedRequestException notUtf8(FieldVector vector) {
    return wrong(vector, "a text is not UTF-8");
  }

  /** Views of 16 bytes: length, then 12 bytes of data, or a prefix, buffer number and offset. */
  private static void views(BaseVariableWidthViewVector vector) throws MalformedRequestException {
    ArrowBuf views = vector.getDataBuffer();
    boolean text = vector.getField().getType() instanceof ArrowType.Utf8View;
    for (int row = 0; row < vector.getValueCount(); row++) {
      if (vector.isNull(row)) {
        continue;
      }
      long view = row * 16L;
      int length = views.getInt(view);
      ArrowBuf data = views;
      long from = view + 4;
      if (length > INLINE_VIEW) {
        int number = views.getInt(view + 8);
        if (number < 0 || number >= vector.getDataBuffers().size()) {
          throw wrong(vector, "a view names no buffer");
        }
        data = vector.getDataBuffers().get(number);
        from = views.getInt(view + 12);
      }
      if (length < 0 || from < 0 || from > data.capacity() - length) {
        throw wrong(vector, "a view lies outside of its data");
      }
      if (text && !isUtf8(view(data, from, length))) {
        throw notUtf8(vector);
      }
    }
  }
}
