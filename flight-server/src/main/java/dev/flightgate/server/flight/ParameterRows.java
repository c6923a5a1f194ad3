package dev.flightgate.server.flight;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.OutOfServerMemory;
import dev.flightgate.server.session.HeldMemory;
import dev.flightgate.server.session.PreparedStatement;
import dev.flightgate.server.session.SharedParameters;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.TransferPair;
import org.apache.arrow.vector.util.VectorSchemaRootAppender;

/** What clients are told of parameters, and the rows that they bind. */
final class ParameterRows {

  /** Parameters are held in memory whole; bulk data goes through ingest, which is not. */
  private static final long ROWS_MAX = 1_000_000;

  private ParameterRows() {}

  /**
   * The parameters as clients should bind them: times and timestamps in milliseconds, because the
   * Flight SQL JDBC driver 18.3.0 writes milliseconds whatever the unit, so that a value bound in
   * microseconds would be wrong a thousandfold. Other units may be bound all the same.
   */
  static Schema announced(Schema parameters) {
    return new Schema(
        parameters.getFields().stream()
            .map(
                field ->
                    new Field(
                        field.getName(),
                        new FieldType(
                            field.isNullable(), inMilliseconds(field.getType()), null, null),
                        field.getChildren()))
            .toList());
  }

  private static ArrowType inMilliseconds(ArrowType type) {
    if (type instanceof ArrowType.Timestamp timestamp) {
      return new ArrowType.Timestamp(TimeUnit.MILLISECOND, timestamp.getTimezone());
    }
    return type instanceof ArrowType.Time ? new ArrowType.Time(TimeUnit.MILLISECOND, 32) : type;
  }

  /**
   * All rows of the stream, which may come in several batches, in the memory of the statement's
   * session; the caller releases them.
   *
   * @param bytesMax the memory that reading them may take, their growth included
   * @throws BackendException EXHAUSTED if they are more, or more than the user may hold
   */
  static SharedParameters read(BatchStream batches, PreparedStatement statement, long bytesMax) {
    HeldMemory.Share share = statement.shareForRows();
    try {
      BufferAllocator allocator = statement.session().allocator();
      return new SharedParameters(read(batches, allocator, bytesMax, share), share);
    } catch (Throwable e) {
      share.close();
      throw e;
    }
  }

  private static VectorSchemaRoot read(
      BatchStream batches, BufferAllocator allocator, long bytesMax, HeldMemory.Share share) {
    try (BufferAllocator limited = allocator.newChildAllocator("parameters", 0, bytesMax);
        VectorSchemaRoot rows = read(batches, limited, share)) {
      return moved(rows, allocator);
    } catch (OutOfMemoryException e) {
      if (OutOfServerMemory.is(e)) {
        throw OutOfServerMemory.explained(e);
      }
      throw new BackendException(
          Kind.EXHAUSTED,
          "the parameters of one call take more than "
              + bytesMax
              + " bytes (setting queries.bytes-max): send fewer, or use bulk ingest",
          e);
    }
  }

  private static VectorSchemaRoot read(
      BatchStream batches, BufferAllocator allocator, HeldMemory.Share share) {
    batches.root().getSchema().getFields().forEach(ParameterRows::requireAppendable);
    VectorSchemaRoot rows = VectorSchemaRoot.create(batches.root().getSchema(), allocator);
    try {
      rows.allocateNew();
      rows.setRowCount(0);
      while (batches.next()) {
        if (rows.getRowCount() + (long) batches.root().getRowCount() > ROWS_MAX) {
          throw new BackendException(
              Kind.EXHAUSTED,
              "more than "
                  + ROWS_MAX
                  + " rows of parameters in one call: send fewer, or use bulk ingest");
        }
        VectorSchemaRootAppender.append(false, rows, batches.root());
        rows.getFieldVectors().forEach(column -> ownViews(column, allocator));
        share.grow(allocator.getAllocatedMemory() - share.bytes());
      }
      return rows;
    } catch (Throwable e) { // also an OutOfMemoryError
      rows.close();
      throw e;
    }
  }

  /**
   * Copies the data of views, which the appender leaves in the memory of the upload, where nobody
   * counts it.
   */
  private static void ownViews(FieldVector vector, BufferAllocator allocator) {
    if (vector instanceof BaseVariableWidthViewVector views) {
      List<ArrowBuf> data = views.getDataBuffers();
      for (int i = 0; i < data.size(); i++) {
        ArrowBuf appended = data.get(i);
        if (appended.getReferenceManager().getAllocator() != allocator) {
          ArrowBuf own = allocator.buffer(appended.capacity());
          own.setBytes(0, appended, 0, appended.capacity());
          own.writerIndex(appended.capacity());
          data.set(i, own);
          appended.close();
        }
      }
    }
    for (FieldVector child : vector.getChildrenFromFields()) {
      ownViews(child, allocator);
    }
  }

  /**
   * Arrow's appender knows no list of 64-bit offsets, and for what takes no bytes at all it makes
   * room without an end.
   */
  private static void requireAppendable(Field field) {
    ArrowType type = field.getType();
    if (type instanceof ArrowType.LargeList) {
      throw unsupported(
          "a parameter of type LargeList cannot be bound: send a List, or use bulk ingest");
    }
    if (type instanceof ArrowType.FixedSizeList list && list.getListSize() == 0) {
      throw unsupported("a parameter of lists of size 0 cannot be bound: send a List");
    }
    if (type instanceof ArrowType.Struct && field.getChildren().isEmpty()) {
      throw unsupported("a struct without members cannot be bound");
    }
    boolean hasNulls =
        field.getChildren().stream().anyMatch(child -> child.getType() instanceof ArrowType.Null);
    if (hasNulls && (type instanceof ArrowType.Struct || type instanceof ArrowType.FixedSizeList)) {
      throw unsupported(
          "values of type Null within a struct or a list of fixed size cannot be bound: give them"
              + " another type");
    }
    field.getChildren().forEach(ParameterRows::requireAppendable);
  }

  private static BackendException unsupported(String why) {
    return new BackendException(Kind.UNSUPPORTED, why);
  }

  /** The same rows, now of that allocator; without copying, and without a limit being asked. */
  private static VectorSchemaRoot moved(VectorSchemaRoot rows, BufferAllocator allocator) {
    List<FieldVector> columns = new ArrayList<>();
    for (FieldVector column : rows.getFieldVectors()) {
      TransferPair transfer = column.getTransferPair(column.getField(), allocator);
      transfer.transfer();
      columns.add((FieldVector) transfer.getTo());
    }
    return new VectorSchemaRoot(rows.getSchema(), columns, rows.getRowCount());
  }
}
