package dev.flightgate.server.flight;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * A value of GetSqlInfo (FlightSql.proto, CommandGetSqlInfo): one of the six types of its dense
 * union, numbered as in {@code FlightSqlProducer.Schemas.GET_SQL_INFO_SCHEMA}.
 */
sealed interface SqlInfoValue {

  /** The union's type. */
  byte typeId();

  /** Writes the value at an index of the type's own vector. */
  void write(FieldVector vector, int index);

  /**
   * Writes the value into a row of the union. The union as allocated has room for thousands of
   * rows, many more than there are codes.
   */
  default void write(DenseUnionVector union, int row) {
    FieldVector vector = (FieldVector) union.getVectorByType(typeId());
    int index = vector.getValueCount();
    union.setTypeId(row, typeId());
    union.getOffsetBuffer().setInt(row * (long) DenseUnionVector.OFFSET_WIDTH, index);
    write(vector, index);
    vector.setValueCount(index + 1);
  }

  /** {@code string_value}. */
  record Text(String value) implements SqlInfoValue {
    @Override
    public byte typeId() {
      return 0;
    }

    @Override
    public void write(FieldVector vector, int index) {
      ((VarCharVector) vector).setSafe(index, value.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** {@code bool_value}. */
  record Flag(boolean value) implements SqlInfoValue {
    @Override
    public byte typeId() {
      return 1;
    }

    @Override
    public void write(FieldVector vector, int index) {
      ((BitVector) vector).setSafe(index, value ? 1 : 0);
    }
  }

  /** {@code bigint_value}. */
  record Whole(long value) implements SqlInfoValue {
    @Override
    public byte typeId() {
      return 2;
    }

    @Override
    public void write(FieldVector vector, int index) {
      ((BigIntVector) vector).setSafe(index, value);
    }
  }

  /** {@code int32_bitmask}, and the enums of int32. */
  record Bits(int value) implements SqlInfoValue {
    @Override
    public byte typeId() {
      return 3;
    }

    @Override
    public void write(FieldVector vector, int index) {
      ((IntVector) vector).setSafe(index, value);
    }
  }

  /** {@code string_list}. */
  record Texts(List<String> values) implements SqlInfoValue {
    @Override
    public byte typeId() {
      return 4;
    }

    @Override
    public void write(FieldVector vector, int index) {
      ListVector list = (ListVector) vector;
      int first = list.startNewValue(index);
      VarCharVector items = (VarCharVector) list.getDataVector();
      for (int i = 0; i < values.size(); i++) {
        items.setSafe(first + i, values.get(i).getBytes(StandardCharsets.UTF_8));
      }
      list.endValue(index, values.size());
    }
  }

  /** {@code int32_to_int32_list_map}. */
  record Conversions(Map<Integer, List<Integer>> values) implements SqlInfoValue {
    @Override
    public byte typeId() {
      return 5;
    }

    @Override
    public void write(FieldVector vector, int index) {
      MapVector map = (MapVector) vector;
      StructVector entries = (StructVector) map.getDataVector();
      IntVector keys = (IntVector) entries.getChildrenFromFields().get(0);
      ListVector lists = (ListVector) entries.getChildrenFromFields().get(1);
      IntVector items = (IntVector) lists.getDataVector();
      int entry = map.startNewValue(index);
      for (Map.Entry<Integer, List<Integer>> conversion : values.entrySet()) {
        entries.setIndexDefined(entry);
        keys.setSafe(entry, conversion.getKey());
        int first = lists.startNewValue(entry);
        for (int i = 0; i < conversion.getValue().size(); i++) {
          items.setSafe(first + i, conversion.getValue().get(i));
        }
        lists.endValue(entry, conversion.getValue().size());
        entry++;
      }
      map.endValue(index, values.size());
    }
  }
}
