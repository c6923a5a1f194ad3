package dev.flightgate.server.flight.wire;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VariableWidthFieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.util.OversizedAllocationException;
import org.apache.arrow.vector.util.TransferPair;

/**
 * Copies single values, nested ones with all that they hold, from one vector to another of the same
 * type. Arrow's own copying of lists knows only some types. Places that no value is copied to are
 * NULL. One thread at a time.
 */
abstract sealed class ValueCopier {

  private static final int VALUE_BYTES = 16;

  /** How much may still be copied: few bytes of indices stand for values without an end. */
  static final class Budget {
    private final long max;
    private long left;

    Budget(long bytesMax) {
      max = bytesMax;
      left = bytesMax;
    }

    private void take(long bytes) {
      left -= bytes;
      if (left < 0) {
        throw new OversizedAllocationException(
            "a batch has more than " + max + " bytes once its dictionaries are decoded");
      }
    }
  }

  /**
   * @param target empty, and allocated; its values are to be copied in ascending order
   */
  static ValueCopier of(FieldVector source, FieldVector target, Budget budget) {
    List<ValueCopier> children = new ArrayList<>();
    for (int i = 0; i < source.getChildrenFromFields().size(); i++) {
      children.add(
          of(source.getChildrenFromFields().get(i), target.getChildrenFromFields().get(i), budget));
    }
    if (source instanceof ListVector from) {
      return new Lists(from, (ListVector) target, children.get(0), budget);
    } else if (source instanceof LargeListVector from) {
      return new LargeLists(from, (LargeListVector) target, children.get(0), budget);
    } else if (source instanceof FixedSizeListVector from) {
      return new FixedSizeLists(from, (FixedSizeListVector) target, children.get(0), budget);
    } else if (source instanceof StructVector from) {
      return new Structs(from, (StructVector) target, children, budget);
    }
    return new Flat(source, target, budget);
  }

  private final FieldVector source;
  private final Budget budget;

  private ValueCopier(FieldVector source, Budget budget) {
    this.source = source;
    this.budget = budget;
  }

  /** Copies a value. */
  final void copy(int from, int to) {
    if (!source.isNull(from)) {
      budget.take(bytes(from));
      copyValue(from, to);
    }
  }

  /** About what a value takes, without the values in it. */
  long bytes(int row) {
    return VALUE_BYTES;
  }

  abstract void copyValue(int from, int to);

  private static final class Flat extends ValueCopier {
    private final FieldVector vector;
    private final TransferPair pair;

    Flat(FieldVector source, FieldVector target, Budget budget) {
      super(source, budget);
      vector = source;
      pair = source.makeTransferPair(target);
    }

    @Override
    long bytes(int row) {
      if (vector instanceof VariableWidthFieldVector texts) {
        return VALUE_BYTES + (long) texts.getValueLength(row);
      } else if (vector instanceof BaseLargeVariableWidthVector texts) {
        return VALUE_BYTES + (long) texts.getValueLength(row);
      }
      return vector instanceof BaseFixedWidthVector fixed ? fixed.getTypeWidth() : VALUE_BYTES;
    }

    @Override
    void copyValue(int from, int to) {
      pair.copyValueSafe(from, to);
    }
  }

  private static final class Lists extends ValueCopier {
    private final ListVector lists;
    private final ListVector target;
    private final ValueCopier elements;

    Lists(ListVector lists, ListVector target, ValueCopier elements, Budget budget) {
      super(lists, budget);
      this.lists = lists;
      this.target = target;
      this.elements = elements;
    }

    @Override
    long bytes(int row) {
      return VALUE_BYTES + (long) lists.getElementEndIndex(row) - lists.getElementStartIndex(row);
    }

    @Override
    void copyValue(int from, int to) {
      int start = lists.getElementStartIndex(from);
      int count = lists.getElementEndIndex(from) - start;
      int at = target.startNewValue(to);
      for (int i = 0; i < count; i++) {
        elements.copy(start + i, at + i);
      }
      target.endValue(to, count);
    }
  }

  private static final class LargeLists extends ValueCopier {
    private final LargeListVector lists;
    private final LargeListVector target;
    private final ValueCopier elements;

    LargeLists(LargeListVector lists, LargeListVector target, ValueCopier elements, Budget budget) {
      super(lists, budget);
      this.lists = lists;
      this.target = target;
      this.elements = elements;
    }

    @Override
    long bytes(int row) {
      return VALUE_BYTES + lists.getElementEndIndex(row) - lists.getElementStartIndex(row);
    }

    @Override
    void copyValue(int from, int to) {
      int start = (int) lists.getElementStartIndex(from);
      int count = (int) lists.getElementEndIndex(from) - start;
      int at = (int) target.startNewValue(to);
      for (int i = 0; i < count; i++) {
        elements.copy(start + i, at + i);
      }
      target.endValue(to, count);
    }
  }

  private static final class FixedSizeLists extends ValueCopier {
    private final FixedSizeListVector target;
    private final ValueCopier elements;

    FixedSizeLists(
        FixedSizeListVector lists,
        FixedSizeListVector target,
        ValueCopier elements,
        Budget budget) {
      super(lists, budget);
      this.target = target;
      this.elements = elements;
    }

    @Override
    void copyValue(int from, int to) {
      int at = target.startNewValue(to);
      for (int i = 0; i < target.getListSize(); i++) {
        elements.copy(from * target.getListSize() + i, at + i);
      }
    }
  }

  private static final class Structs extends ValueCopier {
    private final StructVector target;
    private final List<ValueCopier> members;

    Structs(StructVector structs, StructVector target, List<ValueCopier> members, Budget budget) {
      super(structs, budget);
      this.target = target;
      this.members = List.copyOf(members);
    }

    @Override
    void copyValue(int from, int to) {
      target.setIndexDefined(to);
      for (ValueCopier member : members) {
        member.copy(from, to);
      }
    }
  }
}
