package dev.flightgate.server.fuzz;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Uploads as the messages of a DoPut: a schema, a dictionary where there is one, two batches. */
final class Uploads {

  private static final int ROWS = 20;

  private Uploads() {}

  /** Plain columns, as both engines take them. */
  static List<FlightData> flat() throws IOException {
    return messages(false, false);
  }

  /** Lists, structs and a dictionary as well. */
  static List<FlightData> nested() throws IOException {
    return messages(true, true);
  }

  /** Plain columns and a dictionary. */
  static List<FlightData> encoded() throws IOException {
    return messages(false, true);
  }

  private static List<FlightData> messages(boolean nested, boolean dictionary) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        DictionaryProvider.MapDictionaryProvider dictionaries =
            new DictionaryProvider.MapDictionaryProvider()) {
      List<FieldVector> columns = new ArrayList<>();
      for (ArrowType type :
          List.of(
              new ArrowType.Int(64, true),
              ArrowType.Utf8.INSTANCE,
              ArrowType.Binary.INSTANCE,
              new ArrowType.Decimal(10, 2, 128),
              new ArrowType.Timestamp(org.apache.arrow.vector.types.TimeUnit.MICROSECOND, null))) {
        columns.add(column(allocator, "c" + columns.size(), type));
      }
      if (nested) {
        columns.add(list(allocator));
        columns.add(struct(allocator));
      }
      if (dictionary) {
        columns.add(encoded(allocator, dictionaries));
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (VectorSchemaRoot root = new VectorSchemaRoot(columns);
          ArrowStreamWriter writer =
              new ArrowStreamWriter(root, dictionaries, Channels.newChannel(bytes))) {
        root.setRowCount(ROWS);
        writer.start();
        writer.writeBatch();
        writer.writeBatch();
        writer.end();
      }
      return split(ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  private static FieldVector column(BufferAllocator allocator, String name, ArrowType type) {
    FieldVector vector = Field.nullable(name, type).createVector(allocator);
    vector.allocateNew();
    for (int row = 0; row < ROWS; row++) {
      byte[] text = ("täxt " + row).getBytes(StandardCharsets.UTF_8);
      if (row % 7 == 6) {
        vector.setNull(row);
      } else if (vector instanceof BigIntVector longs) {
        longs.setSafe(row, row);
      } else if (vector instanceof VarCharVector texts) {
        texts.setSafe(row, text);
      } else if (vector instanceof VarBinaryVector binary) {
        binary.setSafe(row, text);
      } else if (vector instanceof DecimalVector decimals) {
        decimals.setSafe(row, row);
      } else {
        ((TimeStampMicroVector) vector).setSafe(row, row);
      }
    }
    vector.setValueCount(ROWS);
    return vector;
  }

  private static FieldVector list(BufferAllocator allocator) {
    ListVector list = ListVector.empty("list", allocator);
    list.addOrGetVector(FieldType.nullable(ArrowType.Utf8.INSTANCE));
    list.allocateNew();
    VarCharVector texts = (VarCharVector) list.getDataVector();
    for (int row = 0; row < ROWS; row++) {
      int from = list.startNewValue(row);
      for (int i = 0; i < row % 3; i++) {
        texts.setSafe(from + i, new byte[] {'x'});
      }
      list.endValue(row, row % 3);
    }
    list.setValueCount(ROWS);
    return list;
  }

  private static FieldVector struct(BufferAllocator allocator) {
    StructVector struct = StructVector.empty("struct", allocator);
    BigIntVector member =
        struct.addOrGet(
            "member", FieldType.nullable(new ArrowType.Int(64, true)), BigIntVector.class);
    struct.allocateNew();
    for (int row = 0; row < ROWS; row++) {
      struct.setIndexDefined(row);
      member.setSafe(row, row);
    }
    struct.setValueCount(ROWS);
    return struct;
  }

  private static FieldVector encoded(
      BufferAllocator allocator, DictionaryProvider.MapDictionaryProvider dictionaries) {
    VarCharVector words = new VarCharVector("words", allocator);
    words.allocateNew();
    for (int row = 0; row < 3; row++) {
      words.setSafe(row, new byte[] {(byte) ('a' + row)});
    }
    words.setValueCount(3);
    Dictionary dictionary = new Dictionary(words, new DictionaryEncoding(7, false, null));
    dictionaries.put(dictionary);
    try (VarCharVector plain = new VarCharVector("coded", allocator)) {
      plain.allocateNew();
      for (int row = 0; row < ROWS; row++) {
        plain.setSafe(row, new byte[] {(byte) ('a' + row % 3)});
      }
      plain.setValueCount(ROWS);
      return (FieldVector) DictionaryEncoder.encode(plain, dictionary);
    }
  }

  /** The messages of an IPC stream: a marker, the header's length, the header, the body. */
  private static List<FlightData> split(ByteBuffer stream) {
    List<FlightData> messages = new ArrayList<>();
    while (stream.remaining() >= 8 && stream.getInt() == -1) {
      int length = stream.getInt();
      if (length == 0) {
        break;
      }
      byte[] header = new byte[length];
      stream.get(header);
      long bodyBytes =
          org.apache.arrow.flatbuf.Message.getRootAsMessage(ByteBuffer.wrap(header)).bodyLength();
      byte[] body = new byte[(int) bodyBytes];
      stream.get(body);
      messages.add(
          FlightData.newBuilder()
              .setDataHeader(ByteString.copyFrom(header))
              .setDataBody(ByteString.copyFrom(body))
              .build());
    }
    return messages;
  }
}
