package dev.flightgate.server.property;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Random tables of types that an engine maps. */
final class Tables {

  private static final int NESTING_MAX = 3;

  private Tables() {}

  static Arbitrary<RandomTable> of(Engine engine) {
    Arbitrary<ArrowType> flat = Arbitraries.of(flatTypes(engine));
    Arbitrary<Field> column = flat.map(type -> nullable("", type));
    if (engine == Engine.DUCKDB) {
      column = Arbitraries.frequencyOf(Tuple.of(3, column), Tuple.of(1, nested(NESTING_MAX)));
    }
    Arbitrary<Integer> batchRows =
        Arbitraries.frequencyOf(
            Tuple.of(5, Arbitraries.integers().between(0, 40)),
            Tuple.of(1, Arbitraries.of(1_024, 2_047, 2_049)));
    return Combinators.combine(
            column.list().ofMinSize(1).ofMaxSize(8),
            names(),
            batchRows.list().ofMaxSize(4),
            Arbitraries.longs())
        .as(
            (columns, names, batches, seed) ->
                new RandomTable(engine, named(columns, names), batches, seed));
  }

  private static Arbitrary<List<String>> names() {
    return Arbitraries.frequencyOf(
            Tuple.of(
                1,
                Arbitraries.of(
                    "a\"b", "select", "'", "1", ".", "ß", "漢字", "a;b--c", "?", "\\", "x y",
                    "row_id")),
            Tuple.of(3, Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(8)))
        .list()
        .ofSize(8);
  }

  /** Each with its place in front, as names must differ in more than their case. */
  private static List<Field> named(List<Field> columns, List<String> names) {
    List<Field> named = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      named.add(
          named(
              (i % 2 == 0 ? "" : names.get(i)) + i + (i % 2 == 0 ? names.get(i) : ""),
              columns.get(i)));
    }
    return named;
  }

  private static Field named(String name, Field field) {
    return new Field(name, field.getFieldType(), field.getChildren());
  }

  private static Field nullable(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.nullable(type), List.of(children));
  }

  private static Field required(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.notNullable(type), List.of(children));
  }

  private static Arbitrary<Field> nested(int depth) {
    // The type Null stands alone: DuckDB has no columns of lists of it.
    List<ArrowType> types =
        flatTypes(Engine.DUCKDB).stream().filter(t -> !(t instanceof ArrowType.Null)).toList();
    Arbitrary<Field> flat = Arbitraries.of(types).map(type -> nullable("", type));
    if (depth == 0) {
      return flat;
    }
    Arbitrary<Field> member = Arbitraries.lazy(() -> Arbitraries.oneOf(flat, nested(depth - 1)));
    Arbitrary<ArrowType> key =
        Arbitraries.of(
            new ArrowType.Int(32, true), ArrowType.Utf8.INSTANCE, new ArrowType.Int(64, true));
    return Arbitraries.oneOf(
        member.map(m -> nullable("", ArrowType.List.INSTANCE, named("item", m))),
        member.map(m -> nullable("", ArrowType.LargeList.INSTANCE, named("item", m))),
        member.flatMap(
            m ->
                Arbitraries.integers()
                    .between(1, 3)
                    .map(
                        size -> nullable("", new ArrowType.FixedSizeList(size), named("item", m)))),
        member
            .list()
            .ofMinSize(1)
            .ofMaxSize(3)
            .map(
                members ->
                    new Field(
                        "",
                        FieldType.nullable(ArrowType.Struct.INSTANCE),
                        named(members, List.of("é", "B c", "\"")))),
        Combinators.combine(key, member)
            .as(
                (k, m) ->
                    nullable(
                        "",
                        new ArrowType.Map(false),
                        required(
                            "entries",
                            ArrowType.Struct.INSTANCE,
                            required("key", k),
                            named("value", m)))));
  }

  private static List<ArrowType> flatTypes(Engine engine) {
    List<ArrowType> types = new ArrayList<>();
    types.add(ArrowType.Null.INSTANCE);
    types.add(ArrowType.Bool.INSTANCE);
    for (int bits : new int[] {8, 16, 32, 64}) {
      types.add(new ArrowType.Int(bits, true));
      types.add(new ArrowType.Int(bits, false));
    }
    types.add(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
    types.add(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
    for (int[] digits :
        new int[][] {
          {1, 0}, {4, 4}, {9, 2}, {15, 3}, {18, 0}, {19, 0}, {38, 0}, {38, 37}, {38, 38}
        }) {
      types.add(new ArrowType.Decimal(digits[0], digits[1], 128));
    }
    types.add(ArrowType.Utf8.INSTANCE);
    types.add(ArrowType.LargeUtf8.INSTANCE);
    types.add(ArrowType.Binary.INSTANCE);
    types.add(ArrowType.LargeBinary.INSTANCE);
    types.add(new ArrowType.FixedSizeBinary(5));
    types.add(new ArrowType.Date(DateUnit.DAY));
    types.add(new ArrowType.Date(DateUnit.MILLISECOND));
    types.add(new ArrowType.Time(TimeUnit.SECOND, 32));
    types.add(new ArrowType.Time(TimeUnit.MILLISECOND, 32));
    types.add(new ArrowType.Time(TimeUnit.MICROSECOND, 64));
    types.add(new ArrowType.Time(TimeUnit.NANOSECOND, 64));
    for (TimeUnit unit : TimeUnit.values()) {
      types.add(new ArrowType.Timestamp(unit, null));
      types.add(new ArrowType.Timestamp(unit, "UTC"));
      if (engine == Engine.DUCKDB) {
        types.add(new ArrowType.Duration(unit));
      }
    }
    if (engine == Engine.DUCKDB) {
      types.add(new ArrowType.Interval(IntervalUnit.YEAR_MONTH));
      types.add(new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO));
    }
    return types;
  }
}
