package dev.flightgate.server.types;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** The only column of a result, as {@link Cell} writes its values. */
final class Column {

  private @Nullable Field field;
  private final List<String> cells = new ArrayList<>();

  /** Takes the schema, before the first batch. */
  void begin(VectorSchemaRoot root) {
    field = root.getSchema().getFields().get(0);
  }

  /** Takes a batch. */
  void add(VectorSchemaRoot root) {
    FieldVector vector = root.getVector(0);
    for (int row = 0; row < root.getRowCount(); row++) {
      cells.add(Cell.of(vector, row));
    }
  }

  Field field() {
    return Objects.requireNonNull(field);
  }

  List<String> cells() {
    return cells;
  }
}
