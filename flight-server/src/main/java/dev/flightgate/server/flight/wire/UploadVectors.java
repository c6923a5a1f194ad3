package dev.flightgate.server.flight.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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
      texts(vector, new Offsets(vector, Integer.BYTES).ascend(count, data));
    } else if (vector instanceof BaseLargeVariableWidthVector texts) {
      long data = texts.getDataBuffer().capacity();
      texts(vector, new Offsets(vector, Long.BYTES).ascend(count, data));
    } else if (vector instanceof BaseVariableWidthViewVector views) {
      views(views);
    } else if (vector instanceof ListVector list) {
      new Offsets(vector, Integer.BYTES).ascend(count, list.getDataVector().getValueCount());
    } else if (vector instanceof LargeListVector list) {
      new Offsets(vector, Long.BYTES).ascend(count, list.getDataVector().getValueCount());
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

  private record Offsets(FieldVector vector, int width) {

    long at(long row) {
      ArrowBuf offsets = vector.getOffsetBuffer();
      return width == Integer.BYTES
          ? offsets.getInt(row * Integer.BYTES)
          : offsets.getLong(row * Long.BYTES);
    }

    Offsets ascend(int count, long max) throws MalformedRequestException {
      long before = 0;
      for (int row = 0; count > 0 && row <= count; row++) {
        long next = at(row);
        if (next < before) {
          throw wrong(vector, "its offsets descend");
        }
        before = next;
      }
      if (before > max) {
        throw wrong(vector, "an offset lies behind its data");
      }
      return this;
    }
  }

  private static void texts(FieldVector vector, Offsets offsets) throws MalformedRequestException {
    ArrowType type = vector.getField().getType();
    int count = vector.getValueCount();
    boolean text = type instanceof ArrowType.Utf8 || type instanceof ArrowType.LargeUtf8;
    ArrowBuf data = vector.getDataBuffer();
    if (!text || count == 0 || isAscii(data, offsets.at(0), offsets.at(count))) {
      return;
    }
    for (int row = 0; row < count; row++) {
      long from = offsets.at(row);
      long to = offsets.at(row + 1L);
      if (!vector.isNull(row) && !isAscii(data, from, to)) {
        requireUtf8(vector, data, from, (int) (to - from));
      }
    }
  }

  private static boolean isAscii(ArrowBuf data, long from, long to) {
    long at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      if ((data.getLong(at) & NOT_ASCII) != 0) {
        return false;
      }
    }
    for (; at < to; at++) {
      if (data.getByte(at) < 0) {
        return false;
      }
    }
    return true;
  }

  private static void requireUtf8(FieldVector vector, ArrowBuf data, long from, int length)
      throws MalformedRequestException {
    byte[] bytes = new byte[length];
    data.getBytes(from, bytes);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw new MalformedRequestException(
          "column \"" + vector.getName() + "\": a text is not UTF-8", e);
    }
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
      if (text && !isAscii(data, from, from + length)) {
        requireUtf8(vector, data, from, length);
      }
    }
  }
}
