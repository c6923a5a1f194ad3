package dev.flightgate.server.sample;

import dev.flightgate.server.backend.BatchStream;
import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The generated rows of one TPC-H table as batches of 8,192 rows; the columns are the table's, none
 * nullable: int64 identifiers, int32 integers, decimal(15,2) amounts, date32 dates, utf8 texts.
 */
final class TpchStream<E extends TpchEntity> implements BatchStream {

  private static final int BATCH_ROWS = 8_192;

  private final Iterator<E> entities;
  private final List<TpchColumn<E>> columns;
  private final VectorSchemaRoot root;

  TpchStream(BufferAllocator allocator, TpchTable<E> table, double scale) {
    this.entities = table.createGenerator(scale, 1, 1).iterator();
    this.columns = table.getColumns();
    this.root = VectorSchemaRoot.create(new Schema(fields(table)), allocator);
  }

  private static List<Field> fields(TpchTable<?> table) {
    return table.getColumns().stream()
        .map(
            column ->
                new Field(column.getColumnName(), FieldType.notNullable(arrowType(column)), null))
        .toList();
  }

  private static ArrowType arrowType(TpchColumn<?> column) {
    return switch (column.getType().getBase()) {
      case IDENTIFIER -> new ArrowType.Int(64, true);
      case INTEGER -> new ArrowType.Int(32, true);
      case DOUBLE -> new ArrowType.Decimal(15, 2, 128);
      case DATE -> new ArrowType.Date(DateUnit.DAY);
      case VARCHAR -> ArrowType.Utf8.INSTANCE;
    };
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public boolean next() {
    root.clear();
    List<E> rows = new ArrayList<>(BATCH_ROWS);
    while (rows.size() < BATCH_ROWS && entities.hasNext()) {
      rows.add(entities.next());
    }
    if (rows.isEmpty()) {
      return false;
    }
    for (int i = 0; i < columns.size(); i++) {
      fill(root.getVector(i), columns.get(i), rows);
    }
    root.setRowCount(rows.size());
    return true;
  }

  private static <E extends TpchEntity> void fill(
      FieldVector vector, TpchColumn<E> column, List<E> rows) {
    vector.setInitialCapacity(rows.size());
    vector.allocateNew();
    for (int row = 0; row < rows.size(); row++) {
      E entity = rows.get(row);
      switch (column.getType().getBase()) {
        case IDENTIFIER -> ((BigIntVector) vector).setSafe(row, column.getIdentifier(entity));
        case INTEGER -> ((IntVector) vector).setSafe(row, column.getInteger(entity));
        case DOUBLE -> ((DecimalVector) vector).setSafe(row, cents(column.getDouble(entity)));
        case DATE -> ((DateDayVector) vector).setSafe(row, column.getDate(entity));
        case VARCHAR ->
            ((VarCharVector) vector)
                .setSafe(row, column.getString(entity).getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** The generator's amounts are whole cents divided by 100; rounding brings the cents back. */
  private static long cents(double amount) {
    return Math.round(amount * 100);
  }

  @Override
  public void close() {
    root.close();
  }
}
