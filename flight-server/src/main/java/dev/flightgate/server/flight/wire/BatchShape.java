package dev.flightgate.server.flight.wire;

import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Whether the lengths in a batch's header fit its body and the columns: the nodes and buffers in
 * pre-order, as "Columnar Format, Serialization and IPC" has them. Used once.
 */
final class BatchShape {

  private final RecordBatch batch;
  private final ArrowBuf body;
  private final long bodyBytes;
  private int node;
  private int buffer;
  private int variadic;
  private boolean indices;

  /**
   * @param bodyBytes how much of the body the client has sent: the memory behind it is larger, and
   *     holds what others left there
   */
  BatchShape(RecordBatch batch, ArrowBuf body, long bodyBytes) {
    this.batch = batch;
    this.body = body;
    this.bodyBytes = bodyBytes;
  }

  /**
   * @param encoded whether fields with a dictionary stand for their indices, not for their values
   */
  void check(List<Field> fields, boolean encoded) throws MalformedRequestException {
    if (batch.compression() != null) {
      throw new MalformedRequestException("compressed batches are not supported: send them plain");
    }
    long rows = batch.length();
    require(rows >= 0 && rows <= Integer.MAX_VALUE, "a batch of " + rows + " rows");
    for (Field field : fields) {
      indices = encoded;
      column(field, rows, true);
    }
    require(
        node == batch.nodesLength() && buffer == batch.buffersLength(),
        "a batch has "
            + batch.nodesLength()
            + " nodes and "
            + batch.buffersLength()
            + " buffers, its columns "
            + node
            + " and "
            + buffer);
  }

  private void column(Field field, long length, boolean exact) throws MalformedRequestException {
    require(node < batch.nodesLength(), "a batch has too few nodes");
    FieldNode own = batch.nodes(node++);
    long count = own.length();
    require(
        count <= Integer.MAX_VALUE && (exact ? count == length : count >= length),
        "column \"" + field.getName() + "\" has " + count + " values in place of " + length);
    require(own.nullCount() >= 0 && own.nullCount() <= count, "a wrong count of nulls");
    boolean values = field.getDictionary() == null || !indices;
    indices = true;
    ArrowType type = values ? field.getType() : field.getDictionary().getIndexType();
    if (type.getTypeID() != ArrowType.ArrowTypeID.Null) {
      boolean free = own.nullCount() == 0 || own.nullCount() == count;
      long bytes = buffer();
      require(bytes >= (count + 7) / 8 || (free && bytes == 0), "a validity buffer is too short");
    }
    buffers(type, count);
    if (values) {
      children(field, type, count);
    }
  }

  private void children(Field field, ArrowType type, long count) throws MalformedRequestException {
    boolean struct = type instanceof ArrowType.Struct;
    long least =
        struct
            ? count
            : type instanceof ArrowType.FixedSizeList list ? count * list.getListSize() : 0;
    for (Field child : field.getChildren()) {
      column(child, least, struct);
    }
  }

  private void buffers(ArrowType type, long count) throws MalformedRequestException {
    switch (type.getTypeID()) {
      case Null, Struct, FixedSizeList -> {}
      case Utf8, Binary -> {
        offsets(count, Integer.BYTES);
        buffer();
      }
      case LargeUtf8, LargeBinary -> {
        offsets(count, Long.BYTES);
        buffer();
      }
      case List, Map -> members(offsets(count, Integer.BYTES));
      case LargeList -> members(offsets(count, Long.BYTES));
      case Utf8View, BinaryView -> views(count);
      default -> require(buffer() >= (count * bits(type) + 7) / 8, "a data buffer is too short");
    }
  }

  private void views(long count) throws MalformedRequestException {
    require(buffer() >= count * 16, "a buffer of views is too short");
    require(variadic < batch.variadicBufferCountsLength(), "too few counts of data buffers");
    long extra = batch.variadicBufferCounts(variadic++);
    require(extra >= 0 && extra <= batch.buffersLength(), "a wrong count of data buffers");
    for (long i = 0; i < extra; i++) {
      buffer();
    }
  }

  /** The last of them. */
  private long offsets(long count, int width) throws MalformedRequestException {
    long bytes = buffer();
    require(bytes >= (count + 1) * width || count == 0, "a buffer of offsets is too short");
    if (count == 0) {
      return 0;
    }
    long last = batch.buffers(buffer - 1).offset() + count * width;
    return width == Integer.BYTES ? body.getInt(last) : body.getLong(last);
  }

  /** Who loads a list makes its values as many as the last offset says. */
  private void members(long last) throws MalformedRequestException {
    require(
        node < batch.nodesLength() && last >= 0 && last <= batch.nodes(node).length(),
        "an offset of a list lies behind its values");
  }

  /** The length of the next buffer, which lies within the body. */
  private long buffer() throws MalformedRequestException {
    require(buffer < batch.buffersLength(), "a batch has too few buffers");
    Buffer next = batch.buffers(buffer++);
    require(
        next.length() >= 0
            && next.offset() >= 0
            && next.length() <= bodyBytes
            && next.offset() <= bodyBytes - next.length(),
        "a buffer lies outside of the body");
    return next.length();
  }

  private static long bits(ArrowType type) {
    return switch (type.getTypeID()) {
      case Bool -> 1;
      case Int -> ((ArrowType.Int) type).getBitWidth();
      case FloatingPoint ->
          switch (((ArrowType.FloatingPoint) type).getPrecision()) {
            case HALF -> 16;
            case SINGLE -> 32;
            case DOUBLE -> 64;
          };
      case Decimal -> ((ArrowType.Decimal) type).getBitWidth();
      case FixedSizeBinary -> ((ArrowType.FixedSizeBinary) type).getByteWidth() * 8L;
      case Date ->
          switch (((ArrowType.Date) type).getUnit()) {
            case DAY -> 32;
            case MILLISECOND -> 64;
          };
      case Time -> ((ArrowType.Time) type).getBitWidth();
      case Interval ->
          switch (((ArrowType.Interval) type).getUnit()) {
            case YEAR_MONTH -> 32;
            case DAY_TIME -> 64;
            case MONTH_DAY_NANO -> 128;
          };
      default -> 64;
    };
  }

  private static void require(boolean holds, String problem) throws MalformedRequestException {
    if (!holds) {
      throw new MalformedRequestException(problem);
    }
  }
}
