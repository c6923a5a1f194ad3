package dev.flightgate.server.flight.wire;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.jspecify.annotations.Nullable;

/**
 * What the messages of one upload must be: a schema, once, then batches that fit it. Held against
 * each header before flight-core loads the body, as that waits for ever for a schema that does not
 * come, leaks the body of a batch it cannot load, and believes every length. One thread at a time.
 */
final class UploadShape {

  private static final int FIELDS_MAX = 100_000;
  private static final int DEPTH_MAX = 64;

  private final BufferAllocator allocator;
  private @Nullable Schema schema;
  private final Map<Long, Field> dictionaries = new HashMap<>();

  /**
   * @param allocator for vectors without values, for a moment
   */
  UploadShape(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /**
   * Looks at the next message.
   *
   * @throws MalformedRequestException if it cannot be what the format allows here
   * @throws UnsupportedUploadException if the format allows it, but no upload may be it
   */
  void next(UploadMessage message) throws MalformedRequestException, UnsupportedUploadException {
    Message header = message.header();
    if (header == null || header.headerType() == MessageHeader.Schema) {
      if (message.bodyBytes() > 0) {
        throw new MalformedRequestException("a body without a batch");
      }
    }
    if (header == null) {
      return;
    }
    try {
      switch (header.headerType()) {
        case MessageHeader.Schema -> schema(header);
        case MessageHeader.RecordBatch ->
            new BatchShape(
                    part(header, new RecordBatch()), message.batchBody(), message.bodyBytes())
                .check(known().getFields(), true);
        default -> dictionary(part(header, new DictionaryBatch()), message);
      }
    } catch (RuntimeException | IOException e) {
      throw new MalformedRequestException("the data header is broken: " + e.getMessage(), e);
    }
  }

  private Schema known() throws MalformedRequestException {
    if (schema == null) {
      throw new MalformedRequestException("a batch comes before the schema");
    }
    return schema;
  }

  private static <T extends com.google.flatbuffers.Table> T part(Message header, T into)
      throws MalformedRequestException {
    if (header.header(into) == null) {
      throw new MalformedRequestException("the data header is empty");
    }
    return into;
  }

  private void schema(Message header)
      throws IOException, MalformedRequestException, UnsupportedUploadException {
    if (schema != null) {
      throw new MalformedRequestException("the schema comes twice");
    }
    requireFinite(part(header, new org.apache.arrow.flatbuf.Schema()));
    schema = MessageSerializer.deserializeSchema(header);
    remember(schema.getFields());
    requireVectors(schema);
  }

  /** flight-core makes the same vectors, but if that fails it never answers the client. */
  private void requireVectors(Schema sent) {
    Map<Long, Dictionary> made = new HashMap<>();
    try {
      List<Field> fields = new ArrayList<>();
      for (Field field : sent.getFields()) {
        fields.add(DictionaryUtility.toMemoryFormat(field, allocator, made));
      }
      VectorSchemaRoot.create(new Schema(fields), allocator).close();
    } finally {
      made.values().forEach(dictionary -> dictionary.getVector().close());
    }
  }

  /** Offsets in a flatbuffer may form cycles, and few bytes stand for a tree without an end. */
  private static void requireFinite(org.apache.arrow.flatbuf.Schema schema)
      throws MalformedRequestException, UnsupportedUploadException {
    record Nested(org.apache.arrow.flatbuf.Field field, int depth) {}
    Deque<Nested> open = new ArrayDeque<>();
    int count = 0;
    if (schema.fieldsLength() > FIELDS_MAX) {
      throw new MalformedRequestException("more than " + FIELDS_MAX + " fields");
    }
    for (int i = 0; i < schema.fieldsLength(); i++) {
      open.push(new Nested(schema.fields(i), 0));
    }
    while (!open.isEmpty()) {
      Nested next = open.pop();
      int children = next.field().childrenLength();
      count += 1;
      if (count + open.size() > FIELDS_MAX
          || children > FIELDS_MAX
          || next.depth() > DEPTH_MAX
          || next.field().customMetadataLength() > FIELDS_MAX) {
        throw new MalformedRequestException(
            "more than " + FIELDS_MAX + " fields, or " + DEPTH_MAX + " levels of them");
      }
      requireDecimal(next.field());
      for (int i = 0; i < children; i++) {
        open.push(new Nested(next.field().children(i), next.depth() + 1));
      }
    }
  }

  /** Arrow Java has vectors of 128 and 256 bits, and reads no schema with others. */
  private static void requireDecimal(org.apache.arrow.flatbuf.Field field)
      throws UnsupportedUploadException {
    if (field.typeType() == Type.Decimal && field.type(new Decimal()) instanceof Decimal decimal) {
      if (decimal.bitWidth() == 32 || decimal.bitWidth() == 64) {
        throw unsupported(field.name(), "Decimal of " + decimal.bitWidth() + " bits");
      }
    }
  }

  private static UnsupportedUploadException unsupported(@Nullable String column, String type) {
    return new UnsupportedUploadException(
        "column \"" + column + "\": values of " + type + " cannot be uploaded");
  }

  private void remember(List<Field> fields)
      throws UnsupportedUploadException, MalformedRequestException {
    for (Field field : fields) {
      ArrowType type = field.getType();
      switch (type.getTypeID()) {
        case Union, RunEndEncoded, ListView, LargeListView, NONE ->
            throw unsupported(field.getName(), type.toString());
        default -> {}
      }
      if (field.getDictionary() != null) {
        long id = field.getDictionary().getId();
        Field other = dictionaries.putIfAbsent(id, field);
        // Whose vector flight-core makes of the two is not what the other's values are held
        // against.
        if (other != null && !sameValues(other, field)) {
          throw new MalformedRequestException(
              "columns \""
                  + other.getName()
                  + "\" and \""
                  + field.getName()
                  + "\" share dictionary "
                  + id
                  + ", but have different types");
        }
      }
      remember(field.getChildren());
    }
  }

  private static boolean sameValues(Field one, Field other) {
    return one.getType().equals(other.getType()) && one.getChildren().equals(other.getChildren());
  }

  private void dictionary(DictionaryBatch batch, UploadMessage message)
      throws MalformedRequestException, UnsupportedUploadException {
    known();
    Field field = dictionaries.get(batch.id());
    if (field == null) {
      throw new MalformedRequestException("the schema names no dictionary " + batch.id());
    }
    if (batch.isDelta()) {
      throw new UnsupportedUploadException("dictionaries cannot grow: send each of them whole");
    }
    RecordBatch data = batch.data();
    if (data == null) {
      throw new MalformedRequestException("a dictionary without data");
    }
    new BatchShape(data, message.batchBody(), message.bodyBytes()).check(List.of(field), false);
  }
}
