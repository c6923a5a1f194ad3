package dev.flightgate.server.flight.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The columns of an upload with the values of their dictionaries in place of indices, wherever in a
 * column the indices stand: in lists, structs and maps, and in the values of other dictionaries.
 * Arrow itself decodes whole columns only. One thread at a time, as the dictionaries change between
 * batches.
 */
public final class DictionaryDecoder {

  private static final long BATCH_BYTES_MAX = 512L * 1024 * 1024;

  private final DictionaryProvider dictionaries;

  /**
   * @param dictionaries as they are when a batch is decoded
   */
  public DictionaryDecoder(DictionaryProvider dictionaries) {
    this.dictionaries = dictionaries;
  }

  /** Whether there is anything to decode. */
  public static boolean isEncoded(Schema schema) {
    return schema.getFields().stream().anyMatch(DictionaryDecoder::isEncoded);
  }

  private static boolean isEncoded(Field field) {
    return field.getDictionary() != null
        || field.getChildren().stream().anyMatch(DictionaryDecoder::isEncoded);
  }

  /**
   * A root of its own, which the caller owns, and which shares with the other what is not encoded.
   *
   * @throws MalformedRequestException if an index has no value
   * @throws org.apache.arrow.vector.util.OversizedAllocationException if the values would take more
   *     than 512 MiB
   */
  public VectorSchemaRoot decode(VectorSchemaRoot encoded) throws MalformedRequestException {
    List<FieldVector> columns =
        plain(encoded.getFieldVectors(), new ValueCopier.Budget(BATCH_BYTES_MAX));
    return new VectorSchemaRoot(
        new Schema(columns.stream().map(FieldVector::getField).toList()),
        columns,
        encoded.getRowCount());
  }

  private List<FieldVector> plain(List<FieldVector> vectors, ValueCopier.Budget budget)
      throws MalformedRequestException {
    List<FieldVector> plain = new ArrayList<>();
    try {
      for (FieldVector vector : vectors) {
        plain.add(plain(vector, budget));
      }
      return plain;
    } catch (MalformedRequestException | RuntimeException e) {
      plain.forEach(FieldVector::close);
      throw e;
    }
  }

  private FieldVector plain(FieldVector vector, ValueCopier.Budget budget)
      throws MalformedRequestException {
    Field field = vector.getField();
    DictionaryEncoding encoding = field.getDictionary();
    if (encoding != null) {
      return decoded(vector, encoding, budget);
    }
    if (isEncoded(field)) {
      return nested(vector, budget);
    }
    var transfer = vector.getTransferPair(field, vector.getAllocator());
    transfer.splitAndTransfer(0, vector.getValueCount());
    return (FieldVector) transfer.getTo();
  }

  /** The same lists, structs or map, with other values in them. */
  private FieldVector nested(FieldVector vector, ValueCopier.Budget budget)
      throws MalformedRequestException {
    List<FieldVector> children = plain(vector.getChildrenFromFields(), budget);
    FieldVector plain =
        like(vector, vector.getField().getType(), children.stream().map(FieldVector::getField))
            .createVector(vector.getAllocator());
    try {
      plain.loadFieldBuffers(
          new ArrowFieldNode(vector.getValueCount(), vector.getNullCount()),
          vector.getFieldBuffers());
      for (int i = 0; i < children.size(); i++) {
        children.get(i).makeTransferPair(plain.getChildrenFromFields().get(i)).transfer();
      }
      return plain;
    } catch (RuntimeException e) {
      plain.close();
      throw e;
    } finally {
      children.forEach(FieldVector::close);
    }
  }

  private FieldVector decoded(
      FieldVector indices, DictionaryEncoding encoding, ValueCopier.Budget budget)
      throws MalformedRequestException {
    Dictionary dictionary = dictionaries.lookup(encoding.getId());
    if (dictionary == null) {
      throw wrong(indices, "it has no dictionary");
    }
    checkValues(indices, dictionary.getVector());
    try (FieldVector values = plain(dictionary.getVector(), budget)) {
      Field field =
          like(indices, values.getField().getType(), values.getField().getChildren().stream());
      FieldVector decoded = field.createVector(indices.getAllocator());
      try {
        decoded.allocateNew();
        copy(indices, values, ValueCopier.of(values, decoded, budget));
        decoded.setValueCount(indices.getValueCount());
        return decoded;
      } catch (MalformedRequestException | RuntimeException e) {
        decoded.close();
        throw e;
      }
    }
  }

  private static void checkValues(FieldVector indices, FieldVector values)
      throws MalformedRequestException {
    try {
      UploadVectors.check(values);
    } catch (MalformedRequestException e) {
      throw wrong(indices, "its dictionary cannot be read: " + e.getMessage(), e);
    }
  }

  private static void copy(FieldVector indices, FieldVector values, ValueCopier copier)
      throws MalformedRequestException {
    int count = values.getValueCount();
    BaseIntVector numbers = (BaseIntVector) indices;
    for (int row = 0; row < indices.getValueCount(); row++) {
      if (!indices.isNull(row)) {
        long index = numbers.getValueAsLong(row);
        if (index < 0 || index >= count) {
          throw wrong(
              indices,
              "index "
                  + index
                  + " at place "
                  + (row + 1)
                  + " of a batch, but its dictionary has "
                  + count
                  + " values");
        }
        copier.copy((int) index, row);
      }
    }
  }

  private static Field like(FieldVector vector, ArrowType type, Stream<Field> children) {
    Field field = vector.getField();
    return new Field(
        field.getName(),
        new FieldType(field.isNullable(), type, null, field.getMetadata()),
        children.toList());
  }

  private static MalformedRequestException wrong(FieldVector column, String why) {
    return wrong(column, why, null);
  }

  private static MalformedRequestException wrong(
      FieldVector column, String why, @Nullable Exception cause) {
    String message = "column \"" + column.getName() + "\": " + why;
    return cause == null
        ? new MalformedRequestException(message)
        : new MalformedRequestException(message, cause);
  }
}
