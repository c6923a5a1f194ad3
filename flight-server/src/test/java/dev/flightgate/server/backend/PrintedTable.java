package dev.flightgate.server.backend;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Results as text: a line of names, a line for each row, columns apart by {@code " | "}, NULL as
 * {@code NULL}, bytes in hexadecimal.
 */
final class PrintedTable {

  private PrintedTable() {}

  /** All rows that are left of a stream, which stays open. */
  static String of(BatchStream stream) {
    StringBuilder table = new StringBuilder(header(stream.root()));
    while (stream.next()) {
      table.append(rows(stream.root()));
    }
    return table.toString();
  }

  /** The rows of one batch. */
  static String of(VectorSchemaRoot root) {
    return header(root) + rows(root);
  }

  /** The expected text: lines joined. */
  static String of(String... lines) {
    return String.join("\n", lines);
  }

  private static String header(VectorSchemaRoot root) {
    return root.getSchema().getFields().stream()
        .map(Field::getName)
        .collect(Collectors.joining(" | "));
  }

  private static String rows(VectorSchemaRoot root) {
    StringBuilder rows = new StringBuilder();
    List<FieldVector> vectors = root.getFieldVectors();
    for (int i = 0; i < root.getRowCount(); i++) {
      int row = i;
      rows.append('\n')
          .append(
              vectors.stream().map(vector -> cell(vector, row)).collect(Collectors.joining(" | ")));
    }
    return rows.toString();
  }

  private static String cell(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return "NULL";
    }
    if (vector instanceof DateDayVector days) {
      return LocalDate.ofEpochDay(days.get(row)).toString();
    }
    return text(vector.getObject(row));
  }

  private static String text(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : String.valueOf(value);
  }
}
