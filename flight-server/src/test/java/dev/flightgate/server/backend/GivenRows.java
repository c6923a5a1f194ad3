package dev.flightgate.server.backend;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Rows written down in a test, as a stream of batches. Each inner list of rows is one batch. */
final class GivenRows implements BatchStream {

  static final ArrowType INT32 = new ArrowType.Int(32, true);
  static final ArrowType INT64 = new ArrowType.Int(64, true);
  static final ArrowType FLOAT64 = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
  static final ArrowType UTF8 = ArrowType.Utf8.INSTANCE;
  static final ArrowType BINARY = ArrowType.Binary.INSTANCE;
  static final ArrowType BOOL = ArrowType.Bool.INSTANCE;
  static final ArrowType DATE = new ArrowType.Date(DateUnit.DAY);
  static final ArrowType TIMESTAMP = new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
  static final ArrowType DECIMAL = new ArrowType.Decimal(18, 3, 128);

  private final VectorSchemaRoot root;
  private final List<List<List<? extends @Nullable Object>>> batches;
  private int next;
  private boolean closed;

  GivenRows(
      BufferAllocator allocator,
      Schema schema,
      List<List<List<? extends @Nullable Object>>> batches) {
    this.root = VectorSchemaRoot.create(schema, allocator);
    this.batches = batches;
  }

  /** A schema of nullable columns; names and types in turn. */
  static Schema schema(Object... namesAndTypes) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      fields.add(
          new Field(
              (String) namesAndTypes[i],
              FieldType.nullable((ArrowType) namesAndTypes[i + 1]),
              null));
    }
    return new Schema(fields);
  }

  /** Fills a new root, which the caller owns. */
  static VectorSchemaRoot root(
      BufferAllocator allocator, Schema schema, List<List<? extends @Nullable Object>> rows) {
    VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
    fill(root, rows);
    return root;
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public boolean next() {
    root.clear();
    if (next == batches.size()) {
      return false;
    }
    fill(root, batches.get(next++));
    return true;
  }

  /** Whether somebody closed it. */
  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    root.close();
  }

  private static void fill(VectorSchemaRoot root, List<List<? extends @Nullable Object>> rows) {
    for (int column = 0; column < root.getFieldVectors().size(); column++) {
      FieldVector vector = root.getVector(column);
      vector.allocateNew();
      for (int row = 0; row < rows.size(); row++) {
        Object value = rows.get(row).get(column);
        if (value != null) {
          set(vector, row, value);
        }
      }
    }
    root.setRowCount(rows.size());
  }

  private static void set(FieldVector vector, int row, Object value) {
    if (vector instanceof IntVector ints) {
      ints.setSafe(row, (Integer) value);
    } else if (vector instanceof BigIntVector longs) {
      longs.setSafe(row, ((Number) value).longValue());
    } else if (vector instanceof Float8Vector doubles) {
      doubles.setSafe(row, (Double) value);
    } else if (vector instanceof VarCharVector texts) {
      texts.setSafe(row, ((String) value).getBytes(StandardCharsets.UTF_8));
    } else if (vector instanceof VarBinaryVector bytes) {
      bytes.setSafe(row, (byte[]) value);
    } else if (vector instanceof BitVector bits) {
      bits.setSafe(row, (Boolean) value ? 1 : 0);
    } else if (vector instanceof DateDayVector days) {
      days.setSafe(row, (int) ((LocalDate) value).toEpochDay());
    } else if (vector instanceof TimeStampMicroVector micros) {
      micros.setSafe(
          row,
          ChronoUnit.MICROS.between(
              LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), (LocalDateTime) value));
    } else if (vector instanceof DecimalVector decimals) {
      decimals.setSafe(row, (BigDecimal) value);
    } else {
      throw new IllegalArgumentException(vector.getField().toString());
    }
  }
}
