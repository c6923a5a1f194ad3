package dev.flightgate.server.property;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A table of random values, sent in batches of these many rows. Its last column, "row number",
 * counts.
 */
record RandomTable(Engine engine, List<Field> columns, List<Integer> batches, long seed) {

  static final String ROW = "row number";

  Schema schema() {
    List<Field> fields = new ArrayList<>(columns);
    fields.add(Field.nullable(ROW, new ArrowType.Int(32, true)));
    return new Schema(fields);
  }

  /** The batches as a client would read them from a file; used once. */
  Source open(BufferAllocator allocator) {
    return new Source(allocator);
  }

  /** The batches, and what was in them so far. */
  final class Source extends ArrowReader {

    private final RandomValues values = new RandomValues(seed, engine);
    private final List<List<@Nullable Object>> rows = new ArrayList<>();
    private int batch;

    private Source(BufferAllocator allocator) {
      super(allocator);
    }

    /** Every row so far, as {@link Cells#read} tells it, without the number. */
    List<List<@Nullable Object>> rows() {
      return rows;
    }

    @Override
    public boolean loadNextBatch() throws IOException {
      VectorSchemaRoot root = getVectorSchemaRoot();
      if (batch == batches.size()) {
        return false;
      }
      root.clear();
      root.allocateNew();
      int count = batches.get(batch++);
      IntVector numbers = (IntVector) root.getVector(columns.size());
      for (int row = 0; row < count; row++) {
        for (int column = 0; column < columns.size(); column++) {
          Cells.write(root.getVector(column), row, values.next(columns.get(column)));
        }
        numbers.setSafe(row, rows.size() + row);
      }
      root.setRowCount(count);
      for (int row = 0; row < count; row++) {
        List<@Nullable Object> cells = new ArrayList<>();
        for (FieldVector column : root.getFieldVectors().subList(0, columns.size())) {
          cells.add(Cells.read(column, row));
        }
        rows.add(cells);
      }
      return true;
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    protected void closeReadSource() {
      // The batches are made up.
    }

    @Override
    protected Schema readSchema() {
      return schema();
    }
  }
}
