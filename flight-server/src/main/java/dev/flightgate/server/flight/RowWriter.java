package dev.flightgate.server.flight;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.ListVector;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of metadata answers, whose columns have few types: {@code String} into utf8,
 * {@code byte[]} into binary, {@code Integer} into int32, uint8 and uint32, {@code Boolean} into
 * bool, {@code List<String>} into list&lt;utf8&gt;, and what {@link SqlInfoValue} says into its
 * union.
 */
final class RowWriter {

  private RowWriter() {}

  /** Fills the empty root. */
  static void write(VectorSchemaRoot root, List<@Nullable Object[]> rows) {
    root.allocateNew();
    for (int column = 0; column < root.getFieldVectors().size(); column++) {
      FieldVector vector = root.getVector(column);
      for (int row = 0; row < rows.size(); row++) {
        Object value = rows.get(row)[column];
        if (value != null) {
          set(vector, row, value);
        }
      }
    }
    root.setRowCount(rows.size());
  }

  private static void set(FieldVector vector, int row, Object value) {
    if (vector instanceof VarCharVector text) {
      text.setSafe(row, ((String) value).getBytes(StandardCharsets.UTF_8));
    } else if (vector instanceof VarBinaryVector bytes) {
      bytes.setSafe(row, (byte[]) value);
    } else if (vector instanceof IntVector number) {
      number.setSafe(row, (Integer) value);
    } else if (vector instanceof UInt1Vector number) {
      number.setSafe(row, (Integer) value);
    } else if (vector instanceof UInt4Vector number) {
      number.setSafe(row, (Integer) value);
    } else if (vector instanceof BitVector bit) {
      bit.setSafe(row, (Boolean) value ? 1 : 0);
    } else if (vector instanceof ListVector list) {
      setTexts(list, row, (List<?>) value);
    } else if (vector instanceof DenseUnionVector union) {
      ((SqlInfoValue) value).write(union, row);
    } else {
      throw new IllegalArgumentException("no metadata answer has a " + vector.getField());
    }
  }

  private static void setTexts(ListVector list, int row, List<?> texts) {
    VarCharVector items = (VarCharVector) list.getDataVector();
    int first = list.startNewValue(row);
    for (int i = 0; i < texts.size(); i++) {
      items.setSafe(first + i, ((String) texts.get(i)).getBytes(StandardCharsets.UTF_8));
    }
    list.endValue(row, texts.size());
  }
}
